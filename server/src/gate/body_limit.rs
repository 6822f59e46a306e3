//! No body is larger than 64 KiB, whether it says so or not.

use crate::api::problem::Problem;
use axum::{
    body::Body,
    extract::Request,
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;

/// The largest body, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;

pub(crate) async fn limit(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|value| value.parse::<usize>().ok()).is_some_and(|length| length > MAX_BODY) {
        return Problem::too_large().into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, MAX_BODY)))).await
}
