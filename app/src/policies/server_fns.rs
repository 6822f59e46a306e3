//! The server functions of policies, for plain forms that work without script.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Saves the previewed policy. `draft` is the policy as JSON, with the number of affected credentials from the preview.
#[server(name = SavePolicy, prefix = "/_fn", endpoint = "save-policy")]
pub async fn save_policy(slug: String, draft: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let draft = server::policy_draft(&draft)?;
    let saved = server::service()?.policies().change(&caller, &draft).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/policies?saved={}", saved.dry_run.kind));
    Ok(())
}

/// Grants a policy exception to a credential until the end of a day, in UTC.
#[server(name = GrantException, prefix = "/_fn", endpoint = "grant-exception")]
pub async fn grant_exception(slug: String, credential: String, until: String, note: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let request = server::exception_request(credential, &until, note);
    server::service()?.policies().grant_exception(&caller, &request).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/policies?excepted=1"));
    Ok(())
}

/// Ends a policy exception now.
#[server(name = EndException, prefix = "/_fn", endpoint = "end-exception")]
pub async fn end_exception(slug: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::service()?.policies().end_exception(&caller, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/policies?ended=1"));
    Ok(())
}
