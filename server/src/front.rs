//! The application as a connection sees it: the routes, and before them the one that every request of every customer's API
//! calls.
//!
//! Owns: the short way to `POST /v1/verify`, past the router and its layers. It gives the same answer as the long way: same
//! handler, same limits, same headers. Never: another handler.

use crate::{
    AppState,
    api::problem::Problem,
    gate::{body_limit, facts, security_headers},
    verify,
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use std::{convert::Infallible, panic::AssertUnwindSafe};
use tower::ServiceExt;

/// The whole application.
pub struct Front {
    /// Without it there is no short way.
    state: Option<AppState>,
    routes: Router,
}

impl From<Router> for Front {
    fn from(routes: Router) -> Self {
        Self { state: None, routes }
    }
}

impl Front {
    pub(crate) fn new(state: AppState, routes: Router) -> Self {
        Self { state: Some(state), routes }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// None.
    pub async fn answer(&self, request: Request) -> Result<Response, Infallible> {
        if let Some(state) = &self.state
            && request.method() == Method::POST
            && request.uri().path() == "/v1/verify"
        {
            return Ok(verify_past_the_router(state, request).await);
        }
        self.routes.clone().oneshot(request).await
    }
}

async fn verify_past_the_router(state: &AppState, mut request: Request) -> Response {
    let origin = facts::origin_of(state, &request);
    let request_id = origin.request_id.clone();
    request.extensions_mut().insert(origin);
    let request = request.map(|body| Body::new(body_limit::usual(body)));
    let answered = AssertUnwindSafe(verify::verify_one(state, request)).catch_unwind().await;
    let response = answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    let mut response = Problem::finish(response, &request_id);
    security_headers::put(response.headers_mut(), state.public_url.is_https());
    facts::name_request(response.headers_mut(), &request_id);
    tracing::debug!(status = response.status().as_u16(), request_id, "verified");
    response
}
