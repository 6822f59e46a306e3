//! File downloads for people who are signed in, written while they are sent.
//!
//! This module recognizes people by their session, as pages do. The use case decides who may download a file and what
//! it contains.

use crate::api::{
    audit_export::{Format, export},
    extract::Params,
    problem::Problem,
    v1::types::AuditParams,
};
use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use service::{Caller, RequestContext, Service, ServiceError};
use tower_sessions::Session;

/// Returns the caller if the organization in the URL is the one they act in, else [`ServiceError::Missing`].
async fn caller_in(
    service: &Service,
    session: &Session,
    context: RequestContext,
    slug: &str,
) -> Result<Caller, ServiceError> {
    let caller = service.sessions().caller(session, context).await?;
    let org = service.orgs().mine(&caller, slug).await?;
    if org.id == caller.actor.org() { Ok(caller) } else { Err(ServiceError::Missing) }
}

/// `GET /orgs/{slug}/audit/export?format=ndjson|csv`: the audit log as a file, with the filters of the API.
pub(crate) async fn audit_log(
    State(service): State<Service>,
    session: Session,
    Extension(context): Extension<RequestContext>,
    Path(slug): Path<String>,
    Params(params): Params<AuditParams>,
) -> Result<Response, Problem> {
    let caller = match caller_in(&service, &session, context, &slug).await {
        Err(ServiceError::Unauthenticated(_)) => return Ok(Redirect::to("/sign-in").into_response()),
        caller => caller?,
    };
    match params.format.as_deref().and_then(Format::named) {
        Some(format) => export(service, caller, params.filter()?, format).await,
        None => Err(Problem::bad_request("format must be ndjson or csv.")),
    }
}
