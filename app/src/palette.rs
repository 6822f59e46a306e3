//! The command palette and the keyboard shortcuts: one island in the frame of every desk page.
//!
//! Owns: finding pages, actions and credentials by typing, and the single keys. Pages and commands are those that the frame
//! shows (whatever has `data-command`), so the palette cannot offer what the rail does not. Must never send what may be a
//! secret anywhere: see `secret_like`. The search on the server is `server_side/search.rs`.

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

/// On the server the palette is closed and nobody presses a key.
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
