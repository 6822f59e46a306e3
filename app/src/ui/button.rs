//! Buttons, and links that look like buttons. A link never changes anything.

use leptos::prelude::*;

/// Emphasis of a button. A page has at most one `Primary`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one main action.
    Primary,
    /// Every other action.
    #[default]
    Secondary,
    /// The last step of an irreversible action.
    Danger,
    /// The first step of an irreversible action.
    DangerQuiet,
    /// An action with little emphasis.
    Ghost,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Primary => "button button-primary",
            Look::Secondary => "button button-secondary",
            Look::Danger => "button button-danger",
            Look::DangerQuiet => "button button-danger-quiet",
            Look::Ghost => "button button-ghost",
        }
    }
}

/// A button. Its label is a verb.
#[component]
pub fn Button(
    #[prop(optional)] look: Look,
    /// `submit` or `button`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// Whether it fills its container.
    #[prop(optional)]
    wide: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <button type=kind class=look.class() class:button-wide=wide disabled=disabled>
            {children()}
        </button>
    }
    .into_any()
}

#[component]
pub fn ButtonLink(#[prop(into)] href: String, #[prop(optional)] look: Look, children: Children) -> impl IntoView {
    view! {
        <a href=href class=look.class()>
            {children()}
        </a>
    }
    .into_any()
}
