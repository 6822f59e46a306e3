//! The application as a connection sees it: the routes, and before them those that every request of every customer's API
//! calls.
//!
//! Owns: the short way past the router and its layers. It gives the same answer as the long way: same handlers, same limits,
//! same headers. Never: a handler of its own.

use crate::{
    AppState,
    api::problem::Problem,
    gate::{facts, security_headers},
    oauth, verify,
};
use axum::{
    Router,
    extract::{ConnectInfo, Request},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use std::{convert::Infallible, net::SocketAddr, panic::AssertUnwindSafe};
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

/// A route that has a short way.
enum Short {
    Verify,
    Introspect,
    Token,
}

impl Short {
    fn of(request: &Request) -> Option<Self> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/v1/verify") => Some(Self::Verify),
            (&Method::POST, "/oauth/introspect") => Some(Self::Introspect),
            (&Method::POST, "/oauth/token") => Some(Self::Token),
            _ => None,
        }
    }
}

impl Front {
    pub(crate) fn new(state: AppState, routes: Router) -> Self {
        Self { state: Some(state), routes }
    }

    /// Answers a request of this peer.
    ///
    /// # Errors
    /// None.
    pub async fn answer(&self, peer: SocketAddr, mut request: Request) -> Result<Response, Infallible> {
        if let (Some(state), Some(short)) = (&self.state, Short::of(&request)) {
            return Ok(past_the_router(state, short, peer, request).await);
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        // Large, and not to be carried by whoever takes the short way.
        Box::pin(self.routes.clone().oneshot(request)).await
    }
}

async fn past_the_router(state: &AppState, short: Short, peer: SocketAddr, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request_id = facts::new_request_id(state);
    let answering = async {
        let origin = || facts::origin_of(state, request_id.clone(), peer.ip(), &parts.headers);
        match short {
            Short::Verify => {
                let ip = facts::client_ip(state, peer.ip(), &parts.headers);
                verify::answer_one(state, ip, &parts, body).await
            }
            // Larger, and not to be carried by whoever verifies.
            Short::Introspect => Box::pin(oauth::answer_introspect(state, origin(), parts, body)).await,
            Short::Token => Box::pin(oauth::answer_token(state, origin(), parts, body)).await,
        }
    };
    let answered = AssertUnwindSafe(answering).catch_unwind().await;
    let response = answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    let mut response = Problem::finish(response, &request_id);
    security_headers::put(response.headers_mut(), state.public_url.is_https());
    facts::name_request(response.headers_mut(), &request_id);
    tracing::debug!(status = response.status().as_u16(), request_id, "answered past the router");
    response
}
