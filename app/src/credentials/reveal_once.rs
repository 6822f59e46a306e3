//! Shows the dialog with a new secret, then removes every trace of it.
//!
//! The secret exists only in the dialog: not in the HTML of a page, not in a URL and not in storage. The dialog is
//! removed on Done and when the page is left. If the browser later restores the page from its cache, the page that
//! follows is loaded instead.

use super::Revealed;
use crate::forms::dom::{on, one, pressed, set_value, target, value};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsValue;
use web_sys::{
    Blob, BlobPropertyBag, Element, Event, HtmlAnchorElement, HtmlButtonElement, HtmlDialogElement, HtmlInputElement,
    HtmlTextAreaElement, Url,
};

const SECRET: &str = "#reveal-secret";
const DONE: &str = ".dialog-foot button";

/// Opens the dialog. Without a secret, opens the next page at once.
pub(super) fn reveal_or_go_on(answer: &Revealed) {
    if answer.dialog.is_empty() || show(answer).is_none() {
        go_on(&answer.next);
    }
}

fn go_on(next: &str) {
    let _ = window().location().set_href(next);
}

fn show(answer: &Revealed) -> Option<()> {
    let place = document().create_element("div").ok()?;
    place.set_inner_html(&answer.dialog);
    document().body()?.append_child(&place).ok()?;
    let dialog = one::<HtmlDialogElement>(&place, "dialog")?;
    let once = Rc::new(Once { place, dialog: dialog.clone(), next: answer.next.clone(), was_left: Cell::new(false) });
    let hears: [(&str, Hears); 5] = [
        ("cancel", Once::hold),
        ("close", Once::closed),
        ("change", Once::ticked),
        ("click", Once::pressed),
        ("focusin", Once::select),
    ];
    for (what, then) in hears {
        let once = once.clone();
        on(&dialog, what, move |event| then(&once, &event));
    }
    once.guard();
    dialog.show_modal().ok()
}

/// Handler of a dialog event.
type Hears = fn(&Once, &Event);

/// The dialog with its secret, and the URL of the page that follows. That URL contains only the ID.
struct Once {
    place: Element,
    dialog: HtmlDialogElement,
    next: String,
    was_left: Cell<bool>,
}

impl Once {
    fn is_shown(&self) -> bool {
        self.place.is_connected()
    }

    fn is_stored(&self) -> bool {
        one::<HtmlInputElement>(&self.dialog, "input[name=stored]").is_some_and(|input| input.checked())
    }

    fn hold(&self, event: &Event) {
        if !self.is_stored() {
            event.prevent_default();
        }
    }

    /// A browser may close the dialog in ways that `hold` doesn't see. It opens again until the secret is stored.
    fn closed(&self, _: &Event) {
        if self.is_shown() {
            if self.is_stored() {
                self.leave();
            } else {
                let _ = self.dialog.show_modal();
            }
        }
    }

    fn ticked(&self, _: &Event) {
        let is_stored = self.is_stored();
        if let Some(done) = one::<HtmlButtonElement>(&self.dialog, DONE) {
            done.set_disabled(!is_stored);
        }
        let _ = self.dialog.set_attribute("closedby", if is_stored { "closerequest" } else { "none" });
    }

    fn pressed(&self, event: &Event) {
        if pressed(event, DONE).is_some() && self.is_stored() {
            self.leave();
        } else if let Some(save) = pressed(event, "[data-save]") {
            self.save(&save);
        } else {
            self.select(event);
        }
    }

    fn select(&self, event: &Event) {
        if let Some(area) = target(event).and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) {
            area.select();
        }
    }

    fn leave(&self) {
        self.forget();
        go_on(&self.next);
    }

    /// Clears the secret, then removes the dialog from the page.
    fn forget(&self) {
        if let Some(area) = one::<Element>(&self.dialog, SECRET) {
            set_value(&area, "");
        }
        self.place.set_inner_html("");
        self.place.remove();
    }

    /// Saves the secret as an environment file. The URL of the file is revoked at once.
    fn save(&self, button: &Element) {
        let secret = one::<Element>(&self.dialog, SECRET).map(|area| value(&area)).unwrap_or_default();
        let told = |name| button.get_attribute(name).unwrap_or_default();
        let lines = js_sys::Array::of1(&JsValue::from_str(&format!("{}{secret}\n", told("data-before"))));
        let options = BlobPropertyBag::new();
        options.set_type("text/plain");
        let Ok(blob) = Blob::new_with_str_sequence_and_options(&lines, &options) else { return };
        let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
        if let Some(link) =
            document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
        {
            link.set_href(&address);
            link.set_download(&told("data-save"));
            link.click();
        }
        let _ = Url::revoke_object_url(&address);
    }

    /// Asks before the page is left while the secret is not stored. Forgets the secret if the page is left anyway.
    fn guard(self: Rc<Self>) {
        let (asks, leaves, comes) = (self.clone(), self.clone(), self);
        let _ = window_event_listener(ev::beforeunload, move |event| {
            if asks.is_shown() && !asks.is_stored() {
                event.prevent_default();
            }
        });
        let _ = window_event_listener(ev::pagehide, move |_| {
            if leaves.is_shown() {
                leaves.was_left.set(true);
                leaves.forget();
            }
        });
        let _ = window_event_listener(ev::pageshow, move |event| {
            if event.persisted() && comes.was_left.get() {
                let _ = window().location().replace(&comes.next);
            }
        });
    }
}
