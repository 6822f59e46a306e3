//! `/v1/orgs/{org}/credentials`: one inventory of every kind and owner.

use super::types::{
    BlastRadiusObject, BulkBody, BulkCall, BulkReply, CredentialObject, FindBody, InventoryParams, List, PreviewObject,
    UsageObject, UsageParams,
};
use crate::api::{
    extract::{Credentialed, Json, Params, PathParams},
    problem::Problem,
};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use service::Service;

type Reply<T> = Result<axum::Json<T>, Problem>;

/// `GET …/credentials` with filters.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<InventoryParams>,
) -> Reply<List<CredentialObject>> {
    let page = service.credentials().inventory(&caller.caller, &params.filter()?, &params.page()?).await?;
    let now = service.now();
    Ok(axum::Json(List::new(page, |credential| CredentialObject::new(&credential, now))))
}

/// `POST …/credentials/bulk`
pub(crate) async fn bulk(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Json(body): Json<BulkBody>,
) -> Reply<BulkReply> {
    let (dry_run, items) = match body.call()? {
        BulkCall::Act(request) => (request.dry_run, service.credentials().bulk(&caller.caller, &request).await?),
        BulkCall::Transfer(request) => {
            (request.dry_run, service.credentials().transfer(&caller.caller, &request).await?)
        }
    };
    Ok(axum::Json(BulkReply::new(dry_run, items, service.now())))
}

/// `POST …/credentials/find`: which credential is this value?
pub(crate) async fn find(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Json(body): Json<FindBody>,
) -> Reply<CredentialObject> {
    let credential = service.credentials().find(&caller.caller, &body.secret()?).await?;
    Ok(axum::Json(CredentialObject::new(&credential, service.now())))
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "EffectiveGrant")]
pub(crate) struct Effective {
    credential: CredentialObject,
    #[serde(flatten)]
    preview: PreviewObject,
}

/// `GET …/credentials/{id}/effective`: what it can do now.
pub(crate) async fn effective(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Reply<Effective> {
    let (credential, preview) = service.credentials().effective(&caller.caller, path.id()).await?;
    let credential = CredentialObject::new(&credential, service.now());
    Ok(axum::Json(Effective { credential, preview: preview.into() }))
}

/// `GET …/credentials/{id}/blast-radius`: what would notice if it stopped working.
pub(crate) async fn blast_radius(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Reply<BlastRadiusObject> {
    let found = service.credentials().blast_radius(&caller.caller, path.id()).await?;
    Ok(axum::Json(BlastRadiusObject::from(&found)))
}

/// `GET …/credentials/{id}/usage?from=&to=`: calls by hour and outcome.
pub(crate) async fn usage(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Params(params): Params<UsageParams>,
) -> Reply<UsageObject> {
    let report = service.usage().report(&caller.caller, path.id(), params.request()?).await?;
    Ok(axum::Json(report.into()))
}
