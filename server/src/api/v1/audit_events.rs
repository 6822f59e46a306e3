//! `/v1/orgs/{org}/audit-events`: list, and export as NDJSON or CSV.

use super::types::{AuditEventObject, AuditParams, List};
use crate::api::{
    audit_export::{Format, export},
    extract::{Credentialed, Params, PathParams},
    problem::Problem,
    reply::Export,
};
use axum::extract::State;
use service::Service;

/// `GET …/audit-events`, or with `format=ndjson|csv` an export of what the filter lets through.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<AuditParams>,
) -> Result<Export<List<AuditEventObject>>, Problem> {
    match params.format.as_deref() {
        None | Some("" | "json") => {
            let page = service.audit_log().list(&caller.caller, &params.filter()?, &params.page()?).await?;
            Ok(Export::new(axum::Json(List::new(page, AuditEventObject::from))))
        }
        Some(format) => match Format::named(format) {
            Some(format) => export(service, caller.caller.clone(), params.filter()?, format).await.map(Export::new),
            None => Err(Problem::bad_request("format must be json, ndjson or csv.")),
        },
    }
}
