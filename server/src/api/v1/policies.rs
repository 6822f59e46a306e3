//! `/v1/orgs/{org}/policies`: what the organization asks of its credentials, and which need not keep it for a while.

use super::types::{DryRunObject, ExceptionBody, ExceptionObject, List, PolicyObject};
use crate::api::{
    extract::{Credentialed, IdempotentJson, Json, PathParams},
    problem::Problem,
    reply::{Created, NoContent},
};
use axum::extract::State;
use domain::{access::Action, credential::CredentialKind, policy::PolicyDraft};
use service::Service;

/// `GET …/policies`: one for each kind.
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Result<axum::Json<List<PolicyObject>>, Problem> {
    let (policies, now) = (service.policies().list(&caller.caller).await?, service.now());
    let of = |kind| PolicyObject::new(kind, policies.of(kind), now);
    Ok(axum::Json(List::whole(CredentialKind::ALL.map(of).into())))
}

/// `POST …/policies/dry-run`: whom it would hit.
pub(crate) async fn dry_run(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Json(draft): Json<PolicyDraft>,
) -> Result<axum::Json<DryRunObject>, Problem> {
    let found = service.policies().dry_run(&caller.caller, &draft).await?;
    Ok(axum::Json(DryRunObject::new(&found, service.now())))
}

/// `PUT …/policies`: the policy for one kind, whole.
pub(crate) async fn change(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Json(draft): Json<PolicyDraft>,
) -> Result<axum::Json<PolicyObject>, Problem> {
    let done = service.policies().change(&caller.caller, &draft).await?;
    Ok(axum::Json(PolicyObject::new(done.dry_run.kind, &done.policy, service.now())))
}

/// `GET …/policies/exceptions`
pub(crate) async fn exceptions(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Result<axum::Json<List<ExceptionObject>>, Problem> {
    let open = service.policies().exceptions(&caller.caller).await?;
    Ok(axum::Json(List::whole(open.iter().map(ExceptionObject::from).collect())))
}

/// `POST …/policies/exceptions`
pub(crate) async fn grant_exception(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    IdempotentJson { body, idempotency }: IdempotentJson<ExceptionBody>,
) -> Result<Created<axum::Json<ExceptionObject>>, Problem> {
    let (caller, request) = (&caller.caller, body.into());
    let grant = service.policies().grant_exception(caller, &request);
    let exception = service.repeatable(caller, Action::ManagePolicies, idempotency.as_ref(), grant).await?;
    Ok(Created(axum::Json(ExceptionObject::from(&exception))))
}

/// `DELETE …/policies/exceptions/{id}`
pub(crate) async fn end_exception(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.policies().end_exception(&caller.caller, path.id()).await?;
    Ok(NoContent)
}
