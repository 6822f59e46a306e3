//! The line that a request leaves in the log.
//!
//! It has the method, route, status, duration, address of the client, credential and request id. The route is the template
//! that matched, never the path: a path, a query string or a header may hold a secret. A refused request of a known
//! credential is also in the audit log of its organization.

use axum::http::StatusCode;
use domain::{access::Origin, ids::CredentialId};
use service::Service;
use std::time::Instant;

/// The routes that every request of every customer's API calls. Their replies without a refusal leave no line.
const QUIET: [&str; 2] = ["/v1/verify", "/oauth/introspect"];

/// The credential that a request came with, beside its answer.
#[derive(Clone, Copy)]
pub(crate) struct CalledBy(pub(crate) CredentialId);

/// Beside an answer whose refusals the gate has recorded already, with the rule that refused.
#[derive(Clone, Copy)]
pub(crate) struct RecordsItself;

/// The part of a line that is known before the request is answered.
pub(super) struct RequestLine<'a> {
    pub(super) service: &'a Service,
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    pub(super) context: &'a Origin,
    pub(super) started: Instant,
}

impl RequestLine<'_> {
    /// Writes the line.
    pub(super) fn write(&self, status: StatusCode, credential: Option<CalledBy>) {
        let Self { service: _, method, route, context, started } = self;
        if status.is_success() && QUIET.contains(route) {
            return;
        }
        let status = status.as_u16();
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (request_id, client_ip) = (&context.request_id, context.ip.map(tracing::field::display));
        let credential = credential.map(|CalledBy(id)| tracing::field::display(id));
        tracing::info!(method, route, status, micros, client_ip, credential, request_id, "request");
    }

    /// Puts a refused request of a known credential into the audit log.
    pub(super) fn record(&self, status: StatusCode, credential: Option<CalledBy>) {
        let is_refused =
            [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if let (Some(CalledBy(id)), true) = (credential, is_refused) {
            self.service.record_refused_request_later(id, status.as_u16(), self.context.clone());
        }
    }
}
