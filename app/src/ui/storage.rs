//! Small values in the browser's local storage. Never a secret. Without storage, nothing is kept.

/// The stored value of this name.
#[cfg(feature = "hydrate")]
pub fn kept(name: &str) -> Option<String> {
    leptos::prelude::window().local_storage().ok()??.get_item(name).ok()?
}

/// Stores a value, or removes it if `text` is `None`. Returns whether that worked.
#[cfg(feature = "hydrate")]
pub fn keep(name: &str, text: Option<&str>) -> bool {
    let Some(storage) = leptos::prelude::window().local_storage().ok().flatten() else { return false };
    match text {
        Some(text) => storage.set_item(name, text).is_ok(),
        None => storage.remove_item(name).is_ok(),
    }
}

/// The server has no local storage.
#[cfg(not(feature = "hydrate"))]
pub fn kept(_: &str) -> Option<String> {
    None
}

/// The server has no local storage.
#[cfg(not(feature = "hydrate"))]
pub fn keep(_: &str, _: Option<&str>) -> bool {
    false
}
