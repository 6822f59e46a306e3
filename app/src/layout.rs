//! The frame around pages: a sidebar for people who are signed in, a centered column for others.
//!
//! Owns navigation, organization switcher, theme and account menu. Links only to pages that exist.

mod account_menu;
mod auth_layout;
mod brand;
mod org_switcher;
mod page_error;
mod page_head;
mod quick_actions;
mod rail;
mod signed_in_page;
mod tab_title;
mod theme_switch;
mod too_late;

pub(crate) use self::auth_layout::AuthLayout;
pub(crate) use self::page_error::{Absent, PageError};
pub(crate) use self::page_head::PageHead;
pub(crate) use self::signed_in_page::{open_page, signed_in_page};

use leptos::server_fn::ServerFn;

/// URL to which a plain form of this server function posts.
pub(crate) fn posts_to<F: ServerFn>() -> &'static str {
    F::PATH
}

/// First letter of a name, for an avatar.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "·".to_owned(), |c| c.to_string())
}
