//! The log line of a request: method, route, status, duration, client address, credential and request id.
//!
//! The route is the matched template, never the path: a path, a query string or a header may contain a secret.
//! Endpoints that customers call on every request log only rejected requests. A rejected request with a known
//! credential is also in the audit log of its organization.

use axum::http::StatusCode;
use domain::{access::Origin, ids::CredentialId};
use service::Service;
use std::time::Instant;

/// Response extension: the credential of the request.
#[derive(Clone, Copy)]
pub(crate) struct CalledBy(pub(crate) CredentialId);

/// Response extension: the gate has already recorded the rejection, with the rule.
#[derive(Clone, Copy)]
pub(crate) struct RecordsItself;

/// The fields of the line that are known before the response.
pub(crate) struct RequestLine<'a> {
    pub(crate) service: &'a Service,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) origin: &'a Origin,
    pub(crate) started: Instant,
}

impl RequestLine<'_> {
    pub(crate) fn write(&self, status: StatusCode, credential: Option<CalledBy>) {
        let Self { service: _, method, route, origin, started } = self;
        let (status, micros, request_id) =
            (status.as_u16(), u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX), &origin.request_id);
        let client_ip = origin.ip.map(tracing::field::display);
        let credential = credential.map(|CalledBy(id)| tracing::field::display(id));
        tracing::info!(method, route, status, micros, client_ip, credential, request_id, "request");
    }

    pub(crate) fn write_if_refused(&self, status: StatusCode, credential: Option<CalledBy>) {
        if !status.is_success() {
            self.write(status, credential);
            self.record(status, credential);
        }
    }

    /// Writes a rejected request with a known credential to the audit log.
    pub(crate) fn record(&self, status: StatusCode, credential: Option<CalledBy>) {
        let is_refused =
            [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if let (Some(CalledBy(id)), true) = (credential, is_refused) {
            self.service.record_refused_request_later(id, status.as_u16(), self.origin.clone());
        }
    }
}
