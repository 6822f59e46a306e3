//! A pending authorization of another organization's token, with the forms to approve or deny it.

use super::DecideAuthorization;
use crate::{
    forms::PostForm,
    layout::posts_to,
    ui::{Button, ExactTime, Look, RelativeTime},
};
use domain::{Timestamp, credential::Outcome};
use leptos::prelude::*;
use service::org_authorizations::AuthorizedHere;

/// The token's owner, what the token could do here, and the forms.
#[component]
pub(crate) fn AuthorizationRequest(
    slug: String,
    here: AuthorizedHere,
    /// Whether the viewer may decide on the request.
    may_decide: bool,
    now: Timestamp,
) -> impl IntoView {
    let AuthorizedHere { token, scopes, .. } = here;
    let id = token.authorization.credential.to_string();
    let (heading, version) = (format!("request-{id}"), token.breadth.version());
    let labeled_by = heading.clone();
    let asked_at = token.authorization.pending_since.unwrap_or(token.authorization.authorized_at);
    let was_approved = token.authorization.decision.is_some();
    let ends = match token.life.expires_at {
        Some(at) => view! { <ExactTime at=at/>" ("<RelativeTime at=at now=now/>")" }.into_any(),
        None => view! { "Never" }.into_any(),
    };
    let or = |text: String, nothing: &str| if text.is_empty() { nothing.to_owned() } else { text };
    let forms = may_decide.then(|| {
        [Outcome::Approved, Outcome::Denied]
            .map(|outcome| {
                view! { <Answer slug=slug.clone() id=id.clone() version=version.clone() outcome=outcome/> }.into_any()
            })
            .into_any()
    });
    view! {
        <section class="panel" aria-labelledby=labeled_by>
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id=heading dir="auto">{token.name.to_string()}</h2>
                    <p class="panel-lead">
                        <bdi>{token.owner_name.to_string()}</bdi>" ("<bdi>{token.owner_email.to_string()}</bdi>") asked "
                        <RelativeTime at=asked_at now=now/>
                        {was_approved.then_some(". It was approved before, and goes further now.")}
                    </p>
                </div>
            </div>
            <div class="panel-body stack">
                <dl class="details">
                    <dt>"Token"</dt><dd class="mono">{token.redacted}</dd>
                    <dt>"Would be able to"</dt><dd class="mono break-all">{or(scopes.to_string(), "Say who it is, and nothing else")}</dd>
                    <dt>"Scopes of the token"</dt><dd class="mono break-all">{or(token.breadth.scopes.to_string(), "None")}</dd>
                    <dt>"Resources"</dt><dd>{or(token.breadth.resources.to_string(), "Everything of the organization")}</dd>
                    <dt>"Networks"</dt><dd>{or(token.breadth.networks.to_string(), "Everywhere")}</dd>
                    <dt>"Ends"</dt><dd>{ends}</dd>
                </dl>
                {(!may_decide).then(|| view! { <p class="text-muted">"Somebody else decides about this."</p> })}
                {forms}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Answer(slug: String, id: String, version: String, outcome: Outcome) -> impl IntoView {
    let is_denial = outcome == Outcome::Denied;
    let field = format!("{}-note-{id}", outcome.as_str());
    let named = field.clone();
    let form = view! {
        <PostForm class="form" action={posts_to::<DecideAuthorization>()}>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="outcome" value=outcome.as_str()/>
            <div class="field">
                <label class="field-label" for=named>
                    {if is_denial { "Why, for whoever asked" } else { "Note" }}
                    {(!is_denial).then(|| view! { <span class="field-optional">"Optional"</span> })}
                </label>
                <input class="input" id=field name="note" maxlength="1000" required=is_denial dir="auto" autocomplete="off"/>
            </div>
            <div class="form-actions">
                {if is_denial {
                    view! { <Button look=Look::Danger>"Deny token"</Button> }.into_any()
                } else {
                    view! { <Button look=Look::Primary>"Approve"</Button> }.into_any()
                }}
            </div>
        </PostForm>
    }
    .into_any();
    match is_denial {
        true => view! {
            <details class="fold">
                <summary class="fold-small">"Deny"</summary>
                <div class="fold-body">{form}</div>
            </details>
        }
        .into_any(),
        false => form,
    }
}
