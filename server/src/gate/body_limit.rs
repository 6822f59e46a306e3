//! No body is larger than 64 KiB, whether it says so or not; an imported document may have 2 MiB. No body is encoded: what is
//! compressed would be larger than its length says.

use crate::{api::problem::Problem, oauth::error::OAuthProblem};
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::Limited;
use hyper::body::Body as _;

const MAX_BODY: usize = 64 * 1024;
const MAX_DOCUMENT: usize = 2 * 1024 * 1024;

/// The two ways of importing an OpenAPI document: over the API, and by the form on its page.
fn is_import(route: &str) -> bool {
    route.ends_with("/import") || route == "/_fn/import-openapi"
}

pub(crate) const NOT_ENCODED: &str = "Send the body as it is, without Content-Encoding.";

/// The refusal of a body that is compressed, or encoded in another way (RFC 9110 section 15.5.16). `path` is that of the
/// request: what a proxy asks about has no body, whatever the headers of the original request say.
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
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", NOT_ENCODED).into_response()
    };
    response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Some(response)
}

/// The request with a body that ends where the limit is, or the refusal of one that says it is larger or is encoded.
pub(super) fn limit(request: Request) -> Result<Request, Response> {
    if let Some(refusal) = refuse_encoded(request.uri().path(), request.headers(), request.body()) {
        return Err(refusal);
    }
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let max = if is_import(route) { MAX_DOCUMENT } else { MAX_BODY };
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|value| value.parse::<usize>().ok()).is_some_and(|length| length > max) {
        let is_oauth = route.starts_with("/oauth/");
        return Err(if is_oauth {
            OAuthProblem::too_large().into_response()
        } else {
            Problem::too_large().into_response()
        });
    }
    Ok(request.map(|body| Body::new(Limited::new(body, max))))
}
