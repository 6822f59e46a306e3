//! `/v1/orgs/{org}/organization-authorizations`: tokens of other organizations that their owners have authorized for this one.

use super::types::{AuthorizationDecisionBody, List, ListParams, OrgAuthorizationObject};
use crate::api::{
    extract::{Credentialed, Json, Params, PathParams},
    problem::Problem,
    reply::NoContent,
};
use axum::extract::State;
use domain::credential::Outcome;
use service::Service;

/// `GET …/organization-authorizations`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<ListParams>,
) -> Result<axum::Json<List<OrgAuthorizationObject>>, Problem> {
    let page = service.org_authorizations().authorized_tokens(&caller.caller, &params.page()?).await?;
    Ok(axum::Json(List::new(page, |here| OrgAuthorizationObject::from(&here))))
}

/// `POST …/organization-authorizations/{id}/approve`
pub(crate) async fn approve(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<AuthorizationDecisionBody>,
) -> Result<axum::Json<OrgAuthorizationObject>, Problem> {
    let asked = body.decision(Outcome::Approved);
    let here = service.org_authorizations().decide(&caller.caller, path.id(), &asked).await?;
    Ok(axum::Json(OrgAuthorizationObject::from(&here)))
}

/// `POST …/organization-authorizations/{id}/deny`
pub(crate) async fn deny(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<AuthorizationDecisionBody>,
) -> Result<axum::Json<OrgAuthorizationObject>, Problem> {
    let asked = body.decision(Outcome::Denied);
    let here = service.org_authorizations().decide(&caller.caller, path.id(), &asked).await?;
    Ok(axum::Json(OrgAuthorizationObject::from(&here)))
}

/// `DELETE …/organization-authorizations/{id}`
pub(crate) async fn end(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.org_authorizations().deauthorize(&caller.caller, path.id()).await?;
    Ok(NoContent)
}
