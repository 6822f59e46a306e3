//! A one-line control with its label.
//!
//! It is never written to after it is on the page: what a person typed stays.

use super::{Field, described_by};
use leptos::prelude::*;

/// The `type` of a one-line input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Plain text.
    #[default]
    Text,
    /// An email address.
    Email,
    /// A password; paste and password managers are welcome.
    Password,
}

impl InputKind {
    fn attribute(self) -> &'static str {
        match self {
            InputKind::Text => "text",
            InputKind::Email => "email",
            InputKind::Password => "password",
        }
    }
}

/// A one-line input with its label.
#[component]
pub fn TextField(
    /// The control's id.
    id: &'static str,
    /// The form field.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: String,
    /// Its type.
    #[prop(optional)]
    kind: InputKind,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// What browsers and password managers should offer.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// Shortest and longest length in characters.
    #[prop(default = (0, 200))]
    length: (u16, u16),
    /// An example in the empty control.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether it has the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
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
        <Field id=id label=label optional=optional help=help error=error at=at>
            <input
                class="input"
                id=id
                name=name
                type=kind.attribute()
                value=value
                autocomplete=autocomplete
                required=!optional
                minlength=(length.0 > 0).then_some(length.0)
                maxlength=length.1
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                autofocus=autofocus
                dir=(kind == InputKind::Text).then_some("auto")
                spellcheck=(kind != InputKind::Text).then_some("false")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described_by(id, has_help, error.get().is_some())
            />
        </Field>
    }
    .into_any()
}
