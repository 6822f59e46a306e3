//! `/v1/orgs/{org}/roles`: the roles that the organisation made for itself.

use super::{
    lifecycle::{expected, tag},
    types::{CustomRoleBody, EditRoleBody, List, RoleObject},
};
use crate::api::{
    extract::{Credentialed, Json, Once, Place},
    problem::Problem,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use domain::access::{Action, CustomRole};
use service::Service;

/// A role with its version as ETag.
type Versioned = ([(HeaderName, HeaderValue); 1], axum::Json<RoleObject>);

fn versioned(role: &CustomRole) -> Versioned {
    ([(header::ETAG, tag(&role.version()))], axum::Json(RoleObject::from(role)))
}

/// `GET …/roles`: all of them, there are few.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: Place,
) -> Result<axum::Json<List<RoleObject>>, Problem> {
    let roles = service.list_roles(&caller.caller).await?;
    Ok(axum::Json(List::whole(roles.iter().map(RoleObject::from).collect())))
}

/// `POST …/roles`
pub(crate) async fn create(
    State(service): State<Service>,
    caller: Credentialed,
    _: Place,
    Once { body, idempotency }: Once<CustomRoleBody>,
) -> Result<(StatusCode, Versioned), Problem> {
    let (caller, draft) = (&caller.caller, body.into());
    let create = service.create_role(caller, &draft);
    let role = service.repeatable(caller, Action::ManageMembers, idempotency.as_ref(), create).await?;
    Ok((StatusCode::CREATED, versioned(&role)))
}

/// `GET …/roles/{id}`
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
) -> Result<Versioned, Problem> {
    Ok(versioned(&service.show_role(&caller.caller, place.id()).await?))
}

/// `PATCH …/roles/{id}`
pub(crate) async fn edit(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
    headers: HeaderMap,
    Json(body): Json<EditRoleBody>,
) -> Result<Versioned, Problem> {
    let role = service.edit_role(&caller.caller, place.id(), &body.into(), expected(&headers)).await?;
    Ok(versioned(&role))
}

/// `DELETE …/roles/{id}`
pub(crate) async fn delete(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
) -> Result<StatusCode, Problem> {
    service.delete_role(&caller.caller, place.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}
