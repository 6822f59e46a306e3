//! The server functions of roles.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Creates a role, or changes the one with this ID. A change fails if `version` is out of date.
#[server(name = SaveRole, prefix = "/_fn", endpoint = "save-role")]
pub async fn save_role(
    slug: String,
    #[server(default)] id: String,
    #[server(default)] version: String,
    name: String,
    description: String,
    #[server(default)] reach: String,
    #[server(default)] held: Vec<String>,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let draft = server::RoleDraft { name, description, scopes: held, reach };
    server::save_role(&caller, &id, &version, draft).await?;
    server::redirect_with_notice(&format!("/orgs/{slug}/roles?saved=1"));
    Ok(())
}

/// Deletes a role that is not in use.
#[server(name = DeleteRole, prefix = "/_fn", endpoint = "delete-role")]
pub async fn delete_role(slug: String, id: String, confirm: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::confirmed(&confirm, "delete")?;
    server::service()?.roles().delete(&caller, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/roles?deleted=1"));
    Ok(())
}
