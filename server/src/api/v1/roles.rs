//! `/v1/orgs/{org}/roles`: the roles that the organization made for itself.

use super::types::{CustomRoleBody, EditRoleBody, List, RoleObject};
use crate::api::{
    extract::{Credentialed, IdempotentJson, IfMatch, Json, PathParams},
    problem::Problem,
    reply::{Created, NoContent, Versioned},
};
use axum::extract::State;
use domain::access::{Action, CustomRole};
use service::Service;

fn versioned(role: &CustomRole) -> Versioned<RoleObject> {
    Versioned { version: role.version(), object: RoleObject::from(role) }
}

/// `GET …/roles`: all of them, there are few.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Result<axum::Json<List<RoleObject>>, Problem> {
    let roles = service.roles().list(&caller.caller).await?;
    Ok(axum::Json(List::whole(roles.iter().map(RoleObject::from).collect())))
}

/// `POST …/roles`
pub(crate) async fn create(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    IdempotentJson { body, idempotency }: IdempotentJson<CustomRoleBody>,
) -> Result<Created<Versioned<RoleObject>>, Problem> {
    let (caller, draft) = (&caller.caller, body.into());
    let create = service.roles().create(caller, &draft);
    let role = service.repeatable(caller, Action::ManageMembers, idempotency.as_ref(), create).await?;
    Ok(Created(versioned(&role)))
}

/// `GET …/roles/{id}`
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<Versioned<RoleObject>, Problem> {
    Ok(versioned(&service.roles().show(&caller.caller, path.id()).await?))
}

/// `PATCH …/roles/{id}`
pub(crate) async fn edit(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    seen: IfMatch,
    Json(body): Json<EditRoleBody>,
) -> Result<Versioned<RoleObject>, Problem> {
    let role = service.roles().edit(&caller.caller, path.id(), &body.into(), seen.version()).await?;
    Ok(versioned(&role))
}

/// `DELETE …/roles/{id}`
pub(crate) async fn delete(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.roles().delete(&caller.caller, path.id()).await?;
    Ok(NoContent)
}
