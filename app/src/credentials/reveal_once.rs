//! Shows the dialog that comes with a new secret, and forgets it.
//!
//! The secret lives in the dialog, nowhere else: not in HTML that is a page, not in the address, not in storage. The dialog is
//! taken off the page on Done, when the page is left, and so is not there when it is shown again from the browser's cache; in
//! the last case the list takes the page's place.

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

/// Opens the dialog; where there is no secret to show, goes on at once.
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

/// What is done when something happens to the dialog.
type Hears = fn(&Once, &Event);

/// A dialog with a secret, and the page that follows it. Only the id travels there.
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

    /// Closed by a way we do not know of, it is opened again, as long as there is something to store.
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

    /// Empties what holds it, and takes it off the page.
    fn forget(&self) {
        if let Some(area) = one::<Element>(&self.dialog, SECRET) {
            set_value(&area, "");
        }
        self.place.set_inner_html("");
        self.place.remove();
    }

    /// Saves the lines of an environment file. The address of the file is withdrawn at once.
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

    /// Asks before the page is left with a secret that is not stored, and forgets it when it is left all the same.
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
