//! The verbs that every kind of credential has: list, issue, show, edit, roll, disable, enable, revoke.
//!
//! Owns: these handlers once, for whichever [`CredentialTarget`] their route is about.

use super::types::{CredentialObject, EditCredential, IssueCredential, IssuedObject, List, ListParams, Roll};
use crate::api::{
    extract::{Credentialed, IdempotentJson, IfMatch, PathParams},
    problem::Problem,
    reply::{Created, NoContent, Versioned},
};
use axum::extract::State;
use domain::credential::Credential;
use schemars::JsonSchema;
use serde::Serialize;
use service::{
    Service,
    credentials::{Confirmation, CredentialTarget, IssueRequest, Revoked},
    verify::Propagation,
};

pub(crate) fn versioned(service: &Service, credential: &Credential) -> Versioned<CredentialObject> {
    Versioned { version: credential.version(), object: CredentialObject::new(credential, service.now()) }
}

pub(crate) async fn list(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    params: ListParams,
) -> Result<axum::Json<List<CredentialObject>>, Problem> {
    let page = service.credentials().list(&caller.caller, target, &params.page()?).await?;
    let now = service.now();
    Ok(axum::Json(List::new(page, |credential| CredentialObject::new(&credential, now))))
}

/// The reply is the only one that ever holds the secret.
pub(crate) async fn issue<B: Into<IssueCredential>>(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    request: IdempotentJson<B>,
) -> Result<Created<axum::Json<IssuedObject>>, Problem> {
    let IssueCredential { org, issue, justification } = request.body.into();
    let request = IssueRequest { org, issue, justification, idempotency: request.idempotency };
    let issued = service.credentials().issue(&caller.caller, target, &request).await?;
    Ok(Created(axum::Json(IssuedObject::new(issued, service.now()))))
}

/// The four verbs that answer with the credential as it is afterwards.
#[derive(Clone, Copy)]
pub(crate) enum Verb {
    CancelRoll,
    FinishRoll,
    Disable,
    Enable,
}

pub(crate) async fn act(
    verb: Verb,
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    path: PathParams,
) -> Result<Versioned<CredentialObject>, Problem> {
    let (caller, id) = (&caller.caller, path.id());
    let credential = match verb {
        Verb::CancelRoll => service.credentials().cancel_roll(caller, target, id).await?,
        Verb::FinishRoll => service.credentials().finish_roll(caller, target, id).await?,
        Verb::Disable => service.credentials().disable(caller, target, id).await?,
        Verb::Enable => service.credentials().enable(caller, target, id).await?,
    };
    Ok(versioned(&service, &credential))
}

pub(crate) async fn show(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    path: PathParams,
) -> Result<Versioned<CredentialObject>, Problem> {
    let credential = service.credentials().show(&caller.caller, target, path.id()).await?;
    Ok(versioned(&service, &credential))
}

pub(crate) async fn edit(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    path: PathParams,
    seen: IfMatch,
    body: EditCredential,
) -> Result<Versioned<CredentialObject>, Problem> {
    let credential =
        service.credentials().edit(&caller.caller, target, path.id(), &body.into(), seen.version()).await?;
    Ok(versioned(&service, &credential))
}

/// The same as revoking; the credential stays listed.
pub(crate) async fn delete(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.credentials().revoke(&caller.caller, target, path.id(), Confirmation::NotAsked).await?;
    Ok(NoContent)
}

pub(crate) async fn roll(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    path: PathParams,
    request: IdempotentJson<Roll>,
) -> Result<axum::Json<IssuedObject>, Problem> {
    let issued = service
        .credentials()
        .roll(&caller.caller, target, path.id(), request.body.overlap_seconds, request.idempotency)
        .await?;
    Ok(axum::Json(IssuedObject::new(issued, service.now())))
}

/// `GET /v1/me/credential`: the credential that calls.
pub(crate) async fn show_self(
    State(service): State<Service>,
    caller: Credentialed,
) -> Result<Versioned<CredentialObject>, Problem> {
    Ok(versioned(&service, &service.credentials().show_self(&caller.caller).await?))
}

/// `POST /v1/me/credential/roll`: the credential that calls.
pub(crate) async fn roll_self(
    State(service): State<Service>,
    caller: Credentialed,
    request: IdempotentJson<Roll>,
) -> Result<axum::Json<IssuedObject>, Problem> {
    let issued =
        service.credentials().roll_self(&caller.caller, request.body.overlap_seconds, request.idempotency).await?;
    Ok(axum::Json(IssuedObject::new(issued, service.now())))
}

/// How far a revocation has come when the reply leaves.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct PropagationObject {
    /// Nodes of the installation.
    nodes: usize,
    /// Nodes that refuse the credential already. The others do within two seconds, or stop answering.
    confirmed: usize,
    milliseconds: u64,
}

impl From<Propagation> for PropagationObject {
    fn from(Propagation { nodes, confirmed, milliseconds }: Propagation) -> Self {
        Self { nodes, confirmed, milliseconds }
    }
}

/// A credential that was revoked, and who knows.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "RevokedCredential")]
pub(crate) struct RevokedObject {
    #[serde(flatten)]
    credential: CredentialObject,
    propagation: PropagationObject,
}

impl RevokedObject {
    fn new(revoked: &Revoked, service: &Service) -> Self {
        let credential = CredentialObject::new(&revoked.credential, service.now());
        Self { credential, propagation: revoked.propagation.into() }
    }
}

/// The reply leaves when every node refuses the credential, or has stopped answering.
pub(crate) async fn revoke(
    target: CredentialTarget,
    service: Service,
    caller: Credentialed,
    path: PathParams,
) -> Result<axum::Json<RevokedObject>, Problem> {
    let revoked = service.credentials().revoke(&caller.caller, target, path.id(), Confirmation::NotAsked).await?;
    Ok(axum::Json(RevokedObject::new(&revoked, &service)))
}

/// `POST /v1/me/credential/revoke`: the credential that calls.
pub(crate) async fn revoke_self(
    State(service): State<Service>,
    caller: Credentialed,
) -> Result<axum::Json<RevokedObject>, Problem> {
    let revoked = service.credentials().revoke_self(&caller.caller).await?;
    Ok(axum::Json(RevokedObject::new(&revoked, &service)))
}
