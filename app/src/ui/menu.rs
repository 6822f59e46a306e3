//! A menu behind a button. Uses the native popover: it works without script, and closes with Esc or a click outside.

use super::Glyph;
use leptos::prelude::*;

/// A button and its panel. The panel holds links, and forms with one button each.
#[component]
pub fn Menu(
    /// ID of the panel; unique on the page.
    #[prop(into)]
    id: String,
    /// CSS classes of the button.
    #[prop(default = "button button-ghost button-icon")]
    class: &'static str,
    /// Label of the button, if its content does not say enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// Aligns the panel with the start of the button instead of its end.
    #[prop(optional)]
    from_start: bool,
    /// Content of the button.
    trigger: AnyView,
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class=class popovertarget=id.clone() aria-label=label>
            {trigger}
        </button>
        <div class="menu" class:menu-start=from_start id=id popover="auto">
            {children()}
        </div>
    }
    .into_any()
}

/// A link in a menu, with its icon.
#[component]
pub fn MenuLink(
    href: String,
    glyph: Glyph,
    /// Whether it leads to an irreversible action.
    #[prop(optional)]
    danger: bool,
    children: Children,
) -> impl IntoView {
    let class = if danger { format!("{} danger", glyph.name()) } else { glyph.name().to_owned() };
    view! {
        <a class=class href=href>{children()}</a>
    }
    .into_any()
}
