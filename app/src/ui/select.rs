//! One choice out of a list that is too long for segments: the native control with its label.

use super::{Field, described_by};
use leptos::prelude::*;

/// A labelled select. Works without script: it carries `name` and the chosen value in a form.
#[component]
pub fn Select(
    /// The control's id.
    id: &'static str,
    /// The form field.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: String,
    /// Value and words of each choice.
    options: Vec<(String, String)>,
    /// The value that is chosen at first.
    #[prop(optional, into)]
    chosen: String,
    /// What to know before choosing.
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
        <Field id=id label=label help=help error=error at=at>
            <select
                class="input select"
                id=id
                name=name
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described_by(id, has_help, error.get().is_some())
            >
                {options
                    .into_iter()
                    .map(|(value, words)| {
                        let selected = value == chosen;
                        view! { <option value=value selected=selected>{words}</option> }
                    })
                    .collect_view()}
            </select>
        </Field>
    }
    .into_any()
}
