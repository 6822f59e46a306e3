//! The server function of approvals.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Approves or denies a pending credential. `kept` lists the scopes that are still checked. `version` is the
/// credential's version when the page was rendered.
#[server(name = DecideRequest, prefix = "/_fn", endpoint = "decide-request")]
pub async fn decide_request(
    slug: String,
    id: String,
    outcome: String,
    version: String,
    note: String,
    #[server(default)] kept: Vec<String>,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let decision = server::decision(&outcome, kept, note, version)?;
    server::service()?.token_requests().decide(&caller, &id, &decision).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/approvals?{outcome}=1"));
    Ok(())
}
