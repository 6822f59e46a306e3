//! The context of a request: its id, the address of its client and its user agent.
//!
//! Owns how each is found. An address in a header counts only if a trusted proxy sent it.

use super::forwarded;
use crate::AppState;
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
};
use domain::{access::Origin, ids::RequestId};
use std::net::{IpAddr, SocketAddr};

/// The header that names a request.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// In bytes.
const MAX_USER_AGENT: usize = 300;

/// The context of a request that has just come.
pub(super) fn of(state: &AppState, request: &Request) -> Origin {
    let request_id = RequestId::new(state.service.now(), state.service.request_entropy()).to_string();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let user_agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    Origin {
        request_id,
        ip: peer.and_then(|peer| client_ip(state, peer, request.headers())),
        user_agent: user_agent.and_then(kept),
    }
}

/// Names the request in the head of its reply.
pub(super) fn name_request(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, value);
    }
}

/// The part of a user agent that is kept, if it is ASCII.
fn kept(user_agent: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(user_agent).ok().filter(|text| text.is_ascii())?;
    Some(text[..text.len().min(MAX_USER_AGENT)].to_owned())
}

/// The peer's address; behind trusted proxies the nearest address that is not one of them.
fn client_ip(state: &AppState, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let lines = |name: &'static str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    forwarded::client_ip(peer, &state.trusted_proxies, lines)
}
