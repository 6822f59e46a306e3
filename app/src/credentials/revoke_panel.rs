//! Being sure about revoking: what it does, when, who used the token last, and its name to type if it is in use.
//!
//! A plain form. The server checks the typed name again; what is asked here is only the question.

use super::{RevokeToken, status_badge::StatusBadge};
use crate::{
    error::AppError,
    layout::posts_to,
    ui::{Button, ButtonLink, Callout, CalloutTone, Glyph, Icon, Look, RelativeTime, TextField},
};
use domain::{Timestamp, credential::Credential};
use leptos::prelude::*;

/// The question and its button; for a token that is over, only the fact.
#[component]
pub fn RevokePanel(
    /// The token.
    token: Credential,
    /// The moment the page is made.
    now: Timestamp,
    /// What the last try was refused for.
    refusal: Option<AppError>,
) -> impl IntoView {
    let status = token.status(now);
    let page = format!("/settings/tokens/{}", token.id);
    if !status.is_live() {
        return view! {
            <div class="stack">
                <Callout>
                    <p>"There is nothing left to revoke: this token is refused already."</p>
                    <p><StatusBadge status=status/></p>
                </Callout>
                <div class="form-actions"><ButtonLink href="/settings/tokens">"My tokens"</ButtonLink></div>
            </div>
        }
        .into_any();
    }
    let name = token.name.to_string();
    let in_use = token.was_used_in_the_last_day(now);
    let at_confirm = Signal::stored(refusal.as_ref().and_then(|error| error.at(&["/confirm"])));
    view! {
        <form class="revoke" method="post" action={posts_to::<RevokeToken>()}>
            <input type="hidden" name="id" value=token.id.to_string()/>
            <div class="dialog-head">
                <h2 class="dialog-title">"Revoke "<span class="quote" dir="auto">{name.clone()}</span>"?"</h2>
                <p class="mono text-faint">{token.redacted().to_owned()}</p>
            </div>
            <div class="dialog-body">
                {refusal.filter(|error| !error.is_only_fields()).map(|error| view! {
                    <Callout tone=CalloutTone::Danger urgent=true><p>{error.message}</p></Callout>
                })}
                <ul class="revoke-effects">
                    <li>
                        <Icon glyph=Glyph::Ban/>
                        <span>"Every program that presents it is refused everywhere within a second."</span>
                    </li>
                    <li>
                        <Icon glyph=Glyph::Info/>
                        <span>"It cannot be undone. To go on, issue a new token and put its secret in place first."</span>
                    </li>
                    <li>
                        <Icon glyph=Glyph::Clock/>
                        <span><LastUse token=token.clone() now=now/></span>
                    </li>
                </ul>
                {in_use.then(|| view! {
                    <Callout tone=CalloutTone::Warn>
                        <p>"It was used in the last day, so something probably depends on it."</p>
                    </Callout>
                    <TextField id="confirm" name="confirm" label=format!("Type “{name}” to confirm") error=at_confirm/>
                })}
            </div>
            <div class="dialog-foot">
                <ButtonLink href=page look=Look::Ghost>"Keep token"</ButtonLink>
                <Button look=Look::Danger>"Revoke token"</Button>
            </div>
        </form>
    }
    .into_any()
}

/// When and from where it was used last.
#[component]
fn LastUse(token: Credential, now: Timestamp) -> impl IntoView {
    let latest =
        token.secrets.iter().filter(|secret| secret.last_used_at.is_some()).max_by_key(|secret| secret.last_used_at);
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
