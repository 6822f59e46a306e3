//! Copying text. `CopyButton` is the island for pages; `CopyControl` is the same control for use inside islands.
//!
//! The island's text is written into the page, so it must never be a secret; an island that holds one uses the control.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// A button that copies a text which is already on the page.
#[island]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button does, for screen readers.
    label: String,
) -> impl IntoView {
    view! {
        <CopyControl text=Signal::stored(text) class="button button-ghost">
            <span class="unseen">{label}</span>
        </CopyControl>
    }
    .into_any()
}

/// A button that copies the current value of `text` and says so.
#[component]
pub fn CopyControl(
    /// What is copied at the moment of the click.
    text: Signal<String>,
    /// How the button looks.
    #[prop(default = "button button-secondary")]
    class: &'static str,
    /// Whether it takes the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// What the button does; may be visually hidden.
    children: Children,
) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    view! {
        <button type="button" class=class autofocus=autofocus on:click=move |_| copy(text, copied)>
            {move || match copied.get() {
                Some(true) => view! { <Icon glyph=Glyph::Check/> },
                _ => view! { <Icon glyph=Glyph::Copy/> },
            }}
            {children()}
            <span class="unseen" aria-live="polite">
                {move || match copied.get() {
                    Some(true) => "Copied",
                    Some(false) => "Not copied: select the text and copy it by hand",
                    None => "",
                }}
            </span>
        </button>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn copy(text: Signal<String>, copied: RwSignal<Option<bool>>) {
    let window = window();
    // Outside https and localhost there is no clipboard, and asking for it would throw.
    if !window.is_secure_context() {
        copied.set(Some(false));
        return;
    }
    let written = window.navigator().clipboard().write_text(&text.get_untracked());
    leptos::task::spawn_local(async move {
        copied.set(Some(wasm_bindgen_futures::JsFuture::from(written).await.is_ok()));
        set_timeout(move || copied.set(None), std::time::Duration::from_secs(2));
    });
}

#[cfg(not(feature = "hydrate"))]
fn copy(_: Signal<String>, _: RwSignal<Option<bool>>) {}
