//! `/v1/orgs/{org}/apis`, `/v1/operations`, `/v1/advise` and the permission preview: the operation catalog.

use super::types::{
    AdviceObject, AdviseBody, ApiObject, List, OperationList, OperationParams, PreviewBody, PreviewObject,
};
use crate::api::{
    extract::{Credentialed, Document, IdempotentJson, Json, Params, PathParams},
    problem::Problem,
    reply::Created,
};
use axum::extract::State;
use domain::access::Action;
use service::{
    Service,
    apis::{ApiDraft, ApiEdit, ApiScopeDraft, OperationDraft},
};

type Reply<T> = Result<axum::Json<T>, Problem>;
type CreatedApi = Result<Created<axum::Json<ApiObject>>, Problem>;

/// `GET /v1/orgs/{org}/apis`: the organization's, the platform's and Mintmark's own.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Reply<List<ApiObject>> {
    let catalog = service.apis().show_catalog(&caller.caller).await?;
    Ok(axum::Json(List::whole(catalog.into_apis().into_iter().map(ApiObject::from).collect())))
}

/// `POST /v1/orgs/{org}/apis`
pub(crate) async fn create(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    IdempotentJson { body: draft, idempotency }: IdempotentJson<ApiDraft>,
) -> CreatedApi {
    let (caller, key) = (&caller.caller, idempotency.as_ref());
    let work = service.apis().create(caller, &draft);
    let api = service.repeatable(caller, Action::ManageApis, key, work).await?;
    Ok(Created(axum::Json(ApiObject::from(api))))
}

/// `GET /v1/orgs/{org}/apis/{id}`
pub(crate) async fn show(State(service): State<Service>, caller: Credentialed, path: PathParams) -> Reply<ApiObject> {
    Ok(axum::Json(ApiObject::from(service.apis().show(&caller.caller, path.id()).await?)))
}

/// `POST /v1/orgs/{org}/apis/{id}/scopes`
pub(crate) async fn add_scope(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    IdempotentJson { body: draft, idempotency }: IdempotentJson<ApiScopeDraft>,
) -> CreatedApi {
    let (caller, key) = (&caller.caller, idempotency.as_ref());
    let work = service.apis().add_scope(caller, path.id(), &draft);
    let api = service.repeatable(caller, Action::ManageApis, key, work).await?;
    Ok(Created(axum::Json(ApiObject::from(api))))
}

/// `POST /v1/orgs/{org}/apis/{id}/operations`
pub(crate) async fn add_operation(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    IdempotentJson { body: draft, idempotency }: IdempotentJson<OperationDraft>,
) -> CreatedApi {
    let (caller, key) = (&caller.caller, idempotency.as_ref());
    let work = service.apis().add_operation(caller, path.id(), &draft);
    let api = service.repeatable(caller, Action::ManageApis, key, work).await?;
    Ok(Created(axum::Json(ApiObject::from(api))))
}

/// `PATCH /v1/orgs/{org}/apis/{id}`
pub(crate) async fn edit(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(edit): Json<ApiEdit>,
) -> Reply<ApiObject> {
    Ok(axum::Json(ApiObject::from(service.apis().edit(&caller.caller, path.id(), &edit).await?)))
}

/// `DELETE /v1/orgs/{org}/apis/{id}/scopes/{name}`
pub(crate) async fn remove_scope(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Reply<ApiObject> {
    let api = service.apis().remove_scope(&caller.caller, path.id(), path.get("name")).await?;
    Ok(axum::Json(ApiObject::from(api)))
}

/// `DELETE /v1/orgs/{org}/apis/{id}/operations/{operation}`
pub(crate) async fn remove_operation(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Reply<ApiObject> {
    let api = service.apis().remove_operation(&caller.caller, path.id(), path.get("operation")).await?;
    Ok(axum::Json(ApiObject::from(api)))
}

/// `POST /v1/orgs/{org}/apis/{id}/import`: an OpenAPI 3 document as JSON.
pub(crate) async fn import(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    document: Document,
) -> Reply<ApiObject> {
    let caller = &caller.caller;
    let turn = service.apis().import_turn(caller).await?;
    let (text, idempotency) = document.read().await?;
    let key = idempotency.as_ref();
    let work = service.apis().import(caller, path.id(), text, turn);
    let api = service.repeatable(caller, Action::ManageApis, key, work).await.map_err(Problem::of_document)?;
    Ok(axum::Json(ApiObject::from(api)))
}

/// `GET /v1/operations?principal=`
pub(crate) async fn operations(
    State(service): State<Service>,
    caller: Credentialed,
    Params(params): Params<OperationParams>,
) -> Reply<OperationList> {
    Ok(axum::Json(service.apis().list_operations(&caller.caller, params.principal).await?.into()))
}

/// `POST /v1/advise`
pub(crate) async fn advise(
    State(service): State<Service>,
    caller: Credentialed,
    Json(body): Json<AdviseBody>,
) -> Reply<AdviceObject> {
    Ok(axum::Json(service.apis().advise(&caller.caller, &body.operations, body.service).await?.into()))
}

/// `POST /v1/orgs/{org}/permissions/preview`
pub(crate) async fn preview(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Json(body): Json<PreviewBody>,
) -> Reply<PreviewObject> {
    Ok(axum::Json(service.credentials().preview(&caller.caller, body.kind, &body.scopes).await?.into()))
}
