//! What a plain form gains where there is script: it is sent without leaving the page, so that what was typed stays when it is
//! refused.
//!
//! The form is posted as it is without script and the page that comes back is read: a refusal is taken over into the form as the
//! server shows it, anything else is gone to. So no form needs a program of its own, and both ways look the same.

use super::Trouble;
use leptos::prelude::*;

/// Stands in a form and brings it to life. Shows nothing, unless the server cannot be reached.
#[component]
pub(crate) fn Live(
    /// What the button says while the form is on its way; empty: what it always says.
    #[prop(into)]
    busy: String,
) -> impl IntoView {
    view! { <div data-program="live" data-busy=busy hidden><Trouble/></div> }.into_any()
}
