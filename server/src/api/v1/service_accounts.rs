//! `/v1/orgs/{org}/service-accounts`: users without a login, and their tokens.

use super::{
    lifecycle,
    types::{CredentialObject, IssueToken, IssuedObject, List, ListParams, ServiceAccountBody, ServiceAccountObject},
};
use crate::api::{
    extract::{Credentialed, IdempotentJson, Params, PathParams},
    problem::Problem,
    reply::Created,
};
use axum::extract::State;
use domain::access::Action;
use service::{Service, credentials::CredentialTarget};

/// `GET …/service-accounts`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<ListParams>,
) -> Result<axum::Json<List<ServiceAccountObject>>, Problem> {
    let page = service.service_accounts().list(&caller.caller, &params.page()?).await?;
    Ok(axum::Json(List::new(page, |account| ServiceAccountObject::from(&account))))
}

/// `POST …/service-accounts`
pub(crate) async fn create(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    IdempotentJson { body, idempotency }: IdempotentJson<ServiceAccountBody>,
) -> Result<Created<axum::Json<ServiceAccountObject>>, Problem> {
    let (caller, action) = (&caller.caller, Action::ManageServiceAccounts);
    let create = service.service_accounts().create(caller, &body.name, &body.description, &body.role);
    let account = service.repeatable(caller, action, idempotency.as_ref(), create).await?;
    Ok(Created(axum::Json(ServiceAccountObject::from(&account))))
}

/// `GET …/service-accounts/{id}`
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<axum::Json<ServiceAccountObject>, Problem> {
    let account = service.service_accounts().show(&caller.caller, path.id()).await?;
    Ok(axum::Json(ServiceAccountObject::from(&account)))
}

fn tokens_of(path: &PathParams) -> Result<CredentialTarget, Problem> {
    path.id().parse().map(CredentialTarget::ServiceAccount).map_err(|_| Problem::not_found())
}

/// `GET …/service-accounts/{id}/tokens`
pub(crate) async fn tokens(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Params(params): Params<ListParams>,
) -> Result<axum::Json<List<CredentialObject>>, Problem> {
    lifecycle::list(tokens_of(&path)?, service, caller, params).await
}

/// `POST …/service-accounts/{id}/tokens`
pub(crate) async fn issue_token(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    request: IdempotentJson<IssueToken>,
) -> Result<Created<axum::Json<IssuedObject>>, Problem> {
    lifecycle::issue(tokens_of(&path)?, service, caller, request).await
}
