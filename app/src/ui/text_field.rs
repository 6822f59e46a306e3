//! A labeled one-line control.
//!
//! The page never overwrites it, so input is preserved.

use super::{Field, described_by};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    Text,
    Email,
    /// Allows paste and password managers.
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

#[component]
pub fn TextField(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] kind: InputKind,
    /// Initial value.
    #[prop(optional, into)]
    value: String,
    /// Hint for browsers and password managers.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may stay empty. The label then says so.
    #[prop(optional)]
    optional: bool,
    /// Minimum and maximum length in characters.
    #[prop(default = (0, 200))]
    length: (u16, u16),
    /// Example in the empty control.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether it has the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Error pointers that a program shows at this field, separated by spaces.
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
