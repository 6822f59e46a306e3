//! The security headers of every response.
//!
//! The defaults are strict. A page has its own content security policy with a nonce; every other response gets a policy
//! that allows nothing. A response is cached only if its handler says so.

use axum::{
    http::{HeaderName, HeaderValue, header},
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

/// Adds the headers that the handler has not set.
pub(super) fn add(mut response: Response, is_https: bool) -> Response {
    let headers = response.headers_mut();
    headers.reserve(EVERYWHERE.len() + ON_PAGES.len() + 2);
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    for (name, value) in EVERYWHERE.iter().chain(ON_PAGES.iter().filter(|_| is_page)) {
        headers.entry(name).or_insert_with(|| HeaderValue::from_static(value));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_HTTPS));
    }
    response
}
