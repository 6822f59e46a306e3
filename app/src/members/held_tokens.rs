//! Tokens of a returning member: they were created before the member left, and each must be confirmed or revoked.

use super::ConfirmHeldTokens;
use crate::{
    error::AppError,
    forms::PostForm,
    layout::posts_to,
    ui::{Button, Callout, CalloutTone, RelativeTime},
};
use domain::{Timestamp, credential::Credential};
use leptos::prelude::*;

/// The tokens on hold, each with a button to confirm and a link to revoke it. Renders nothing if there are none.
#[component]
pub(crate) fn HeldTokens(
    org: String,
    /// The caller's tokens that are on hold.
    tokens: Vec<Credential>,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let count = tokens.len();
    let (stopped, target) = match count {
        0 => return ().into_any(),
        1 => ("1 token from before you left is stopped.".to_owned(), "Confirm it if you still need it, or revoke it."),
        _ => (
            format!("{count} tokens from before you left are stopped."),
            "Confirm the ones you still need, and revoke the others.",
        ),
    };
    let rows: Vec<_> = tokens.into_iter().map(|token| view! { <HeldToken token=token now=now/> }).collect();
    view! {
        <Callout tone=CalloutTone::Warn>
            <p class="callout-title">"You are back in "<bdi>{org}</bdi></p>
            <p>{stopped}" "{target}</p>
            {refusal.map(|error| view! { <p role="alert">{error.in_words()}</p> })}
            <ul class="stack" aria-label="Tokens to confirm or revoke">{rows}</ul>
            {(count > 1).then(|| view! {
                <PostForm action={posts_to::<ConfirmHeldTokens>()}>
                    <Button>"Confirm all"</Button>
                </PostForm>
            })}
        </Callout>
    }
    .into_any()
}

#[component]
fn HeldToken(token: Credential, now: Timestamp) -> impl IntoView {
    let (id, name) = (token.id.to_string(), token.grant.name.to_string());
    let confirmed = name.clone();
    let used = token.last_used_at().map(|at| view! { ", last used "<RelativeTime at=at now=now/> });
    view! {
        <li>
            <p>
                <a class="link" href=format!("/settings/tokens/{id}") dir="auto">{name.clone()}</a>
                " "<span class="mono">{token.redacted().to_owned()}</span>{used}
            </p>
            <PostForm class="form-actions" action={posts_to::<ConfirmHeldTokens>()}>
                <input type="hidden" name="id" value=id.clone()/>
                <Button>"Confirm "<bdi>{confirmed}</bdi></Button>
                <a class="link" href=format!("/settings/tokens/{id}/revoke")>"Revoke "<bdi>{name}</bdi></a>
            </PostForm>
        </li>
    }
    .into_any()
}
