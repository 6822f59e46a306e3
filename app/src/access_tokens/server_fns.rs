//! The server function that issues a test token. What is allowed is decided in `service`.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// An access token to look at, which the page holds for its minute. No `Debug`, so that it cannot be logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct TestToken {
    /// The token, its header and its claims, as HTML.
    pub shown: String,
    /// How long it lives.
    pub seconds: u32,
}

/// Issues an access token for a client, for a minute, and shows it once. `resource` is the audience of one API.
///
/// # Errors
/// Refuses a native form post before anything is issued: nobody would see the token.
#[server(name = TestClient, prefix = "/_fn", endpoint = "test-client", input = Json, client = crate::forms::ScriptClient)]
pub async fn test_client(at: String, id: String, resource: Option<String>) -> Result<TestToken, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let (caller, _) = server::caller_at(&at).await?;
    let issued = server::service()?.test_token(&caller, &id, resource.as_deref()).await;
    Ok(server::shown_once(&issued.map_err(server::refused_by_oauth)?))
}
