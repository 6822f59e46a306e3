//! A control of several lines with its label.
//!
//! It is never written to after it is on the page: what a person typed before hydration stays, and is read.

use super::{Field, described_by};
use leptos::{html, prelude::*};

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
    /// Follows what is typed, when given.
    #[prop(optional)]
    state: Option<RwSignal<String>>,
) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    if let Some(state) = state {
        Effect::new(move || {
            if let Some(area) = node.get() {
                state.set(area.value());
            }
        });
    }
    let has_help = !help.is_empty();
    view! {
        <Field id=id label=label optional=!required help=help error=error>
            <textarea
                class="input"
                class:input-code=code
                node_ref=node
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
                on:input=move |event| {
                    if let Some(state) = state {
                        state.set(event_target_value(&event));
                    }
                }
            >
                {value}
            </textarea>
        </Field>
    }
    .into_any()
}
