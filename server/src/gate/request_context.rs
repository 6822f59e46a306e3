//! The request context: the request id, the address of the client and its user agent.
//!
//! An address in a header counts only if a trusted proxy sent it. For those headers, see `forwarded`.

use super::forwarded;
use crate::AppState;
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
};
use domain::{access::RequestContext, ids::RequestId};
use std::net::{IpAddr, SocketAddr};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// In bytes.
const MAX_USER_AGENT: usize = 300;

pub(super) fn of(state: &AppState, request: &Request) -> RequestContext {
    let request_id = RequestId::new(state.service.now(), state.service.request_entropy()).to_string();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let user_agent = request.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes);
    RequestContext {
        request_id,
        ip: peer.and_then(|peer| client_ip(state, peer, request.headers())),
        user_agent: user_agent.and_then(kept),
    }
}

pub(super) fn name_request(headers: &mut HeaderMap, request_id: &str) {
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
fn client_ip(state: &AppState, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let lines = |name: &'static str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    forwarded::client_ip(peer, &state.trusted_proxies, lines)
}
