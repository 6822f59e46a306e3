//! The log line of a request: method, route, status, duration, client address, credential and request id.
//!
//! The route is the matched template, never the path: a path, a query string or a header may contain a secret. A
//! rejected request with a known credential is also in the audit log of its organization.

use axum::http::StatusCode;
use domain::{access::RequestContext, ids::CredentialId};
use service::Service;
use std::time::Instant;

/// The routes that APIs of customers call on every request. Their successful replies leave no line.
const QUIET: [&str; 2] = ["/v1/verify", "/oauth/introspect"];

/// Response extension: the credential of the request.
#[derive(Clone, Copy)]
pub(crate) struct CalledBy(pub(crate) CredentialId);

/// Response extension: the gate has already recorded the rejection, with the rule.
#[derive(Clone, Copy)]
pub(crate) struct RecordsItself;

/// The fields of the line that are known before the response.
pub(super) struct RequestLine<'a> {
    pub(super) service: &'a Service,
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    pub(super) context: &'a RequestContext,
    pub(super) started: Instant,
}

impl RequestLine<'_> {
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

    /// Writes a rejected request with a known credential to the audit log.
    pub(super) fn record(&self, status: StatusCode, credential: Option<CalledBy>) {
        let is_refused =
            [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if let (Some(CalledBy(id)), true) = (credential, is_refused) {
            self.service.record_refused_request_later(id, status.as_u16(), self.context.clone());
        }
    }
}
