//! The verbs that every kind of credential has: list, issue, show, edit, roll, disable, enable, revoke.
//!
//! Owns: these handlers once, for whichever [`Which`] their route is about.

use super::types::{CredentialObject, EditCredential, IssueCredential, IssuedObject, List, ListParams, Roll};
use crate::api::{
    extract::{Credentialed, Once, Place},
    problem::Problem,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use domain::credential::Credential;
use serde::Serialize;
use service::{
    Service,
    credentials::{Confirmation, IssueRequest, Revoked, Which},
    verify::Propagation,
};

/// A credential with its version as ETag.
pub(crate) type Versioned = ([(HeaderName, HeaderValue); 1], axum::Json<CredentialObject>);

pub(crate) fn versioned(service: &Service, credential: &Credential) -> Versioned {
    ([(header::ETAG, tag(&credential.version()))], axum::Json(CredentialObject::new(credential, service.now())))
}

/// A version as ETag.
pub(super) fn tag(version: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The version that the caller has seen.
pub(super) fn expected(headers: &HeaderMap) -> Option<&str> {
    let tag = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    tag.map(|tag| tag.trim().trim_matches('"')).filter(|tag| *tag != "*")
}

pub(crate) async fn list(
    which: Which,
    service: Service,
    caller: Credentialed,
    params: ListParams,
) -> Result<axum::Json<List<CredentialObject>>, Problem> {
    let page = service.list(&caller.caller, which, &params.page()?).await?;
    let now = service.now();
    Ok(axum::Json(List::new(page, |credential| CredentialObject::new(&credential, now))))
}

/// The reply is the only one that ever holds the secret.
pub(crate) async fn issue<B: Into<IssueCredential>>(
    which: Which,
    service: Service,
    caller: Credentialed,
    once: Once<B>,
) -> Result<(StatusCode, axum::Json<IssuedObject>), Problem> {
    let IssueCredential { org, issue, justification } = once.body.into();
    let request = IssueRequest { org, issue, justification, idempotency: once.idempotency };
    let issued = service.issue(&caller.caller, which, &request).await?;
    Ok((StatusCode::CREATED, axum::Json(IssuedObject::new(issued, service.now()))))
}

/// The four verbs that answer with the credential as it is afterwards.
#[derive(Clone, Copy)]
pub(crate) enum Verb {
    CancelRoll,
    FinishRoll,
    Disable,
    Enable,
}

impl Verb {
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::CancelRoll, "roll/cancel"),
        (Self::FinishRoll, "roll/finish"),
        (Self::Disable, "disable"),
        (Self::Enable, "enable"),
    ];
}

pub(crate) async fn act(
    verb: Verb,
    which: Which,
    service: Service,
    caller: Credentialed,
    place: Place,
) -> Result<Versioned, Problem> {
    let (caller, id) = (&caller.caller, place.id());
    let credential = match verb {
        Verb::CancelRoll => service.cancel_roll(caller, which, id).await?,
        Verb::FinishRoll => service.finish_roll(caller, which, id).await?,
        Verb::Disable => service.disable(caller, which, id).await?,
        Verb::Enable => service.enable(caller, which, id).await?,
    };
    Ok(versioned(&service, &credential))
}

pub(crate) async fn show(
    which: Which,
    service: Service,
    caller: Credentialed,
    place: Place,
) -> Result<Versioned, Problem> {
    let credential = service.show(&caller.caller, which, place.id()).await?;
    Ok(versioned(&service, &credential))
}

pub(crate) async fn edit(
    which: Which,
    service: Service,
    caller: Credentialed,
    place: Place,
    headers: HeaderMap,
    body: EditCredential,
) -> Result<Versioned, Problem> {
    let credential = service.edit(&caller.caller, which, place.id(), &body.into(), expected(&headers)).await?;
    Ok(versioned(&service, &credential))
}

/// The same as revoking; the credential stays listed.
pub(crate) async fn delete(
    which: Which,
    service: Service,
    caller: Credentialed,
    place: Place,
) -> Result<StatusCode, Problem> {
    service.revoke(&caller.caller, which, place.id(), Confirmation::NotAsked).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn roll(
    which: Which,
    service: Service,
    caller: Credentialed,
    place: Place,
    once: Once<Roll>,
) -> Result<axum::Json<IssuedObject>, Problem> {
    let issued = service.roll(&caller.caller, which, place.id(), once.body.overlap_seconds, once.idempotency).await?;
    Ok(axum::Json(IssuedObject::new(issued, service.now())))
}

/// `POST /v1/me/credential/roll`: the credential that calls.
pub(crate) async fn roll_self(
    State(service): State<Service>,
    caller: Credentialed,
    once: Once<Roll>,
) -> Result<axum::Json<IssuedObject>, Problem> {
    let issued = service.roll_self(&caller.caller, once.body.overlap_seconds, once.idempotency).await?;
    Ok(axum::Json(IssuedObject::new(issued, service.now())))
}

/// A credential that was revoked, and who knows.
#[derive(Serialize)]
pub(crate) struct RevokedObject {
    #[serde(flatten)]
    credential: CredentialObject,
    propagation: Propagation,
}

impl RevokedObject {
    fn new(revoked: &Revoked, service: &Service) -> Self {
        let credential = CredentialObject::new(&revoked.credential, service.now());
        Self { credential, propagation: revoked.propagation }
    }
}

/// The reply leaves when every node refuses the credential, or has stopped answering.
pub(crate) async fn revoke(
    which: Which,
    service: Service,
    caller: Credentialed,
    place: Place,
) -> Result<axum::Json<RevokedObject>, Problem> {
    let revoked = service.revoke(&caller.caller, which, place.id(), Confirmation::NotAsked).await?;
    Ok(axum::Json(RevokedObject::new(&revoked, &service)))
}

/// `POST /v1/me/credential/revoke`: the credential that calls.
pub(crate) async fn revoke_self(
    State(service): State<Service>,
    caller: Credentialed,
) -> Result<axum::Json<RevokedObject>, Problem> {
    let revoked = service.revoke_self(&caller.caller).await?;
    Ok(axum::Json(RevokedObject::new(&revoked, &service)))
}
