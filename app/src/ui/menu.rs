//! A menu that opens from a button: the native popover, so it works without script, closes on Esc and on a click outside.

use super::Glyph;
use leptos::prelude::*;

/// A button and the panel it opens. The panel holds links and forms with one button each.
#[component]
pub fn Menu(
    /// The panel's id; unique on the page.
    #[prop(into)]
    id: String,
    /// How the button looks.
    #[prop(default = "button button-ghost button-icon")]
    class: &'static str,
    /// What the button is for, when its content does not say it.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether the panel starts at the button's start instead of ending at its end.
    #[prop(optional)]
    from_start: bool,
    /// What the button shows.
    trigger: AnyView,
    /// The items.
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

/// A link in a menu, which draws its icon by itself.
#[component]
pub fn MenuLink(
    /// Where it leads.
    href: String,
    /// Its icon.
    glyph: Glyph,
    /// Whether it leads to something that cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let class = if danger { format!("{} danger", glyph.name()) } else { glyph.name().to_owned() };
    view! {
        <a class=class href=href>{children()}</a>
    }
    .into_any()
}
