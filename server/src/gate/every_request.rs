//! The layer around all routes.
//!
//! It creates the request context, and rejects requests with ambiguous framing or a body that is too large. It gives
//! errors their form and replies their headers, and writes the log line. For the parts, see `request_context`,
//! `framing`, `body_limit`, `security_headers` and `request_line`.

use super::{
    body_limit, framing,
    request_context::{self, name_request},
    request_line::{CalledBy, RecordsItself, RequestLine},
    security_headers,
};
use crate::{AppState, api::problem::Problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Instant;

pub(crate) async fn surround(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let context = request_context::of(&state, &request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(context.clone());

    let response = Problem::finish(answer(request, next).await, &context.request_id);
    let mut response = security_headers::add(response, state.public_url.is_https());
    name_request(response.headers_mut(), &context.request_id);
    let line = RequestLine {
        service: &state.service,
        method: method.as_str(),
        route: route.as_ref().map_or("unmatched", MatchedPath::as_str),
        context: &context,
        started,
    };
    let called_by = response.extensions().get::<CalledBy>().copied();
    line.write(response.status(), called_by);
    if response.extensions().get::<RecordsItself>().is_none() {
        line.record(response.status(), called_by);
    }
    response
}

async fn answer(request: Request, next: Next) -> Response {
    if let Some(problem) = framing::refuse(&request) {
        // The end of an unread request is unknown, so no other request can follow it.
        return ([(header::CONNECTION, HeaderValue::from_static("close"))], problem).into_response();
    }
    if framing::is_about_the_server(&request) {
        return StatusCode::NO_CONTENT.into_response();
    }
    match body_limit::refuse(&request) {
        Some(refusal) => refusal,
        None => next.run(body_limit::limit(request)).await,
    }
}
