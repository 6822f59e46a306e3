//! Shared parts of form programs: the form itself, submitting it, and showing its error.

use super::dom::{all, one, say, show, told};
use crate::error::AppError;
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use std::{pin::Pin, rc::Rc};
use web_sys::{Element, HtmlButtonElement, HtmlFormElement};

/// A form, and the element in it that names the program.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) here: Element,
    pub(crate) form: HtmlFormElement,
}

impl Program {
    /// The program that `here` names. `None` if `here` is not inside a form.
    pub(crate) fn of(here: Element) -> Option<Self> {
        let form = here.closest("form").ok()??.dyn_into().ok()?;
        Some(Self { here, form })
    }

    /// Enables the submit button. Forms that need their program are rendered with a disabled button.
    pub(crate) fn is_awake(&self) {
        if let Some(button) = button(&self.form) {
            button.set_disabled(false);
        }
    }

    /// Shows the error beside the fields. `None` clears it.
    pub(crate) fn say(&self, error: Option<&AppError>) {
        let error = error.cloned().and_then(|error| error.beside(&self.pointers()));
        let error = error.as_ref();
        show(&self.here, error.is_some());
        say(&self.here, "[data-says=error]", error.map_or("", |error| &error.message));
        let request = error.and_then(|error| error.request_id.as_deref());
        say(&self.here, ".callout-note code", request.unwrap_or_default());
        if let Some(note) = one::<Element>(&self.here, ".callout-note") {
            show(&note, request.is_some());
        }
    }

    /// Pointers of the visible fields that show their own errors.
    fn pointers(&self) -> Vec<String> {
        let is_hidden = |note: &Element| {
            let around = note.parent_element();
            around.is_some_and(|around| around.closest("[hidden]").ok().flatten().is_some())
        };
        let notes = all::<Element>(&self.form, ".field-error[data-at]").into_iter().filter(|note| !is_hidden(note));
        let pointers = notes.map(|note| told(&note, "data-at"));
        pointers.flat_map(|at| at.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    }
}

/// The submit button.
fn button(form: &HtmlFormElement) -> Option<HtmlButtonElement> {
    one(form, "button:not([type=button])")
}

/// Submits the form; called once per submit event.
pub(crate) type Send = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

/// Handles the form's submit event with `send`, one request at a time. Meanwhile the button shows `busy`, or its usual
/// label if that is empty.
pub(crate) fn sends(form: &HtmlFormElement, busy: String, send: Send) {
    let (form, sending) = (form.clone(), StoredValue::new(false));
    let _ = window_event_listener(ev::submit, move |event| {
        if event.target().as_ref() != Some(form.as_ref()) {
            return;
        }
        event.prevent_default();
        if sending.get_value() {
            return;
        }
        sending.set_value(true);
        let button = button(&form);
        let words = button.as_ref().map(|button| button.inner_html()).unwrap_or_default();
        if let Some(button) = &button {
            button.set_disabled(true);
            if !busy.is_empty() {
                button.set_text_content(Some(&busy));
            }
        }
        let sent = send();
        leptos::task::spawn_local(async move {
            sent.await;
            if let Some(button) = &button {
                button.set_disabled(false);
                button.set_inner_html(&words);
            }
            sending.set_value(false);
        });
    });
}
