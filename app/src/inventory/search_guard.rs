//! Keeps secrets out of URLs: a search text that looks like a secret is not sent. The browser goes to the page that
//! finds a credential by its value instead. Without script, the server doesn't search for it either.

use crate::{
    forms::{
        dom::{on, one, told, value},
        sending::Program,
    },
    palette::secret_like,
};
use leptos::prelude::*;
use web_sys::Element;

/// Checks the search text whenever the form is submitted.
pub(crate) fn wake(program: Program) {
    let (form, find) = (program.form.clone(), told(&program.here, "data-find"));
    on(&form, "submit", move |event| {
        let typed = one::<Element>(&program.form, "input[name=q]").map(|field| value(&field)).unwrap_or_default();
        if secret_like(&typed) {
            event.prevent_default();
            let _ = window().location().set_href(&find);
        }
    });
}
