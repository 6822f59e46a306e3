//! The application as a connection sees it: the routes, and before them those that every request of every customer's API
//! calls.
//!
//! Owns: the short way past the router and its layers, and for requests that came whole past hyper too. All ways give the same
//! answer: same handlers, same limits, same headers. Never: a handler of its own.

use crate::{
    AppState,
    api::problem::Problem,
    gate::{
        body_limit, facts, framing,
        request_line::{CalledBy, RequestLine},
        security_headers,
    },
    listen::{Reply, Whole},
    oauth::{self, Endpoint},
    verify,
};
use axum::{
    Router,
    body::to_bytes,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use ipnet::IpNet;
use std::{convert::Infallible, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Instant};
use tower::ServiceExt;

/// The whole application.
pub struct Front {
    /// Without it there is no short way.
    state: Option<AppState>,
    routes: Router,
    /// What is in the head of every answer that is no page.
    lines: String,
}

impl From<Router> for Front {
    fn from(routes: Router) -> Self {
        Self { state: None, routes, lines: String::new() }
    }
}

/// A route that has a short way.
#[derive(Clone, Copy)]
enum Short {
    Verify,
    OAuth(Endpoint),
}

impl Short {
    fn of(method: &str, path: &str) -> Option<Self> {
        match (method, path) {
            ("POST", "/v1/verify") => Some(Self::Verify),
            ("POST", "/oauth/introspect") => Some(Self::OAuth(Endpoint::Introspect)),
            ("POST", "/oauth/token") => Some(Self::OAuth(Endpoint::Token)),
            _ => None,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Verify => "/v1/verify",
            Self::OAuth(endpoint) => endpoint.path(),
        }
    }
}

impl Front {
    pub(crate) fn new(state: AppState, routes: Router) -> Self {
        let lines = security_headers::lines(state.public_url.is_https());
        Self { state: Some(state), routes, lines }
    }

    /// The same with its routes changed, such as with another layer around them.
    #[must_use]
    pub fn map_routes(self, change: impl FnOnce(Router) -> Router) -> Self {
        Self { routes: change(self.routes), ..self }
    }

    /// The proxies through which everybody may come.
    pub(crate) fn trusted_proxies(&self) -> Arc<[IpNet]> {
        self.state.as_ref().map(|state| state.trusted_proxies.clone()).unwrap_or_else(|| Arc::new([]))
    }

    /// Writes the answer to a request that came whole, unless it has to go another way.
    pub(crate) async fn answer_directly(&self, peer: SocketAddr, request: &Whole<'_, '_>, reply: &mut Reply) -> bool {
        let (Some(state), Some(short)) = (&self.state, Short::of(request.method, request.target)) else { return false };
        let answered = match short {
            Short::Verify => {
                let answering = verify::answer_directly(state, peer.ip(), request, &self.lines, reply);
                AssertUnwindSafe(answering).catch_unwind().await
            }
            Short::OAuth(endpoint) => {
                // Larger, and not to be carried by whoever verifies.
                let answering = oauth::answer_directly(state, endpoint, peer.ip(), request, &self.lines, reply);
                AssertUnwindSafe(Box::pin(answering)).catch_unwind().await
            }
        };
        match answered {
            Ok(is_answered) => is_answered,
            // What was done so far must not be done again, so there is no other way from here.
            Err(_) => {
                let failed = StatusCode::INTERNAL_SERVER_ERROR.into_response();
                write(finish(failed, state, &facts::new_request_id(state)), state, reply).await;
                true
            }
        }
    }

    /// Answers a request of this peer.
    ///
    /// # Errors
    /// None.
    pub async fn answer(&self, peer: SocketAddr, mut request: Request) -> Result<Response, Infallible> {
        if let Some(state) = &self.state {
            if let Some(problem) = framing::refuse(&request) {
                return Ok(refuse_and_close(problem, state));
            }
            if framing::is_about_the_server(&request) {
                return Ok(finish(StatusCode::NO_CONTENT.into_response(), state, &facts::new_request_id(state)));
            }
            if let Some(short) = Short::of(request.method().as_str(), request.uri().path()) {
                return Ok(past_the_router(state, short, peer, request).await);
            }
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        // Large, and not to be carried by whoever takes the short way.
        Box::pin(self.routes.clone().oneshot(request)).await
    }
}

/// Where a request ends is not known if it is not read, so nothing can follow it.
fn refuse_and_close(problem: Problem, state: &AppState) -> Response {
    let mut response = finish(problem.into_response(), state, &facts::new_request_id(state));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn past_the_router(state: &AppState, short: Short, peer: SocketAddr, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let request_id = facts::new_request_id(state);
    let origin = facts::origin_of(state, request_id.clone(), peer.ip(), &parts.headers);
    let answering = async {
        if let Some(refusal) = body_limit::refuse_encoded(parts.uri.path(), &parts.headers, &body) {
            return refusal;
        }
        match short {
            Short::Verify => verify::answer_one(state, origin.ip, &parts, body).await,
            // Larger, and not to be carried by whoever verifies.
            Short::OAuth(endpoint) => {
                Box::pin(oauth::answer_request(state, endpoint, origin.clone(), parts, body)).await
            }
        }
    };
    let answered = AssertUnwindSafe(answering).catch_unwind().await;
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR.into_response();
    let response = finish(answered.unwrap_or_else(failed), state, &request_id);
    let (service, route) = (&state.service, short.path());
    let line = RequestLine { service, method: "POST", route, origin: &origin, started };
    let called_by = response.extensions().get::<CalledBy>().copied();
    match short {
        Short::OAuth(Endpoint::Token) if response.status().is_success() => line.write(response.status(), called_by),
        _ => line.write_if_refused(response.status(), called_by),
    }
    response
}

/// What the layers of the router do with an answer.
pub(crate) fn finish(response: Response, state: &AppState, request_id: &str) -> Response {
    let mut response = Problem::finish(response, request_id);
    security_headers::put(response.headers_mut(), state.public_url.is_https());
    facts::name_request(response.headers_mut(), request_id);
    response
}

/// Writes an answer that is there already.
pub(crate) async fn write(response: Response, state: &AppState, reply: &mut Reply) {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    reply.begin(head.status);
    for (name, value) in head.headers.iter().filter(|(name, _)| *name != header::CONTENT_LENGTH) {
        reply.header(name, value.to_str().unwrap_or_default());
    }
    reply.end(&String::from_utf8_lossy(&body), state.service.now());
}
