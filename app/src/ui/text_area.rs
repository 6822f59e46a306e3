//! A control of several lines with its label.
//!
//! It is never written to after it is on the page: what a person typed stays.

use super::{Field, described_by};
use leptos::prelude::*;

/// A control of several lines with its label; grows with its text.
#[component]
pub fn TextArea(
    /// The control's id.
    id: &'static str,
    /// The form field.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: String,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Longest length in characters.
    #[prop(default = 1000)]
    max_length: u32,
    /// Whether it must be filled in; else it says “Optional” beside the label.
    #[prop(optional)]
    required: bool,
    /// Whether it holds code or a list, one a line.
    #[prop(optional)]
    code: bool,
    /// An example in the empty control.
    #[prop(optional)]
    placeholder: &'static str,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The pointers of what can be wrong with it, where a program of the form says so.
    #[prop(optional)]
    at: &'static str,
) -> impl IntoView {
    let has_help = !help.is_empty();
    view! {
        <Field id=id label=label optional=!required help=help error=error at=at>
            <textarea
                class="input"
                class:input-code=code
                id=id
                name=name
                rows="3"
                maxlength=max_length
                required=required
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                dir=if code { "ltr" } else { "auto" }
                spellcheck=code.then_some("false")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described_by(id, has_help, error.get().is_some())
            >
                {value}
            </textarea>
        </Field>
    }
    .into_any()
}
