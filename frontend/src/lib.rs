//! The browser's entry: makes the islands that `app` defines come alive in the page the server sent.
//!
//! Owns nothing else. The page's script calls `hydrate` once and then each island by its name; see `app::shell`.

use wasm_bindgen::prelude::wasm_bindgen;

// Links the islands, whose functions are found by name.
pub use app::*;

/// Prepares the reactive runtime and what serves the whole page; called once, before any island.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    programs::start();
}
