//! `/v1/orgs/{org}/authorized-tokens`: tokens of other organizations that their owners have authorized for this one.

use super::types::{AuthorizationDecisionBody, AuthorizedTokenObject, List, ListParams};
use crate::api::{
    extract::{Credentialed, Json, Params, PathParams},
    problem::Problem,
    reply::NoContent,
};
use axum::extract::State;
use domain::credential::Outcome;
use service::Service;

/// `GET …/authorized-tokens`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<ListParams>,
) -> Result<axum::Json<List<AuthorizedTokenObject>>, Problem> {
    let page = service.authorized_tokens(&caller.caller, &params.page()?).await?;
    Ok(axum::Json(List::new(page, |here| AuthorizedTokenObject::from(&here))))
}

/// `POST …/authorized-tokens/{id}/approve`
pub(crate) async fn approve(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<AuthorizationDecisionBody>,
) -> Result<axum::Json<AuthorizedTokenObject>, Problem> {
    let asked = body.decision(Outcome::Approved);
    let here = service.decide_authorization(&caller.caller, path.id(), &asked).await?;
    Ok(axum::Json(AuthorizedTokenObject::from(&here)))
}

/// `POST …/authorized-tokens/{id}/deny`
pub(crate) async fn deny(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<AuthorizationDecisionBody>,
) -> Result<axum::Json<AuthorizedTokenObject>, Problem> {
    let asked = body.decision(Outcome::Denied);
    let here = service.decide_authorization(&caller.caller, path.id(), &asked).await?;
    Ok(axum::Json(AuthorizedTokenObject::from(&here)))
}

/// `DELETE …/authorized-tokens/{id}`
pub(crate) async fn end(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.deauthorize_token(&caller.caller, path.id()).await?;
    Ok(NoContent)
}
