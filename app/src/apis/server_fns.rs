//! The server functions of APIs and scopes. Each also works as a native form post.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// An operation as entered in the form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OperationWords {
    pub id: String,
    pub method: String,
    pub path: String,
    /// Separated by spaces.
    #[serde(default)]
    pub scopes: String,
    /// `any` or `all` of the scopes.
    pub rule: String,
    /// `required`, `optional` or `forbidden`.
    pub user_context: String,
    #[serde(default)]
    pub resource_type: String,
}

/// Defines an API of the organization, then shows it. `scopes` has one scope per line: the name, then its title.
#[server(name = CreateApi, prefix = "/_fn", endpoint = "create-api")]
pub async fn create_api(slug: String, name: String, audience: String, scopes: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let draft = server::api_draft(name, &audience, &scopes);
    let api = server::service()?.apis().create(&caller, &draft).await.map_err(server::refused)?;
    server::redirect_with_notice(&server::api_page(&slug, &api, "defined"));
    Ok(())
}

/// Adds a scope to an API, then shows the API.
#[server(name = AddApiScope, prefix = "/_fn", endpoint = "add-api-scope")]
pub async fn add_api_scope(
    slug: String,
    api: String,
    name: String,
    title: String,
    description: String,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let draft = server::scope_draft(&name, &title, &description);
    let api = server::service()?.apis().add_scope(&caller, &api, &draft).await.map_err(server::refused)?;
    server::redirect_with_notice(&server::api_page(&slug, &api, "scope"));
    Ok(())
}

/// Adds an operation to an API, then shows the API.
#[server(name = AddOperation, prefix = "/_fn", endpoint = "add-operation")]
pub async fn add_operation(slug: String, api: String, operation: OperationWords) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let draft = server::operation_draft(operation)?;
    let api = server::service()?.apis().add_operation(&caller, &api, &draft).await.map_err(server::refused)?;
    server::redirect_with_notice(&server::api_page(&slug, &api, "operation"));
    Ok(())
}

/// Imports an OpenAPI document into an API, then shows the API.
#[server(name = ImportOpenapi, prefix = "/_fn", endpoint = "import-openapi")]
pub async fn import_openapi(slug: String, api: String, document: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let service = server::service()?;
    let turn = service.apis().import_turn(&caller).await.map_err(server::refused)?;
    let api = service.apis().import(&caller, &api, document.into_bytes(), turn).await.map_err(server::refused)?;
    server::redirect_with_notice(&server::api_page(&slug, &api, "imported"));
    Ok(())
}
