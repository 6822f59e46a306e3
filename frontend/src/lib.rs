//! The entry point in the browser: hydrates the islands that `app` defines in the page sent by the server.
//!
//! It owns nothing else. The page's script calls `hydrate` once and then each island by name; see `app::shell`.

use wasm_bindgen::prelude::wasm_bindgen;

// Links the islands, because the page's script finds their functions by name.
pub use app::*;

/// Prepares the reactive runtime and starts the code that serves the whole page. Called once, before any island.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    programs::start();
}
