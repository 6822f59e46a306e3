//! Keeps what looks like a secret out of an address: a search for it is not sent, and the page that finds a credential by its
//! value is shown instead. Without script the server does not search for it either.

use crate::{
    forms::{
        dom::{on, one, told, value},
        sending::Program,
    },
    palette::secret_like,
};
use leptos::prelude::*;
use web_sys::Element;

/// Looks at what is typed into the form of this program whenever it is sent.
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
