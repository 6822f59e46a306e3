//! `/v1/me/tokens`: one's own personal access tokens.

use super::types::{CredentialObject, EditToken, IssueToken, IssuedToken, List, ListParams};
use crate::api::{
    extract::{Credentialed, Json, Params},
    problem::Problem,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use service::{Service, credentials::Confirmation};

type Reply<T> = Result<axum::Json<T>, Problem>;

/// `GET /v1/me/tokens`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    Params(params): Params<ListParams>,
) -> Reply<List<CredentialObject>> {
    let page = service.list_tokens(&caller.caller, &params.page()?).await?;
    let now = service.now();
    Ok(axum::Json(List::new(page, |credential| CredentialObject::new(&credential, now))))
}

/// `POST /v1/me/tokens`: the reply is the only one that ever holds the secret.
pub(crate) async fn issue(
    State(service): State<Service>,
    caller: Credentialed,
    Json(body): Json<IssueToken>,
) -> Result<(StatusCode, axum::Json<IssuedToken>), Problem> {
    let (credential, token) = service.issue_token(&caller.caller, &body.into()).await?;
    let credential = CredentialObject::new(&credential, service.now());
    Ok((StatusCode::CREATED, axum::Json(IssuedToken { credential, token, revealed_once: true })))
}

/// `GET /v1/me/tokens/{id}`
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    Path(id): Path<String>,
) -> Reply<CredentialObject> {
    let credential = service.show_token(&caller.caller, &id).await?;
    Ok(axum::Json(CredentialObject::new(&credential, service.now())))
}

/// `PATCH /v1/me/tokens/{id}`
pub(crate) async fn edit(
    State(service): State<Service>,
    caller: Credentialed,
    Path(id): Path<String>,
    Json(body): Json<EditToken>,
) -> Reply<CredentialObject> {
    let credential = service.edit_token(&caller.caller, &id, &body.into()).await?;
    Ok(axum::Json(CredentialObject::new(&credential, service.now())))
}

/// `POST /v1/me/tokens/{id}/revoke`: final, and harmless to repeat.
pub(crate) async fn revoke(
    State(service): State<Service>,
    caller: Credentialed,
    Path(id): Path<String>,
) -> Reply<CredentialObject> {
    let credential = service.revoke_token(&caller.caller, &id, Confirmation::NotAsked).await?;
    Ok(axum::Json(CredentialObject::new(&credential, service.now())))
}

/// `DELETE /v1/me/tokens/{id}`: the same as revoking; the token stays listed.
pub(crate) async fn delete(
    State(service): State<Service>,
    caller: Credentialed,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    service.revoke_token(&caller.caller, &id, Confirmation::NotAsked).await?;
    Ok(StatusCode::NO_CONTENT)
}
