//! How a credential was used.

use crate::api::problem::Problem;
use domain::{Timestamp, code::FlawCode, error::Flaw, ids::CredentialId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{
    credentials::BlastRadius,
    verify::{UsageReport, UsageRequest},
};
use std::collections::BTreeMap;

/// `?from=&to=`, RFC 3339.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct UsageParams {
    #[schemars(with = "Option<Timestamp>")]
    from: Option<String>,
    #[schemars(with = "Option<Timestamp>")]
    to: Option<String>,
}

impl UsageParams {
    pub(crate) fn request(&self) -> Result<UsageRequest, Problem> {
        let read = |name: &str, text: &Option<String>| {
            let parsed = text.as_deref().map(Timestamp::parse_rfc3339).transpose();
            let detail = "Write a time such as 2027-01-31T09:00:00Z.";
            parsed.map_err(|_| Problem::invalid(vec![Flaw::new(FlawCode::InvalidTime, detail).at(format!("/{name}"))]))
        };
        Ok(UsageRequest { from: read("from", &self.from)?, to: read("to", &self.to)? })
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Usage")]
pub(crate) struct UsageObject {
    from: Timestamp,
    to: Timestamp,
    total: u64,
    by_outcome: BTreeMap<String, u64>,
    series: Vec<Hour>,
    refused: Vec<Refused>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct Hour {
    at: Timestamp,
    outcome: String,
    count: u64,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct Refused {
    at: Timestamp,
    outcome: String,
    ip: Option<String>,
}

impl From<UsageReport> for UsageObject {
    fn from(report: UsageReport) -> Self {
        let mut by_outcome = BTreeMap::new();
        for hour in &report.hours {
            *by_outcome.entry(hour.outcome.clone()).or_default() += hour.count;
        }
        let refused = report.refused.into_iter();
        let series = report.hours.into_iter();
        Self {
            from: report.from,
            to: report.to,
            total: by_outcome.values().sum(),
            by_outcome,
            series: series.map(|hour| Hour { at: hour.at, outcome: hour.outcome, count: hour.count }).collect(),
            refused: refused
                .map(|call| Refused { at: call.at, outcome: call.outcome, ip: call.ip.map(|ip| ip.to_string()) })
                .collect(),
        }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BlastRadius")]
pub(crate) struct BlastRadiusObject {
    #[schemars(extend("const" = "blast_radius"))]
    object: &'static str,
    credential_id: CredentialId,
    last_used_at: Option<Timestamp>,
    calls_last_24h: u64,
    most_calls_per_minute: u64,
    distinct_addresses: usize,
    addresses: Vec<AddressObject>,
    distinct_callers: usize,
    asked_by: Vec<CallerObject>,
    operations: Vec<OperationObject>,
    series: Vec<CallsObject>,
    safe_to_remove: bool,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct AddressObject {
    ip: String,
    last_used_at: Timestamp,
}

/// An API's own credential, with which it asked about this one.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct CallerObject {
    credential_id: String,
    name: Option<String>,
    last_used_at: Timestamp,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct OperationObject {
    id: String,
    last_used_at: Timestamp,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct CallsObject {
    at: Timestamp,
    count: u64,
}

impl From<&BlastRadius> for BlastRadiusObject {
    fn from(found: &BlastRadius) -> Self {
        let address =
            |(ip, at): &(std::net::IpAddr, Timestamp)| AddressObject { ip: ip.to_string(), last_used_at: *at };
        let caller = |(credential_id, name, last_used_at)| CallerObject { credential_id, name, last_used_at };
        let operation = |(id, last_used_at)| OperationObject { id, last_used_at };
        Self {
            object: "blast_radius",
            credential_id: found.credential.id,
            last_used_at: found.credential.last_used_at(),
            calls_last_24h: found.calls(),
            most_calls_per_minute: found.most_in_a_minute(),
            distinct_addresses: found.addresses.len(),
            addresses: found.addresses.iter().map(address).collect(),
            distinct_callers: found.asked_by.len(),
            asked_by: found.asked_by.iter().cloned().map(caller).collect(),
            operations: found.operations.iter().cloned().map(operation).collect(),
            series: found.hours.iter().map(|(at, count)| CallsObject { at: *at, count: *count }).collect(),
            safe_to_remove: found.is_safe_to_remove,
        }
    }
}
