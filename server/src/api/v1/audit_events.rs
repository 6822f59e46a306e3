//! `/v1/orgs/{org}/audit-events`: list, and export as NDJSON or CSV.

use super::types::{AuditEventObject, AuditParams, List};
use crate::api::{
    audit_export::{Format, export},
    extract::{Credentialed, Params, Place},
    problem::Problem,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use service::Service;

/// `GET …/audit-events`, or with `format=ndjson|csv` an export of what the filter lets through.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: Place,
    Params(params): Params<AuditParams>,
) -> Result<Response, Problem> {
    match params.format.as_deref() {
        None | Some("" | "json") => {
            let page = service.audit_events(&caller.caller, &params.filter()?, &params.page()?).await?;
            Ok(axum::Json(List::new(page, AuditEventObject::from)).into_response())
        }
        Some(format) => match Format::named(format) {
            Some(format) => export(service, caller.caller.clone(), params.filter()?, format).await,
            None => Err(Problem::bad_request("format must be json, ndjson or csv.")),
        },
    }
}
