//! `/v1/orgs/{org}/token-requests`: what waits for approval, and deciding about it.

use super::types::{DecisionBody, List, TokenRequestObject, TokenRequestParams};
use crate::api::{
    extract::{Credentialed, Json, Params, PathParams},
    problem::Problem,
};
use axum::extract::State;
use domain::credential::Outcome;
use service::Service;

/// `GET …/token-requests`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<TokenRequestParams>,
) -> Result<axum::Json<List<TokenRequestObject>>, Problem> {
    let page = service.token_requests().list(&caller.caller, params.state()?, &params.page()?).await?;
    let now = service.now();
    Ok(axum::Json(List::new(page, |request| TokenRequestObject::new(&request, now))))
}

/// `POST …/token-requests/{id}/approve`
pub(crate) async fn approve(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<DecisionBody>,
) -> Result<axum::Json<TokenRequestObject>, Problem> {
    let request = service.token_requests().decide(&caller.caller, path.id(), &body.decision(Outcome::Approved)).await?;
    Ok(axum::Json(TokenRequestObject::new(&request, service.now())))
}

/// `POST …/token-requests/{id}/deny`
pub(crate) async fn deny(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<DecisionBody>,
) -> Result<axum::Json<TokenRequestObject>, Problem> {
    let request = service.token_requests().decide(&caller.caller, path.id(), &body.decision(Outcome::Denied)).await?;
    Ok(axum::Json(TokenRequestObject::new(&request, service.now())))
}
