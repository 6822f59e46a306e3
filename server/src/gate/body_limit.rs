//! Limits a body to 64 KiB, with or without a `Content-Length`, and an imported document to 2 MiB.
//!
//! Rejects encoded bodies, because a compressed body is larger than its length.

use crate::{api::problem::Problem, oauth::error::OAuthProblem};
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::code::ProblemCode;
use http_body_util::Limited;
use hyper::body::Body as _;

const MAX_BODY: usize = 64 * 1024;
const MAX_DOCUMENT: usize = 2 * 1024 * 1024;

/// Both routes that import an OpenAPI document: the API, and the form on its page.
fn is_import(route: &str) -> bool {
    route.ends_with("/import") || route == "/_fn/import-openapi"
}

pub(crate) const NOT_ENCODED: &str = "Send the body as it is, without Content-Encoding.";

/// Returns the error for a compressed or otherwise encoded body (RFC 9110 section 15.5.16). `path` is the path of the
/// request. A forward authentication request has no body, even if it copies the headers of a request that has one.
fn refuse_encoded(path: &str, headers: &HeaderMap, body: &Body) -> Option<Response> {
    let is_plain = |value: &HeaderValue| {
        let coding = value.as_bytes().trim_ascii();
        coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
    };
    let is_encoded = !headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain);
    if !is_encoded || body.is_end_stream() || path.starts_with("/v1/forward-auth") {
        return None;
    }
    let mut response = if path.starts_with("/oauth/") {
        OAuthProblem::encoded().into_response()
    } else {
        Problem::new(ProblemCode::UnsupportedMediaType, NOT_ENCODED).into_response()
    };
    response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Some(response)
}

/// Returns the refusal of a request whose body is encoded, or declared to be too large.
pub(super) fn refuse(request: &Request) -> Option<Response> {
    if let Some(refusal) = refuse_encoded(request.uri().path(), request.headers(), request.body()) {
        return Some(refusal);
    }
    let route = route_of(request);
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let is_too_large = length.and_then(|value| value.parse::<usize>().ok()).is_some_and(|length| length > max(route));
    is_too_large.then(|| match route.starts_with("/oauth/") {
        true => OAuthProblem::too_large().into_response(),
        false => Problem::too_large().into_response(),
    })
}

/// Returns the request with a body that fails at the limit.
pub(super) fn limit(request: Request) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    let max = max(route_of(&request));
    request.map(|body| Body::new(Limited::new(body, max)))
}

fn route_of(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str)
}

/// The limit of a route, in bytes.
fn max(route: &str) -> usize {
    if is_import(route) { MAX_DOCUMENT } else { MAX_BODY }
}
