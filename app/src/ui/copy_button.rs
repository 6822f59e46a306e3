//! Copying text. The buttons are part of the page; one listener in the browser serves all of them.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// A button that copies a text which is already on the page. The text is written into the page, so it must never be a secret.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button does, for screen readers.
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

/// A button that copies what another element holds at that moment.
#[component]
pub fn CopyOf(
    /// The id of the element.
    id: &'static str,
    /// How the button looks.
    #[prop(default = "button button-secondary")]
    class: &'static str,
    /// Whether it takes the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// What the button does; may be visually hidden.
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

/// The icon, and the place where it is said whether it was copied.
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
