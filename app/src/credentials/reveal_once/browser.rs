//! What the reveal dialog needs of the browser: open, hold, forget, select, save as a file.

use super::Revealed;
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen::JsValue;

pub(super) fn open_when_revealed(dialog: NodeRef<html::Dialog>, revealed: RwSignal<Option<Revealed>>) {
    Effect::new(move || {
        if revealed.with(Option::is_some)
            && let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
}

/// Asks before the page is left with an unstored secret, and empties everything when it is left all the same.
pub(super) fn forget_when_left(
    dialog: NodeRef<html::Dialog>,
    revealed: RwSignal<Option<Revealed>>,
    stored: RwSignal<bool>,
) {
    let (left, next) = (StoredValue::new(false), StoredValue::new(String::new()));
    let _ = window_event_listener(ev::beforeunload, move |event| {
        if revealed.with_untracked(Option::is_some) && !stored.get_untracked() {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::pagehide, move |_| {
        if revealed.with_untracked(Option::is_some) {
            left.set_value(true);
            next.set_value(revealed.with_untracked(|r| r.as_ref().map(|r| r.next.clone()).unwrap_or_default()));
            forget(revealed);
            if let Some(dialog) = dialog.get_untracked() {
                dialog.close();
            }
        }
    });
    let _ = window_event_listener(ev::pageshow, move |event| {
        if event.persisted() && left.get_value() {
            let _ = window().location().replace(&next.get_value());
        }
    });
}

/// A dialog that was closed by a way we do not know of is opened again, as long as there is something to store.
pub(super) fn reopen(dialog: NodeRef<html::Dialog>, revealed: RwSignal<Option<Revealed>>) {
    if revealed.with_untracked(Option::is_some)
        && let Some(dialog) = dialog.get_untracked()
    {
        let _ = dialog.show_modal();
    }
}

/// To the page that follows. Only the id travels.
pub(super) fn leave(revealed: RwSignal<Option<Revealed>>) {
    let next = revealed.with_untracked(|r| r.as_ref().map(|r| r.next.clone()));
    forget(revealed);
    if let Some(next) = next {
        go_on(&next);
    }
}

pub(super) fn go_on(next: &str) {
    let _ = window().location().set_href(next);
}

/// Empties the signal and, without waiting for the page to follow it, what is on the page.
fn forget(revealed: RwSignal<Option<Revealed>>) {
    revealed.set(None);
    let shown = |id: &str| document().get_element_by_id(id);
    if let Some(area) = shown("reveal-secret").and_then(|e| e.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
        area.set_value("");
    }
    if let Some(text) = shown("reveal-curl").and_then(|e| e.first_child()) {
        text.set_node_value(None);
    }
}

pub(super) fn select<E: AsRef<web_sys::Event>>(event: &E) {
    if let Some(area) = event.as_ref().target().and_then(|t| t.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
        area.select();
    }
}

/// Saves the lines of an environment file. The address of the file is withdrawn at once.
pub(super) fn download(lines: &str, file: &str) {
    let line = js_sys::Array::of1(&JsValue::from_str(lines));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/plain");
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&line, &options) else { return };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    if let Some(link) =
        document().create_element("a").ok().and_then(|e| e.dyn_into::<web_sys::HtmlAnchorElement>().ok())
    {
        link.set_href(&address);
        link.set_download(file);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&address);
}
