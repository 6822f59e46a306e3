//! What HTTP/1.1 asks of a request before anything in it counts.
//!
//! Owns: that two readers of one request, such as a proxy and this server, cannot read it differently: exactly one `Host`
//! (RFC 9112 section 3.2), and no transfer coding but `chunked` (section 6.1).

use crate::api::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version, header, uri::Authority};

/// The refusal of a request that is not to be read; its connection ends.
pub(crate) fn refuse(version: Version, headers: &HeaderMap) -> Option<Problem> {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let is_chunked = |value: &HeaderValue| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    if codings.next().is_some_and(|coding| !is_chunked(coding)) || codings.next().is_some() {
        let detail = "Send the body with a Content-Length, or with Transfer-Encoding: chunked and no other coding.";
        return Some(Problem::new(StatusCode::NOT_IMPLEMENTED, "transfer_coding_unknown", detail));
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let has_one = hosts.next().is_some_and(is_host) && hosts.next().is_none();
    if version == Version::HTTP_11 && !has_one {
        return Some(Problem::bad_request("Send exactly one Host header, with a host name and nothing else."));
    }
    None
}

fn is_host(value: &HeaderValue) -> bool {
    let is_authority = Authority::try_from(value.as_bytes()).is_ok() && !value.as_bytes().contains(&b'@');
    value.is_empty() || is_authority
}
