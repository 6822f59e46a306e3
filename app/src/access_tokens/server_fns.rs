//! The server function that creates a test token. `service` decides what is allowed.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// Access token to display. The page drops it when it expires. Has no `Debug`, so that it cannot be logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct TestToken {
    /// The token with its decoded header and claims, as HTML.
    pub shown: String,
    /// Lifetime in seconds.
    pub seconds: u32,
}

/// Creates an access token for a client and returns it once. It is valid for one minute. `resource` is the audience of
/// one API.
///
/// # Errors
/// Rejects a native form post before the token is created, because its reply could not show the token.
#[server(name = TestClient, prefix = "/_fn", endpoint = "test-client", input = Json, client = crate::forms::ScriptClient)]
pub async fn test_client(at: String, id: String, resource: Option<String>) -> Result<TestToken, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let (caller, _) = server::caller_at(&at).await?;
    let issued = server::service()?.oauth().test_token(&caller, &id, resource.as_deref()).await;
    Ok(server::shown_once(&issued.map_err(server::refused_by_oauth)?))
}
