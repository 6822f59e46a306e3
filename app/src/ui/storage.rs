//! What this browser keeps for a person: texts under names. Never a secret. Where nothing can be kept, nothing is there.

/// What is kept under this name.
#[cfg(feature = "hydrate")]
pub fn kept(name: &str) -> Option<String> {
    leptos::prelude::window().local_storage().ok()??.get_item(name).ok()?
}

/// Keeps it, or forgets what was there; whether that worked.
#[cfg(feature = "hydrate")]
pub fn keep(name: &str, text: Option<&str>) -> bool {
    let Some(storage) = leptos::prelude::window().local_storage().ok().flatten() else { return false };
    match text {
        Some(text) => storage.set_item(name, text).is_ok(),
        None => storage.remove_item(name).is_ok(),
    }
}

/// On the server there is no browser.
#[cfg(not(feature = "hydrate"))]
pub fn kept(_: &str) -> Option<String> {
    None
}

/// On the server there is no browser.
#[cfg(not(feature = "hydrate"))]
pub fn keep(_: &str, _: Option<&str>) -> bool {
    false
}
