//! The outermost gate: gives each request an id, a request context and a log line, and each error its form.
//!
//! It turns every error that is not a page or JSON already into problem details. It never logs a path, because a path
//! may contain a pasted secret.

use super::{
    forwarded,
    request_line::{CalledBy, RecordsItself, RequestLine},
};
use crate::{AppState, api::problem::Problem, listen::Whole};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use domain::{access::Origin, ids::RequestId};
use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// In bytes.
const MAX_USER_AGENT: usize = 300;

pub(crate) async fn note(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let request_id = new_request_id(&state);
    let of_nobody = || Origin { request_id: request_id.clone(), ..Origin::default() };
    let of_peer = |peer| origin_of(&state, request_id.clone(), peer, request.headers());
    let origin = peer.map_or_else(of_nobody, of_peer);
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("unmatched".to_owned(), |path| path.as_str().to_owned());
    request.extensions_mut().insert(origin.clone());

    let mut response = Problem::finish(next.run(request).await, &request_id);
    name_request(response.headers_mut(), &request_id);
    let line =
        RequestLine { service: &state.service, method: method.as_str(), route: &route, origin: &origin, started };
    let called_by = response.extensions().get::<CalledBy>().copied();
    line.write(response.status(), called_by);
    if response.extensions().get::<RecordsItself>().is_none() {
        line.record(response.status(), called_by);
    }
    response
}

pub(crate) fn origin_of(state: &AppState, request_id: String, peer: IpAddr, headers: &HeaderMap) -> Origin {
    let user_agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    Origin { request_id, ip: client_ip(state, peer, headers), user_agent: user_agent.and_then(kept) }
}

/// Like [`origin_of`], for a request that arrived as a whole.
pub(crate) fn origin_of_whole(state: &AppState, request_id: String, peer: IpAddr, request: &Whole<'_, '_>) -> Origin {
    let ip = client_ip_of_whole(state, peer, request);
    Origin { request_id, ip, user_agent: request.lines("user-agent").next().and_then(kept) }
}

pub(crate) fn new_request_id(state: &AppState) -> String {
    RequestId::new(state.service.now(), state.service.request_entropy()).to_string()
}

pub(crate) fn name_request(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, value);
    }
}

/// Truncates the user agent to [`MAX_USER_AGENT`]. Returns nothing if it is not ASCII.
fn kept(user_agent: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(user_agent).ok().filter(|text| text.is_ascii())?;
    Some(text[..text.len().min(MAX_USER_AGENT)].to_owned())
}

/// The address of the peer. If the peer is a trusted proxy: the nearest address that is not one.
pub(crate) fn client_ip(state: &AppState, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let lines = |name: &'static str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    forwarded::client_ip(peer, &state.trusted_proxies, lines)
}

/// Like [`client_ip`], for a request that arrived as a whole.
pub(crate) fn client_ip_of_whole(state: &AppState, peer: IpAddr, request: &Whole<'_, '_>) -> Option<IpAddr> {
    forwarded::client_ip(peer, &state.trusted_proxies, |name| request.lines(name))
}
