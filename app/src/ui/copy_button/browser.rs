//! Copies the text when a copy button is pressed.

use crate::forms::dom::{one, pressed, value};
use leptos::{ev, prelude::*};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Serves every copy button, including those added to the page later.
pub(crate) fn listen_for_copying() {
    let _ = window_event_listener(ev::click, |event| {
        if let Some(button) = pressed(&event, "[data-copy], [data-copy-of]") {
            copy(button);
        }
    });
}

fn copy(button: Element) {
    let window = window();
    // Without HTTPS or localhost there is no clipboard, and accessing it would throw.
    if !window.is_secure_context() {
        return say(&button, "Not copied: select the text and copy it by hand", false);
    }
    let written = window.navigator().clipboard().write_text(&text(&button));
    leptos::task::spawn_local(async move {
        match JsFuture::from(written).await {
            Ok(_) => say(&button, "Copied", true),
            Err(_) => say(&button, "Not copied: select the text and copy it by hand", false),
        }
        set_timeout(move || say(&button, "", false), Duration::from_secs(2));
    });
}

fn text(button: &Element) -> String {
    let of = || {
        let element = document().get_element_by_id(&button.get_attribute("data-copy-of")?)?;
        Some(value(&element)).filter(|held| !held.is_empty()).or_else(|| element.text_content())
    };
    button.get_attribute("data-copy").or_else(of).unwrap_or_default()
}

fn say(button: &Element, words: &str, is_copied: bool) {
    if let Some(live) = one::<Element>(button, "[aria-live]") {
        live.set_text_content(Some(words));
    }
    if let Some(icon) = one::<Element>(button, ".icon") {
        icon.set_class_name(if is_copied { "icon i-check" } else { "icon i-copy" });
    }
}
