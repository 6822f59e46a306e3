//! The server functions of signing keys, for plain forms that work without script.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Publishes the next signing key of every algorithm, then shows the keys.
#[server(name = RotateSigningKeys, prefix = "/_fn", endpoint = "rotate-signing-keys")]
pub async fn rotate_signing_keys() -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    server::service()?.signing_keys().rotate(&caller, server::Rotation::Orderly).await.map_err(server::refused)?;
    server::redirect_with_notice("/platform/signing-keys?done=rotated");
    Ok(())
}

/// Replaces every signing key at once, then shows the keys. `confirm` is the word that has to be typed.
#[server(name = ReplaceSigningKeys, prefix = "/_fn", endpoint = "replace-signing-keys")]
pub async fn replace_signing_keys(confirm: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    server::confirmed(&confirm, crate::signing_keys::CONFIRMATION)?;
    server::service()?.signing_keys().rotate(&caller, server::Rotation::Emergency).await.map_err(server::refused)?;
    server::redirect_with_notice("/platform/signing-keys?done=replaced");
    Ok(())
}
