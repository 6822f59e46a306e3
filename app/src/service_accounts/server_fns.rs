//! The server function of service accounts.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Creates a service account, then shows it.
#[server(name = CreateServiceAccount, prefix = "/_fn", endpoint = "create-service-account")]
pub async fn create_service_account(
    slug: String,
    name: String,
    description: String,
    role: String,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let created = server::service()?.service_accounts().create(&caller, &name, &description, &role).await;
    let account = created.map_err(server::refused)?;
    server::redirect_with_notice(&format!("{}?created=1", server::service_account_page(&slug, &account)));
    Ok(())
}
