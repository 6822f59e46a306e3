//! No body is larger than 64 KiB, whether it says so or not; an imported document may have 2 MiB.

use crate::{api::problem::Problem, oauth::error::OAuthProblem};
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;

const MAX_BODY: usize = 64 * 1024;
const MAX_DOCUMENT: usize = 2 * 1024 * 1024;

/// The two ways of importing an OpenAPI document: over the API, and by the form on its page.
fn is_import(route: &str) -> bool {
    route.ends_with("/import") || route == "/_fn/import-openapi"
}

/// What every body but a document's may have.
pub(crate) fn usual(body: Body) -> Limited<Body> {
    Limited::new(body, MAX_BODY)
}

pub(crate) async fn limit(request: Request, next: Next) -> Response {
    let is_document = request.extensions().get::<MatchedPath>().is_some_and(|path| is_import(path.as_str()));
    let max = if is_document { MAX_DOCUMENT } else { MAX_BODY };
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|value| value.parse::<usize>().ok()).is_some_and(|length| length > max) {
        let is_oauth =
            request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str().starts_with("/oauth/"));
        return if is_oauth { OAuthProblem::too_large().into_response() } else { Problem::too_large().into_response() };
    }
    next.run(request.map(|body| Body::new(Limited::new(body, max)))).await
}
