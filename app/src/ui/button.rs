//! Things to press: a button that acts, or a link that looks like one. A link never changes anything.

use leptos::prelude::*;

/// How much a button asks for attention. At most one `Primary` on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one main action.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// The last step of something that cannot be undone.
    Danger,
    /// A first step towards it.
    DangerQuiet,
    /// An action that should not compete.
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

/// A button; its text is a verb.
#[component]
pub fn Button(
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// `submit` or `button`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// As wide as its container.
    #[prop(optional)]
    wide: bool,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What is written on it.
    children: Children,
) -> impl IntoView {
    view! {
        <button type=kind class=look.class() class:button-wide=wide disabled=disabled>
            {children()}
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// What is written on it.
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=look.class()>
            {children()}
        </a>
    }
    .into_any()
}
