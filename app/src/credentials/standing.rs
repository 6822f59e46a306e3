//! Explains why a credential is blocked or will be: missing approval, a former member's return, or a policy.

use super::kind_labels;
use crate::ui::{Callout, CalloutTone, ExactTime, RelativeTime};
use domain::{
    Timestamp,
    credential::{Credential, Outcome, TokenRequest},
    policy::Objection,
};
use leptos::prelude::*;

fn because(objection: Objection) -> &'static str {
    match objection {
        Objection::NeverEnds => "it has no end, and the organization's policy asks for one",
        Objection::LivesTooLong => "it lives longer than the organization's policy allows",
        Objection::HoldsAll => "it holds the scope all, which the organization's policy does not allow",
        Objection::UsedElsewhere => "it is used from a network that the organization's policy does not allow",
        Objection::Idle => "it was not used for longer than the organization's policy allows",
    }
}

/// Renders nothing for a credential that works and will continue to work.
#[component]
pub(crate) fn Standing(
    credential: Credential,
    /// The approval request, if the credential needed approval.
    request: Option<TokenRequest>,
    /// Link to grant a policy exception. `None` if the viewer may not grant one.
    except_at: Option<String>,
    now: Timestamp,
) -> impl IntoView {
    let noun = kind_labels(credential.kind()).noun;
    let is_final = credential.status(now).is_final();
    let waits = credential.pending_since.filter(|_| !is_final);
    let held = credential.held_since.filter(|_| !is_final);
    let denied = request.as_ref().and_then(|request| request.decision.clone());
    let denied = denied.filter(|decision| decision.outcome == Outcome::Denied);
    let block = credential.next_block(now).copied().filter(|_| !is_final);
    view! {
        {waits.map(|since| view! {
            <Callout>
                <p class="callout-title">"It waits for approval"</p>
                <p>"Asked for "<RelativeTime at=since now=now/>". It works as soon as an admin has approved it, with the secret you have."</p>
                {request.map(|request| view! { <p class="callout-note" dir="auto">{request.justification}</p> })}
            </Callout>
        })}
        {held.map(|since| view! {
            <Callout tone=CalloutTone::Warn>
                <p class="callout-title">"Its owner has to confirm it"</p>
                <p>"The owner left the organization and came back "<RelativeTime at=since now=now/>". The token is off until they confirm it, signed in."</p>
            </Callout>
        })}
        {denied.map(|decision| {
            let (by, note) = (decision.by.name.to_string(), decision.note);
            view! {
                <Callout tone=CalloutTone::Warn>
                    <p class="callout-title">"It was not approved"</p>
                    <p><bdi>{by}</bdi>" "<RelativeTime at=decision.at now=now/>": "<span dir="auto">{note}</span></p>
                </Callout>
            }
        })}
        {block.map(|block| {
            let blocked = block.covers(now);
            let title = if blocked { "A policy blocks it" } else { "A policy is going to block it" };
            view! {
                <Callout tone=CalloutTone::Warn>
                    <p class="callout-title">{title}</p>
                    <p>
                        {if blocked { "Since " } else { "From " }}<ExactTime at=block.from/>
                        {if blocked { " it is refused: " } else { " on it is refused: " }}{because(block.objection)}
                        {format!(". Issue another {noun} that keeps the policy and replace it where it is used.")}
                    </p>
                    {except_at.map(|href| view! { <p><a class="link" href=href>"Let it off for a while"</a></p> })}
                </Callout>
            }
        })}
    }
    .into_any()
}
