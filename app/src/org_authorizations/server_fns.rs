//! The server functions of organization authorizations.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Authorizes one of the caller's tokens for another of their organizations.
#[server(name = AuthorizeToken, prefix = "/_fn", endpoint = "authorize-token")]
pub async fn authorize_token(id: String, org: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let made = server::service()?.org_authorizations().authorize(&caller, &id, &org).await.map_err(server::refused)?;
    let how = if made.pending_since.is_some() { "authorization-asked" } else { "authorized" };
    server::redirect_with_notice(&server::CredentialPages::mine().after(&id, how));
    Ok(())
}

/// Withdraws the authorization. Called by the token's owner.
#[server(name = WithdrawAuthorization, prefix = "/_fn", endpoint = "withdraw-authorization")]
pub async fn withdraw_authorization(id: String, org: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    server::service()?.org_authorizations().withdraw(&caller, &id, &org).await.map_err(server::refused)?;
    server::redirect_with_notice(&server::CredentialPages::mine().after(&id, "withdrawn"));
    Ok(())
}

/// Approves or denies a pending authorization. `version` identifies what the token could do when the page was rendered.
#[server(name = DecideAuthorization, prefix = "/_fn", endpoint = "decide-authorization")]
pub async fn decide_authorization(
    slug: String,
    id: String,
    outcome: String,
    version: String,
    note: String,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let decision = server::authorization_decision(&outcome, note, version)?;
    server::service()?.org_authorizations().decide(&caller, &id, &decision).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/organization-authorizations?{outcome}=1"));
    Ok(())
}

/// Withdraws a token's access to this organization. Called on behalf of the organization.
#[server(name = EndAuthorization, prefix = "/_fn", endpoint = "end-authorization")]
pub async fn end_authorization(slug: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::service()?.org_authorizations().deauthorize(&caller, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/organization-authorizations?ended=1"));
    Ok(())
}
