//! The frame around pages: a sidebar for people who are signed in, a centered column for others.
//!
//! Owns navigation, organization switcher, theme and account menu. Links only to pages that exist.

mod account_menu;
mod beginnings;
mod brand;
mod desk_page;
mod org_switcher;
mod page_head;
mod rail;
mod tab_title;
mod theme_switch;
mod threshold;
mod too_late;
mod trouble;

pub(crate) use self::desk_page::{desk_page, open_page};
pub(crate) use self::page_head::PageHead;
pub(crate) use self::threshold::Threshold;
pub(crate) use self::trouble::{Absent, Trouble};

use leptos::server_fn::ServerFn;

/// URL to which a plain form of this server function posts.
pub(crate) fn posts_to<F: ServerFn>() -> &'static str {
    F::PATH
}

/// First letter of a name, for an avatar.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "·".to_owned(), |c| c.to_string())
}
