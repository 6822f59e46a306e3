//! The audit log as a file: the same for programs on the API and for people on its page.
//!
//! Owns: the two formats, and that a file is written page by page, however long the log is. Who may read it is decided
//! by the use case, before the first byte is sent.

use super::{problem::Problem, v1::types::AuditEventObject};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{
    StreamExt,
    stream::{once, try_unfold},
};
use service::{
    Caller, Service, ServiceError,
    audit_log::{AuditFilter, AuditRecord, PageRequest},
};
use std::future::ready;

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON object a line.
    Ndjson,
    /// RFC 4180, with a head.
    Csv,
}

impl Format {
    /// The format of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "ndjson" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    fn head(self) -> String {
        match self {
            Self::Ndjson => String::new(),
            Self::Csv => AuditEventObject::COLUMNS.join(",") + "\r\n",
        }
    }

    fn lines(self, records: Vec<AuditRecord>) -> String {
        let line = |event: AuditEventObject| match self {
            Self::Ndjson => serde_json::to_string(&event).unwrap_or_default() + "\n",
            Self::Csv => event.csv() + "\r\n",
        };
        records.into_iter().map(AuditEventObject::from).map(line).collect()
    }

    fn headers(self) -> [(header::HeaderName, HeaderValue); 2] {
        let (content_type, file) = match self {
            Self::Ndjson => ("application/x-ndjson", "attachment; filename=\"audit-events.ndjson\""),
            Self::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit-events.csv\""),
        };
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static(file)),
        ]
    }
}

fn next(cursor: Option<String>) -> PageRequest {
    PageRequest::new(PageRequest::MAX_LIMIT, cursor)
}

/// The events that the filter lets through, newest first. A file that breaks off in the middle is not closed properly, so
/// that whoever reads it sees that it is not whole.
pub(crate) async fn export(
    service: Service,
    caller: Caller,
    filter: AuditFilter,
    format: Format,
) -> Result<Response, Problem> {
    let first = service.audit_log().list(&caller, &filter, &next(None)).await?;
    let pages = try_unfold(Some(first), move |page| {
        let (service, caller, filter) = (service.clone(), caller.clone(), filter.clone());
        async move {
            let Some(page) = page else { return Ok(None) };
            let following = match page.next_cursor {
                None => None,
                cursor => {
                    Some(service.audit_log().list(&caller, &filter, &next(cursor)).await.inspect_err(|error| {
                        tracing::warn!(%error, request_id = caller.context.request_id, "an export broke off");
                    })?)
                }
            };
            Ok::<_, ServiceError>(Some((format.lines(page.items), following)))
        }
    });
    let body = once(ready(Ok(format.head()))).chain(pages);
    Ok((format.headers(), Body::from_stream(body)).into_response())
}
