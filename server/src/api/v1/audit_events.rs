//! `/v1/orgs/{org}/audit-events`: list, and export as NDJSON or CSV.

use super::types::{AuditEventObject, AuditParams, List};
use crate::api::{
    extract::{Credentialed, Params, Place},
    problem::Problem,
};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use service::{Service, audit_log::PageRequest};

/// The most events of one export; the filter's `before` asks for the rest.
const MAX_EXPORT: usize = 10_000;

/// `GET …/audit-events`, or with `format=ndjson|csv` an export of what the filter lets through.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: Place,
    Params(params): Params<AuditParams>,
) -> Result<Response, Problem> {
    let write: fn(&AuditEventObject) -> String = match params.format.as_deref() {
        None | Some("" | "json") => {
            let page = service.audit_events(&caller.caller, &params.filter()?, &params.page()?).await?;
            return Ok(axum::Json(List::new(page, AuditEventObject::from)).into_response());
        }
        Some("ndjson") => |event| serde_json::to_string(event).unwrap_or_default(),
        Some("csv") => AuditEventObject::csv,
        Some(_) => return Err(Problem::bad_request("format must be json, ndjson or csv.")),
    };
    let is_csv = params.format.as_deref() == Some("csv");
    let mut text = if is_csv { AuditEventObject::COLUMNS.join(",") + "\r\n" } else { String::new() };
    let (filter, mut cursor, mut written) = (params.filter()?, None, 0);
    while written < MAX_EXPORT {
        let page = PageRequest::new(PageRequest::MAX_LIMIT, cursor);
        let page = service.audit_events(&caller.caller, &filter, &page).await?;
        for record in page.items {
            text += &write(&record.into());
            text += if is_csv { "\r\n" } else { "\n" };
            written += 1;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let (content_type, file) = if is_csv {
        ("text/csv; charset=utf-8", "attachment; filename=\"audit-events.csv\"")
    } else {
        ("application/x-ndjson", "attachment; filename=\"audit-events.ndjson\"")
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(file)),
    ];
    Ok((headers, text).into_response())
}
