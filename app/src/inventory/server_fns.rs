//! The server functions of the inventory, for plain forms that work without script.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Performs a bulk operation, then shows the inventory. `ids` is separated by spaces. `to` is the service account that
/// receives transferred tokens.
#[server(name = BulkChange, prefix = "/_fn", endpoint = "bulk-change")]
pub async fn bulk_change(slug: String, action: String, ids: String, to: Option<String>) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let (operation, target) = (server::operation(&action)?, server::BulkTarget::Ids(server::words(&ids)));
    let items = server::do_to_many(&caller, (operation, to), target, false).await?;
    server::redirect_with_notice(&server::after_bulk(&slug, operation, &items));
    Ok(())
}

/// Finds the credential of a value, then shows a page whose URL contains its ID and never the value.
#[server(name = FindCredential, prefix = "/_fn", endpoint = "find-credential")]
pub async fn find_credential(slug: String, value: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let page = server::find_by_value(&caller, &slug, value).await?;
    server::redirect_with_notice(&page);
    Ok(())
}
