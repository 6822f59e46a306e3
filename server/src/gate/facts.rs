//! The outermost gate: gives each request an id, an origin, a line in the log, and each refusal its form.
//!
//! Owns: where a request came from, with `X-Forwarded-For` believed only from trusted proxies, and that every error
//! that is not a page or JSON already leaves as problem details. Never logs a path: it may hold what somebody pasted.

use super::request_line::{CalledBy, RequestLine};
use crate::{AppState, api::problem::Problem, listen::Whole};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use domain::{access::Origin, ids::RequestId};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

/// The header that names a request.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Whom a request comes from, as proxies say.
pub(crate) const X_FORWARDED_FOR: &str = "x-forwarded-for";
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
    let line = RequestLine { method: method.as_str(), route: &route, origin: &origin, started };
    line.write(response.status(), response.extensions().get::<CalledBy>().copied());
    response
}

/// Where a request came from.
pub(crate) fn origin_of(state: &AppState, request_id: String, peer: IpAddr, headers: &HeaderMap) -> Origin {
    let user_agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    Origin { request_id, ip: client_ip(state, peer, headers), user_agent: user_agent.and_then(kept) }
}

/// The same of a request that came whole.
pub(crate) fn origin_of_whole(state: &AppState, request_id: String, peer: IpAddr, request: &Whole<'_, '_>) -> Origin {
    let ip = forwarded_ip(state, peer, request.lines(X_FORWARDED_FOR));
    Origin { request_id, ip, user_agent: request.lines("user-agent").next().and_then(kept) }
}

/// The id of a request that has come.
pub(crate) fn new_request_id(state: &AppState) -> String {
    RequestId::new(state.service.now(), state.service.request_entropy()).to_string()
}

/// Says the id of the request.
pub(crate) fn name_request(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, value);
    }
}

/// What is kept of a client's own name for itself, if that is ASCII.
fn kept(user_agent: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(user_agent).ok().filter(|text| text.is_ascii())?;
    Some(text[..text.len().min(MAX_USER_AGENT)].to_owned())
}

/// The peer's address; behind trusted proxies the nearest address that is not one of them.
pub(crate) fn client_ip(state: &AppState, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    forwarded_ip(state, peer, headers.get_all(X_FORWARDED_FOR).iter().map(HeaderValue::as_bytes))
}

/// The same where these are all lines of [`X_FORWARDED_FOR`].
pub(crate) fn forwarded_ip<'a>(
    state: &AppState,
    peer: IpAddr,
    lines: impl Iterator<Item = &'a [u8]>,
) -> Option<IpAddr> {
    nearest_stranger(peer, lines, &state.trusted_proxies)
}

fn nearest_stranger<'a>(peer: IpAddr, lines: impl Iterator<Item = &'a [u8]>, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    let is_trusted = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let hops: Vec<&[u8]> = lines.flat_map(|line| line.split(|&byte| byte == b',')).collect();
    for hop in hops.into_iter().rev() {
        // What cannot be read hides everything before it: the address is unknown.
        let hop: IpAddr = std::str::from_utf8(hop).ok()?.trim().parse().ok()?;
        if !is_trusted(hop.to_canonical()) {
            return Some(hop.to_canonical());
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> Option<String> {
        let lines = forwarded.iter().map(|line| line.as_bytes());
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        nearest_stranger(peer.parse().unwrap(), lines, &trusted).map(|ip| ip.to_string())
    }

    #[test]
    fn a_stranger_cannot_choose_their_address() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn behind_trusted_proxies_the_nearest_stranger_counts() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 198.51.100.7", "10.2.2.2"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(seen("::1", &["::ffff:198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(seen("10.0.0.1", &[]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn an_address_that_cannot_be_read_is_unknown() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.7, 0x7f.1"]), None);
    }
}
