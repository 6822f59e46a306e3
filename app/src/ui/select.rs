//! A choice from a list that is too long for segments: the native control with its label.

use super::{Field, described_by};
use leptos::prelude::*;

/// Works without script: the form sends `name` and the chosen value.
#[component]
pub fn Select(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    /// Value and label of each choice.
    options: Vec<(String, String)>,
    /// Value chosen initially.
    #[prop(optional, into)]
    chosen: String,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Error pointers that a program shows at this field, separated by spaces.
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
