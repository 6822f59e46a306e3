//! Enhances a plain form where there is script: it is sent without leaving the page, so that an error does not lose the
//! input.
//!
//! The program posts the form as the browser would and reads the page that comes back. If that page shows an error, its
//! form replaces the current one. Otherwise the browser goes to that page. So these forms need no program of their own,
//! and both ways look the same.

use super::ErrorNotice;
use leptos::prelude::*;

/// Marks the surrounding form for the program. Shows only errors of the request itself, such as a lost connection.
#[component]
pub(crate) fn Live(
    /// Label of the button during the request. Empty: unchanged.
    #[prop(into)]
    busy: String,
) -> impl IntoView {
    view! { <div data-program="live" data-busy=busy hidden><ErrorNotice/></div> }.into_any()
}
