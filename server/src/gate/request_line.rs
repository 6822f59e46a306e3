//! The line that a request leaves in the log.
//!
//! Owns: what is in it: method, route, status, duration, address of the client, credential and request id. The route is the
//! template that matched, never the path: a path, a query string or a header may hold a secret. Where every request of every
//! customer passes, good ones leave no line. A refused request of a known credential is also in the audit log of its
//! organization.

use axum::http::StatusCode;
use domain::{access::Origin, ids::CredentialId};
use service::Service;
use std::time::Instant;

/// The credential that a request came with, beside its answer.
#[derive(Clone, Copy)]
pub(crate) struct CalledBy(pub(crate) CredentialId);

/// Beside an answer whose refusals the gate has recorded already, with the rule that refused.
#[derive(Clone, Copy)]
pub(crate) struct RecordsItself;

/// What is known of a request before it is answered.
pub(crate) struct RequestLine<'a> {
    pub(crate) service: &'a Service,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) origin: &'a Origin,
    pub(crate) started: Instant,
}

impl RequestLine<'_> {
    /// Writes the line.
    pub(crate) fn write(&self, status: StatusCode, credential: Option<CalledBy>) {
        let Self { service: _, method, route, origin, started } = self;
        let (status, micros, request_id) =
            (status.as_u16(), u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX), &origin.request_id);
        let client_ip = origin.ip.map(tracing::field::display);
        let credential = credential.map(|CalledBy(id)| tracing::field::display(id));
        tracing::info!(method, route, status, micros, client_ip, credential, request_id, "request");
    }

    /// Writes the line if the request was refused or failed.
    pub(crate) fn write_if_refused(&self, status: StatusCode, credential: Option<CalledBy>) {
        if !status.is_success() {
            self.write(status, credential);
            self.record(status, credential);
        }
    }

    /// Puts a refused request of a known credential into the audit log.
    pub(crate) fn record(&self, status: StatusCode, credential: Option<CalledBy>) {
        let is_refused =
            [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if let (Some(CalledBy(id)), true) = (credential, is_refused) {
            self.service.record_refused_request_later(id, status.as_u16(), self.origin.clone());
        }
    }
}
