//! A checkbox or a radio button with its words, as one thing to press.

use leptos::prelude::*;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChoiceKind {
    /// On or off by itself.
    #[default]
    Checkbox,
    /// One of several with the same name.
    Radio,
}

/// One box to tick. Works without script: it carries `name` and `value` in a form.
#[component]
pub fn Choice(
    /// Checkbox or radio.
    #[prop(optional)]
    kind: ChoiceKind,
    /// The form field.
    name: &'static str,
    /// What is sent when it is ticked.
    #[prop(default = "on")]
    value: &'static str,
    /// Whether it is ticked at first.
    #[prop(optional)]
    checked: bool,
    /// Follows the box, when given.
    #[prop(optional)]
    state: Option<RwSignal<bool>>,
    /// One line under the words.
    #[prop(optional, into)]
    help: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let kind = match kind {
        ChoiceKind::Checkbox => "checkbox",
        ChoiceKind::Radio => "radio",
    };
    view! {
        <label class="choice">
            <input
                type=kind
                name=name
                value=value
                checked=checked
                on:change=move |event| {
                    if let Some(state) = state {
                        state.set(event_target_checked(&event));
                    }
                }
            />
            <span>{children()}</span>
            {help.map(|help| view! { <span class="choice-help">{help}</span> })}
        </label>
    }
    .into_any()
}
