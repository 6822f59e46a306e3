//! The navigation: a sidebar, or on small screens a popover behind one button.

use super::{account_menu::AccountMenu, org_switcher::OrgSwitcher, theme_switch::ThemeSwitch};
use crate::{
    palette::letter_of,
    server_side::{PageContext, path},
    ui::{Glyph, Icon},
};
use domain::{access::Action, credential::CredentialKind};
use leptos::prelude::*;

type Item = (String, Glyph, &'static str);

/// Number of pending requests at a URL.
type Waiting = (String, u32);

fn own_items() -> Vec<Item> {
    vec![
        ("/settings/tokens".to_owned(), Glyph::Person, "My tokens"),
        ("/settings/sessions".to_owned(), Glyph::Screen, "My sessions"),
    ]
}

fn org_items(context: &PageContext) -> Vec<Item> {
    let at = |page: &str| format!("/orgs/{}/{page}", context.slug());
    let (api_key, client) = (CredentialKind::ApiKey, CredentialKind::Client);
    [
        (context.may_for_all(Action::ReadInventory), at("overview"), Glyph::Chart, "Overview"),
        (context.may_for_all(Action::ReadInventory), at("credentials"), Glyph::Building, "Credentials"),
        (context.may(Action::Issue(api_key)), at(api_key.rules().path), Glyph::Key, "API keys"),
        (context.may(Action::Issue(client)), at(client.rules().path), Glyph::Client, "M2M clients"),
        (context.may(Action::DecideTokenRequest), at("approvals"), Glyph::Check, "Approvals"),
        (context.may(Action::ReadMembers), at("members"), Glyph::Person, "Members"),
        (context.may(Action::ManageServiceAccounts), at("service-accounts"), Glyph::Robot, "Service accounts"),
        (context.may(Action::ReadPolicies), at("policies"), Glyph::Ban, "Policies"),
        (context.may(Action::ReadApis), at("apis"), Glyph::Book, "APIs & scopes"),
        (context.may(Action::ReadAudit), at("audit"), Glyph::Ledger, "Audit log"),
    ]
    .into_iter()
    .filter(|(shown, ..)| *shown)
    .map(|(_, href, glyph, words)| (href, glyph, words))
    .collect()
}

/// “3”, or “99+”.
fn in_digits(count: u32) -> String {
    if count > 99 { "99+".to_owned() } else { count.to_string() }
}

#[component]
fn Items(items: Vec<Item>, here: String, #[prop(optional)] waiting: Waiting) -> impl IntoView {
    view! {
        <ul class="grid gap-0.5">
            {items
                .into_iter()
                .map(|(href, glyph, words)| {
                    let current = match here.strip_prefix(&href) {
                        Some("") => Some("page"),
                        Some(rest) if rest.starts_with('/') => Some("true"),
                        _ => None,
                    };
                    let count = if href == waiting.0 { waiting.1 } else { 0 };
                    view! {
                        <li>
                            <a class="rail-item" href=href.clone() aria-current=current data-command=words data-key=letter_of(&href)>
                                <Icon glyph=glyph/>
                                {words}
                                {(count > 0).then(|| view! {
                                    <span class="rail-count">{in_digits(count)}<span class="unseen">" waiting"</span></span>
                                })}
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

/// The sidebar, and the bar with the button that opens it on small screens.
#[component]
pub(super) fn Rail(context: PageContext) -> impl IntoView {
    let (here, items) = (path(), org_items(&context));
    let waiting = (format!("/orgs/{}/approvals", context.slug()), context.waiting);
    let org = context.membership().map(|membership| membership.org.name.to_string());
    view! {
        <header class="topbar">
            <button type="button" class="button button-ghost button-icon" popovertarget="rail" aria-label="Open navigation">
                <Icon glyph=Glyph::List/>
            </button>
            <span class="topbar-name" dir="auto">{org}</span>
            <button type="button" class="button button-ghost button-icon topbar-find" data-palette="" aria-label="Jump to">
                <Icon glyph=Glyph::Search/>
            </button>
        </header>
        <aside class="rail" id="rail" popover="auto" aria-label="Navigation">
            <button type="button" class="rail-close" popovertarget="rail" popovertargetaction="hide" aria-label="Close navigation">
                <Icon glyph=Glyph::Close/>
            </button>
            <OrgSwitcher context=context.clone()/>
            <button type="button" class="rail-find" data-palette="" aria-keyshortcuts="Control+K Meta+K">
                <Icon glyph=Glyph::Search/>
                <span class="flex-1">"Jump to…"</span>
                <kbd class="key">"Ctrl K"</kbd>
            </button>
            <nav aria-label="Settings">
                <Items items=own_items() here=here.clone()/>
            </nav>
            {(!items.is_empty()).then(|| view! {
                <hr class="rail-line"/>
                <nav aria-label="Organization">
                    <Items items=items here=here waiting=waiting/>
                </nav>
            })}
            <div class="rail-foot">
                <Items items=vec![("/docs".to_owned(), Glyph::Help, "Documentation")] here=path()/>
                <ThemeSwitch/>
                <AccountMenu context=context/>
            </div>
        </aside>
    }
    .into_any()
}
