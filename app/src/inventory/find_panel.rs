//! “Which credential is this?”: a form for a value that was found somewhere, and the answer.
//!
//! The form posts, so that the value never appears in a URL. The answer is built from an ID, so it can't repeat the
//! value.

use super::FindCredential;
use crate::{
    credentials::{LastUse, SecretBadge, StatusBadge},
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Callout, Field, Look, described_by},
};
use domain::{
    Timestamp,
    credential::{Credential, SecretState},
};
use leptos::prelude::*;

#[component]
pub(crate) fn FindForm(slug: String, refusal: Option<AppError>) -> impl IntoView {
    view! {
        <PostForm class="form form-tight" action={posts_to::<FindCredential>()} private=true>
            <Refusal refused=Refused(refusal) fields=&[]/>
            <input type="hidden" name="slug" value=slug/>
            <Field id="value" label="Value" help="The whole secret, as it was found. It is compared and then forgotten: it is not stored, not logged, and this does not count as a use.">
                <input
                    class="input input-code"
                    id="value"
                    type="text"
                    name="value"
                    required=true
                    maxlength="500"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby=described_by("value", true, false)
                />
            </Field>
            <div class="form-actions"><Button look=Look::Primary>"Find credential"</Button></div>
        </PostForm>
    }
    .into_any()
}

/// The credential that was found, and advice in case its secret has leaked.
#[component]
pub(crate) fn Found(
    credential: Credential,
    /// ID of the matching secret, if it is unambiguous.
    secret: Option<String>,
    /// Name of the owner.
    owner: String,
    page: String,
    may_change: bool,
    /// Whether the person may roll it.
    may_roll: bool,
    now: Timestamp,
) -> impl IntoView {
    let status = credential.status(now);
    let ended = status.is_final();
    let secret = credential.secrets.iter().find(|known| secret.as_ref() == Some(&known.id.to_string())).cloned();
    let state = secret.as_ref().filter(|_| !ended).map(|secret| credential.secret_state(secret, now));
    let advice = match (ended || state == Some(SecretState::Retired), may_change) {
        (false, true) if !may_roll => {
            "If others could have seen it, disable or revoke it now. Only its owner can roll it."
        }
        (true, _) => "This value is refused everywhere already. There is nothing to do.",
        (false, true) => "If others could have seen it, roll it or revoke it now.",
        (false, false) => "If others could have seen it, ask its owner to roll it, or an admin to revoke it, now.",
    };
    view! {
        <section class="panel" aria-labelledby="found-heading" role="status">
            <div class="panel-head">
                <div class="min-w-0">
                    <h2 class="panel-title" id="found-heading">
                        "It belongs to "
                        <a class="link" href=page.clone() dir="auto">{credential.grant.name.to_string()}</a>
                    </h2>
                    <p class="panel-lead">{advice}</p>
                </div>
            </div>
            <dl class="details">
                <dt>"Kind"</dt>
                <dd>{crate::credentials::sentence_case(credential.kind().rules().title)}</dd>
                <dt>"Status"</dt>
                <dd><StatusBadge status=status/></dd>
                <dt>"Owner"</dt>
                <dd dir="auto">{owner}</dd>
                {secret.map(|secret| view! {
                    <dt>"Secret"</dt>
                    <dd class="grid gap-1">
                        <code class="break-all">{secret.redacted}</code>
                        {state.map(|state| view! { <SecretBadge state=state/> })}
                    </dd>
                })}
                <dt>"Usage"</dt>
                <dd><LastUse credential=credential.clone() now=now/></dd>
            </dl>
            <div class="panel-foot">
                <ButtonLink href=page.clone()>"Open"</ButtonLink>
                {(may_change && may_roll && status.is_live()).then(|| view! { <ButtonLink href=format!("{page}/roll")>"Roll"</ButtonLink> })}
                {(may_change && !ended).then(|| view! {
                    <ButtonLink href=format!("{page}/revoke") look=Look::DangerQuiet>"Revoke"</ButtonLink>
                })}
            </div>
        </section>
    }
    .into_any()
}

/// Says that the value matches none of the credentials the person may see.
#[component]
pub(crate) fn NotFoundHere(
    /// Whether the person sees all credentials of the organization.
    sees_all: bool,
) -> impl IntoView {
    let words = if sees_all {
        "This is no credential of this organization: it belongs elsewhere, was never one, or a character is missing."
    } else {
        "This is none of your credentials: it belongs to somebody else, was never one, or a character is missing."
    };
    view! {
        <div role="status"><Callout><p>{words}</p></Callout></div>
    }
    .into_any()
}
