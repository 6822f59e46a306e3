//! Buttons that copy text. One listener in the browser serves all of them.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// Copies a fixed text. The text is part of the page, so it must never be a secret.
#[component]
pub fn CopyButton(
    text: String,
    /// Label for screen readers.
    label: String,
) -> impl IntoView {
    view! {
        <button type="button" class="button button-ghost" data-copy=text>
            <Face/>
            <span class="unseen">{label}</span>
        </button>
    }
    .into_any()
}

/// Copies the current content of another element.
#[component]
pub fn CopyOf(
    id: &'static str,
    /// CSS classes.
    #[prop(default = "button button-secondary")]
    class: &'static str,
    /// Whether it gets the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// Label; may be visually hidden.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class=class autofocus=autofocus data-copy-of=id>
            <Face/>
            {children()}
        </button>
    }
    .into_any()
}

/// The icon, and the live region that reports the result.
#[component]
fn Face() -> impl IntoView {
    view! {
        <Icon glyph=Glyph::Copy/>
        <span class="unseen" aria-live="polite"></span>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
pub(crate) use self::browser::listen_for_copying;
