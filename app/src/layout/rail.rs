//! Navigation. A column at the left; on small screens the same element is a popover behind one button.

use super::{account_menu::AccountMenu, org_switcher::OrgSwitcher, theme_switch::ThemeSwitch};
use crate::{
    server_side::{Desk, path},
    ui::{Glyph, Icon},
};
use leptos::prelude::*;

const ITEMS: [(&str, Glyph, &str); 2] =
    [("/settings/tokens", Glyph::Key, "My tokens"), ("/settings/sessions", Glyph::Screen, "My sessions")];

/// The rail, and the bar with the button that opens it on small screens.
#[component]
pub(super) fn Rail(desk: Desk) -> impl IntoView {
    let here = path();
    let org = desk.membership().map(|membership| membership.org.name.to_string());
    view! {
        <header class="topbar">
            <button type="button" class="button button-ghost button-icon" popovertarget="rail" aria-label="Open navigation">
                <Icon glyph=Glyph::List/>
            </button>
            <span class="topbar-name" dir="auto">{org}</span>
        </header>
        <aside class="rail" id="rail" popover="auto" aria-label="Navigation">
            <button type="button" class="rail-close" popovertarget="rail" popovertargetaction="hide" aria-label="Close navigation">
                <Icon glyph=Glyph::Close/>
            </button>
            <OrgSwitcher desk=desk.clone()/>
            <nav aria-label="Settings">
                <ul class="grid gap-0.5">
                    {ITEMS
                        .into_iter()
                        .map(|(href, glyph, words)| {
                            let current = match here.strip_prefix(href) {
                                Some("") => Some("page"),
                                Some(rest) if rest.starts_with('/') => Some("true"),
                                _ => None,
                            };
                            view! {
                                <li>
                                    <a class="rail-item" href=href aria-current=current>
                                        <Icon glyph=glyph/>
                                        {words}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </nav>
            <div class="rail-foot">
                <ThemeSwitch/>
                <AccountMenu desk=desk/>
            </div>
        </aside>
    }
    .into_any()
}
