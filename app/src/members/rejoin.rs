//! The server function for returning members.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Confirms one token that was created before the member left, or all of them if `id` is empty. Confirmed tokens work
/// again.
#[server(name = ConfirmHeldTokens, prefix = "/_fn", endpoint = "confirm-held-tokens")]
pub async fn confirm_held_tokens(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, service) = (server::caller().await?, server::service()?);
    match id.as_str() {
        "" => service.members().confirm_held_tokens(&caller).await,
        id => service.credentials().enable(&caller, server::CredentialTarget::Mine, id).await.map(|_| ()),
    }
    .map_err(server::refused)?;
    server::redirect_with_notice("/settings/tokens?confirmed=1");
    Ok(())
}
