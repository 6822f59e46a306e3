//! The security headers of every response.
//!
//! The defaults are strict. A page has its own content security policy with a nonce; every other response gets a policy
//! that allows nothing. A response is cached only if its handler says so.

use crate::{AppState, listen::header_line};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

const ONLY_HTTPS: &str = "max-age=31536000; includeSubDomains";

/// Headers that only matter for a document. Other responses omit them.
const ON_PAGES: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("x-frame-options"), "DENY"),
];

pub(crate) async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    put(response.headers_mut(), state.public_url.is_https());
    response
}

/// Adds the headers that the handler has not set.
pub(crate) fn put(headers: &mut HeaderMap, is_https: bool) {
    headers.reserve(EVERYWHERE.len() + ON_PAGES.len() + 2);
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    for (name, value) in EVERYWHERE.into_iter().chain(ON_PAGES.into_iter().filter(|_| is_page)) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_HTTPS));
    }
}

/// The headers of a response that is not a page, as header lines.
pub(crate) fn lines(is_https: bool) -> String {
    let https = is_https.then_some((header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS));
    let mut lines = String::new();
    EVERYWHERE.into_iter().chain(https).for_each(|(name, value)| header_line(&mut lines, &name, value));
    lines
}
