//! The HTTP/1.1 requirements that a request must meet before anything in it counts.
//!
//! They prevent two readers of one request, such as a proxy and this server, from reading it differently. A request
//! needs exactly one `Host` (RFC 9112 section 3.2) and a target with a path (section 3.2). The only transfer coding is
//! `chunked` (section 6.1).

use crate::api::problem::Problem;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, Version, header, uri::Authority},
};
use domain::code::ProblemCode;

/// Returns the error for a request that must not be read. Its connection ends.
pub(crate) fn refuse(request: &Request) -> Option<Problem> {
    let headers = request.headers();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let is_chunked = |value: &HeaderValue| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    if codings.next().is_some_and(|coding| !is_chunked(coding)) || codings.next().is_some() {
        let detail = "Send the body with a Content-Length, or with Transfer-Encoding: chunked and no other coding.";
        return Some(Problem::new(ProblemCode::TransferCodingUnknown, detail));
    }
    if !has_host(request.version(), headers) {
        return Some(Problem::bad_request("Send exactly one Host header, with a host name and nothing else."));
    }
    if !request.uri().path().starts_with('/') && !is_about_the_server(request) {
        return Some(Problem::bad_request("Send a path that begins with a slash."));
    }
    None
}

/// `OPTIONS *` asks about the server, not about a resource (RFC 9110 section 9.3.7).
pub(crate) fn is_about_the_server(request: &Request) -> bool {
    *request.method() == Method::OPTIONS && request.uri().path() == "*"
}

/// HTTP/1.0 may omit `Host`.
fn has_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match hosts.next() {
        Some(host) => is_host(host) && hosts.next().is_none(),
        None => version != Version::HTTP_11,
    }
}

fn is_host(value: &HeaderValue) -> bool {
    Authority::try_from(value.as_bytes()).is_ok() && !value.as_bytes().contains(&b'@')
}
