//! `/v1/orgs/{org}/service-accounts`: users without a login, and their tokens.

use super::{
    lifecycle,
    types::{CredentialObject, IssueToken, IssuedObject, List, ListParams, ServiceAccountBody, ServiceAccountObject},
};
use crate::api::{
    extract::{Credentialed, Once, Params, Place},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::access::Action;
use service::{Service, credentials::Which};

/// `GET …/service-accounts`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: Place,
    Params(params): Params<ListParams>,
) -> Result<axum::Json<List<ServiceAccountObject>>, Problem> {
    let page = service.list_service_accounts(&caller.caller, &params.page()?).await?;
    Ok(axum::Json(List::new(page, |account| ServiceAccountObject::from(&account))))
}

/// `POST …/service-accounts`
pub(crate) async fn create(
    State(service): State<Service>,
    caller: Credentialed,
    _: Place,
    Once { body, idempotency }: Once<ServiceAccountBody>,
) -> Result<(StatusCode, axum::Json<ServiceAccountObject>), Problem> {
    let (caller, action) = (&caller.caller, Action::ManageServiceAccounts);
    let create = service.create_service_account(caller, &body.name, &body.description, &body.role);
    let account = service.repeatable(caller, action, idempotency.as_ref(), create).await?;
    Ok((StatusCode::CREATED, axum::Json(ServiceAccountObject::from(&account))))
}

/// `GET …/service-accounts/{id}`
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
) -> Result<axum::Json<ServiceAccountObject>, Problem> {
    let account = service.show_service_account(&caller.caller, place.id()).await?;
    Ok(axum::Json(ServiceAccountObject::from(&account)))
}

fn tokens_of(place: &Place) -> Result<Which, Problem> {
    place.id().parse().map(Which::ServiceAccount).map_err(|_| Problem::not_found())
}

/// `GET …/service-accounts/{id}/tokens`
pub(crate) async fn tokens(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
    Params(params): Params<ListParams>,
) -> Result<axum::Json<List<CredentialObject>>, Problem> {
    lifecycle::list(tokens_of(&place)?, service, caller, params).await
}

/// `POST …/service-accounts/{id}/tokens`
pub(crate) async fn issue_token(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
    once: Once<IssueToken>,
) -> Result<(StatusCode, axum::Json<IssuedObject>), Problem> {
    lifecycle::issue(tokens_of(&place)?, service, caller, once).await
}
