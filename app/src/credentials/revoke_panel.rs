//! The panel that revokes a credential: the effect, the last use, and the name to type if the credential is in use.
//!
//! A plain form. The typed name is only a safeguard for the user; the server checks it again.

use super::{RevokeCredential, WhoNotices, kind_labels, status_badge::StatusBadge};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Callout, CalloutTone, Glyph, Icon, Look, RelativeTime, TextField},
};
use domain::{Timestamp, credential::Credential};
use leptos::prelude::*;
use service::credentials::BlastRadius;

/// For a credential that has ended, says only that.
#[component]
pub(crate) fn RevokePanel(
    credential: Credential,
    /// Base URL of the credential's pages.
    at: String,
    /// URL of the list that contains the credential.
    list: String,
    /// Recent usage sources.
    radius: BlastRadius,
    /// Whether the person may roll the credential instead.
    may_roll: bool,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let status = credential.status(now);
    let (page, noun) = (format!("{at}/{}", credential.id), kind_labels(credential.kind()).noun);
    if status.is_final() {
        return view! {
            <div class="stack">
                <Callout>
                    <p>"There is nothing left to revoke: it is refused already, for good."</p>
                    <p><StatusBadge status=status/></p>
                </Callout>
                <div class="form-actions"><ButtonLink href=list>"Back to the list"</ButtonLink></div>
            </div>
        }
        .into_any();
    }
    let name = credential.grant.name.to_string();
    let instead = if may_roll {
        format!("It cannot be undone. To keep the {noun} and replace only its secret, roll it instead.")
    } else {
        "It cannot be undone.".to_owned()
    };
    let in_use = credential.was_used_in_the_last_day(now);
    let fields: &[&str] = if in_use { &["/confirm"] } else { &[] };
    let refused = Refused(refusal);
    let at_confirm = refused.at("/confirm");
    view! {
        <PostForm class="revoke" action={posts_to::<RevokeCredential>()}>
            <input type="hidden" name="at" value=at/>
            <input type="hidden" name="id" value=credential.id.to_string()/>
            <div class="dialog-head">
                <h2 class="dialog-title">"Revoke "<span class="quote" dir="auto">{name.clone()}</span>"?"</h2>
                <p class="mono text-faint">{credential.redacted().to_owned()}</p>
            </div>
            <div class="dialog-body">
                <Refusal refused=refused fields=fields/>
                <ul class="revoke-effects">
                    <li>
                        <Icon glyph=Glyph::Ban/>
                        <span>"Every program that presents it is refused everywhere within two seconds."</span>
                    </li>
                    <li>
                        <Icon glyph=Glyph::Info/>
                        <span>{instead}</span>
                    </li>
                    <li>
                        <Icon glyph=Glyph::Clock/>
                        <span><LastUse credential=credential.clone() now=now/></span>
                    </li>
                </ul>
                <WhoNotices radius=radius/>
                {in_use.then(|| view! {
                    <Callout tone=CalloutTone::Warn>
                        <p>"It was used in the last day, so something probably depends on it."</p>
                    </Callout>
                    <TextField id="confirm" name="confirm" label=format!("Type “{name}” to confirm") error=at_confirm/>
                })}
            </div>
            <div class="dialog-foot">
                <ButtonLink href=page look=Look::Ghost>{format!("Keep {noun}")}</ButtonLink>
                <Button look=Look::Danger>{format!("Revoke {noun}")}</Button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// When the credential was last used, and from which address.
#[component]
pub(crate) fn LastUse(credential: Credential, now: Timestamp) -> impl IntoView {
    let latest = credential
        .secrets
        .iter()
        .filter(|secret| secret.last_used_at.is_some())
        .max_by_key(|secret| secret.last_used_at);
    match latest.and_then(|secret| Some((secret.last_used_at?, secret.last_used_ip))) {
        None => view! { "It has never been used." }.into_any(),
        Some((at, ip)) => view! {
            "Last used "
            <RelativeTime at=at now=now/>
            {ip.map(|ip| view! { " from " <code>{ip.to_string()}</code> })}
            "."
        }
        .into_any(),
    }
}
