//! The state of a credential as dot and word.

use crate::ui::{Badge, Tone};
use domain::credential::Status;
use leptos::prelude::*;

/// Dot and word for a state.
#[component]
pub(super) fn StatusBadge(status: Status) -> impl IntoView {
    let (tone, word) = match status {
        Status::Active => (Tone::Ok, "Active"),
        Status::ExpiresSoon => (Tone::Warn, "Expires soon"),
        Status::Expired => (Tone::Off, "Expired"),
        Status::Revoked => (Tone::Off, "Revoked"),
    };
    view! { <Badge tone=tone word=word/> }
}
