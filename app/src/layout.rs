//! The frame around pages: rail and head behind the sign-in, a calm column before it.
//!
//! Owns navigation, organisation switcher, theme and account. Links only to pages that exist. Pages fill it.

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

/// Where a native form of this server function posts to.
pub(crate) fn posts_to<F: ServerFn>() -> &'static str {
    F::PATH
}

/// The first letter of a name, for a square or a circle.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "·".to_owned(), |c| c.to_string())
}
