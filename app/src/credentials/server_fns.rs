//! The server functions of credentials: caller, parse, call, map. What is allowed is decided in `service`.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use domain::credential::LifetimeDraft;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// A token as the form describes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssueDraft {
    /// What to call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The names of its scopes.
    pub scopes: Vec<String>,
    /// How long it lives.
    pub lifetime: LifetimeDraft,
}

/// The answer to issuing: the only value of the screens that holds a secret. No `Debug`, so that it cannot be logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct Revealed {
    /// The credential's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The secret.
    pub secret: String,
}

/// Issues a personal access token for the caller and reveals its secret, once.
///
/// # Errors
/// Refuses a native form post before anything is written: nobody would see the secret.
#[server(name = IssueToken, prefix = "/_fn", endpoint = "issue-token", input = Json)]
pub async fn issue_token(draft: IssueDraft) -> Result<Revealed, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let caller = server::caller().await?;
    let issued = server::service()?.issue_token(&caller, &server::token_draft(draft)).await;
    let (credential, secret) = issued.map_err(server::refused)?;
    Ok(server::reveal(&credential, &secret))
}

/// Changes a token's name and description, then shows it again.
#[server(name = EditToken, prefix = "/_fn", endpoint = "edit-token")]
pub async fn edit_token(id: String, name: String, description: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let edit = server::token_edit(name, description);
    let token = server::service()?.edit_token(&caller, &id, &edit).await.map_err(server::refused)?;
    server::redirect(&format!("/settings/tokens/{}?saved=1", token.id));
    Ok(())
}

/// Revokes a token for good, then shows the list. `confirm` is the token's name, needed when it is in use.
#[server(name = RevokeToken, prefix = "/_fn", endpoint = "revoke-token")]
pub async fn revoke_token(id: String, confirm: Option<String>) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let typed = server::Confirmation::Typed(confirm.as_deref().unwrap_or_default());
    let token = server::service()?.revoke_token(&caller, &id, typed).await.map_err(server::refused)?;
    server::redirect(&format!("/settings/tokens?revoked={}", token.id));
    Ok(())
}
