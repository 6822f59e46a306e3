//! The command palette and the keyboard shortcuts: one island on every signed-in page.
//!
//! Owns the search for pages, actions and credentials, and the single-key shortcuts. Pages and commands come from
//! elements with `data-command`, so the palette offers no page that the sidebar does not. Must never send anything that
//! may be a secret: see `secret_like`. The server's part of the search is `server_side/search.rs`.

mod entry;
mod finder;
#[cfg(any(test, feature = "hydrate"))]
mod keys;
#[cfg(feature = "ssr")]
mod letters;
mod secret_like;
mod server_fns;
mod shortcuts;

#[cfg(feature = "hydrate")]
mod browser;

pub use self::entry::Hit;
pub use self::finder::Palette;
#[cfg(feature = "ssr")]
pub(crate) use self::letters::letter_of;
pub(crate) use self::secret_like::secret_like;
pub use self::server_fns::{SearchDesk, search_desk};

/// Stubs for the server, where the palette is closed and has no input.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::{entry::Entry, finder::Finder};

    pub(super) fn wake(_: Finder, _: impl Fn() + Copy + 'static) {}
    pub(super) fn commands() -> Vec<Entry> {
        Vec::new()
    }
    pub(super) fn keys_of_pages() -> Vec<(char, String)> {
        Vec::new()
    }
    pub(super) fn press(_: u32) {}
    pub(super) fn go(_: &str) {}
    pub(super) fn show_option(_: usize) {}
    pub(super) fn keys_are_on() -> bool {
        true
    }
    pub(super) fn keep_keys_on(_: bool) {}
}
