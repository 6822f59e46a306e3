//! A checkbox or radio button with its label as one click target.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChoiceKind {
    /// On or off on its own.
    #[default]
    Checkbox,
    /// One of several with the same name.
    Radio,
}

/// Works without script: the form sends `name` and `value`.
#[component]
pub fn Choice(
    #[prop(optional)] kind: ChoiceKind,
    name: &'static str,
    /// Value sent when it is checked.
    #[prop(default = "on")]
    value: &'static str,
    /// Initial state.
    #[prop(optional)]
    checked: bool,
    /// If given, follows the state of the control.
    #[prop(optional)]
    state: Option<RwSignal<bool>>,
    /// One line below the label.
    #[prop(optional, into)]
    help: Option<String>,
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
