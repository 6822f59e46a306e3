//! Audit events as objects.

use super::list::page_request;
use crate::api::problem::Problem;
use domain::{
    Timestamp,
    code::FlawCode,
    error::{FieldErrors, Flaw},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::audit_log::{AuditFilter, AuditRecord, PageRequest};

/// `?action=&actor=&target=&after=&before=&format=`
#[derive(Deserialize, JsonSchema)]
pub(crate) struct AuditParams {
    action: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    #[schemars(with = "Option<Timestamp>")]
    after: Option<String>,
    #[schemars(with = "Option<Timestamp>")]
    before: Option<String>,
    /// `json`: a page of events. Otherwise a file with all events that match.
    #[schemars(extend("enum" = ["json", "ndjson", "csv"]))]
    pub(crate) format: Option<String>,
    #[schemars(range(min = 1, max = PageRequest::MAX_LIMIT))]
    limit: Option<u32>,
    cursor: Option<String>,
}

impl AuditParams {
    pub(crate) fn filter(&self) -> Result<AuditFilter, Problem> {
        let mut errors = FieldErrors::default();
        let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let mut instant = |pointer: &str, value: &Option<String>| {
            let parsed = Timestamp::parse_rfc3339(&given(value)?)
                .map_err(|error| Flaw::new(FlawCode::InvalidTime, error.to_string()));
            errors.check(pointer, parsed)
        };
        let (after, before) = (instant("/after", &self.after), instant("/before", &self.before));
        if !errors.is_empty() {
            return Err(Problem::invalid(errors.0));
        }
        Ok(AuditFilter {
            action: given(&self.action),
            actor: given(&self.actor),
            target: given(&self.target),
            after,
            before,
        })
    }

    pub(crate) fn page(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.clone())
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "AuditEvent")]
pub(crate) struct AuditEventObject {
    id: String,
    #[schemars(extend("const" = "audit_event"))]
    object: &'static str,
    org_id: String,
    seq: i64,
    at: Timestamp,
    action: String,
    actor: ActorObject,
    target: TargetObject,
    detail: Value,
    request_id: String,
    ip: Option<String>,
    user_agent: Option<String>,
    prev_hash: String,
    hash: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct ActorObject {
    r#type: String,
    id: String,
    name: String,
    credential_id: Option<String>,
    credential_name: Option<String>,
    session_id: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct TargetObject {
    r#type: String,
    id: String,
    name: Option<String>,
}

impl From<AuditRecord> for AuditEventObject {
    fn from(record: AuditRecord) -> Self {
        Self {
            id: record.id,
            object: "audit_event",
            org_id: record.org_id,
            seq: record.seq,
            at: record.at,
            action: record.action,
            actor: ActorObject {
                r#type: record.actor_type,
                id: record.actor_id,
                name: record.actor_name,
                credential_id: record.actor_credential_id,
                credential_name: record.actor_credential_name,
                session_id: record.actor_session_id,
            },
            target: TargetObject { r#type: record.target_type, id: record.target_id, name: record.target_name },
            detail: record.detail,
            request_id: record.request_id,
            ip: record.ip,
            user_agent: record.user_agent,
            prev_hash: record.prev_hash,
            hash: record.hash,
        }
    }
}

impl AuditEventObject {
    /// The columns of the CSV export.
    pub(crate) const COLUMNS: [&'static str; 13] = [
        "seq",
        "at",
        "action",
        "actor_type",
        "actor_id",
        "actor_name",
        "target_type",
        "target_id",
        "target_name",
        "ip",
        "request_id",
        "detail",
        "user_agent",
    ];

    /// One line of the CSV export (RFC 4180). A cell that a spreadsheet would take for a formula is kept from being one.
    pub(crate) fn csv(&self) -> String {
        let cells = [
            self.seq.to_string(),
            self.at.to_string(),
            self.action.clone(),
            self.actor.r#type.clone(),
            self.actor.id.clone(),
            self.actor.name.clone(),
            self.target.r#type.clone(),
            self.target.id.clone(),
            self.target.name.clone().unwrap_or_default(),
            self.ip.clone().unwrap_or_default(),
            self.request_id.clone(),
            self.detail.to_string(),
            self.user_agent.clone().unwrap_or_default(),
        ];
        cells.map(|cell| csv_cell(&cell)).join(",")
    }
}

fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_out() {
        assert_eq!(csv_cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv_cell("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(csv_cell("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
    }
}
