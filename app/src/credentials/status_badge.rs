//! State of a credential or secret as a dot and a word.

use crate::ui::{Badge, Tone};
use domain::credential::{SecretState, Status};
use leptos::prelude::*;

pub(crate) fn status_in_words(status: Status) -> &'static str {
    match status {
        Status::Active => "Active",
        Status::ExpiresSoon => "Expires soon",
        Status::BlockedByPolicy => "Blocked by policy",
        Status::PendingApproval => "Waits for approval",
        Status::Disabled => "Disabled",
        Status::Expired => "Expired",
        Status::Revoked => "Revoked",
    }
}

#[component]
pub(crate) fn StatusBadge(status: Status) -> impl IntoView {
    let tone = match status {
        Status::Active => Tone::Ok,
        Status::ExpiresSoon => Tone::Warn,
        Status::PendingApproval => Tone::Quiet,
        Status::BlockedByPolicy => Tone::Warn,
        Status::Disabled => Tone::Quiet,
        Status::Expired | Status::Revoked => Tone::Off,
    };
    view! { <Badge tone=tone word=status_in_words(status)/> }
}

#[component]
pub(crate) fn SecretBadge(state: SecretState) -> impl IntoView {
    let (tone, word) = match state {
        SecretState::Active => (Tone::Ok, "Active"),
        SecretState::Pending => (Tone::Quiet, "Not used yet"),
        SecretState::Retiring => (Tone::Warn, "Retiring"),
        SecretState::Retired => (Tone::Off, "Retired"),
    };
    view! { <Badge tone=tone word=word/> }
}
