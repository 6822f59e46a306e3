//! Introspection of a request that came whole, straight from its bytes.
//!
//! Owns: only the plainest question: a bearer token in the one header, and a form with the token and nothing else. The rest goes
//! the usual way before anything was counted.

use super::{
    endpoints::{IntrospectionReply, of_bearer},
    error::no_store,
};
use crate::{
    AppState, front,
    gate::facts::{self, X_FORWARDED_FOR, X_REQUEST_ID},
    listen::{Reply, Whole},
};
use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::secret::PlainSecret;
use service::oauth::Introspector;
use std::net::IpAddr;

/// Writes the answer, with these `lines` in its head, or says that it did not.
pub(crate) async fn introspect_directly(
    state: &AppState,
    peer: IpAddr,
    request: &Whole<'_, '_>,
    lines: &str,
    reply: &mut Reply,
) -> bool {
    let (Some(own), Some(token)) = (bearer(request), only_token(request)) else { return false };
    let ip = facts::forwarded_ip(state, peer, request.lines(X_FORWARDED_FOR));
    let request_id = facts::new_request_id(state);
    let asked = state.service.introspect(&Introspector::Bearer(&own, ip), &token).await;
    let json = match asked.map_err(of_bearer) {
        Ok(found) => serde_json::to_string(&IntrospectionReply::of(found.as_ref())).unwrap_or_default(),
        Err(problem) => {
            front::write(front::finish(problem.into_response(), state, &request_id), state, reply).await;
            return true;
        }
    };
    reply.begin(StatusCode::OK);
    reply.lines(lines);
    reply.header(&header::CONTENT_TYPE, "application/json");
    for (name, value) in no_store().iter().filter(|(name, _)| **name != header::CACHE_CONTROL) {
        reply.header(name, value.to_str().unwrap_or_default());
    }
    reply.header(&X_REQUEST_ID, &request_id);
    reply.end(&json, state.service.now());
    tracing::debug!(request_id, "introspected");
    true
}

fn bearer(request: &Whole<'_, '_>) -> Option<PlainSecret> {
    let mut authorizations = request.lines("authorization");
    let only = authorizations.next().filter(|_| authorizations.next().is_none())?;
    let (scheme, token) = std::str::from_utf8(only).ok().filter(|text| text.is_ascii())?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| PlainSecret::presented(token.trim().to_owned()))
}

/// The token, if the form holds it alone and as it is.
fn only_token(request: &Whole<'_, '_>) -> Option<PlainSecret> {
    let kind = request.lines("content-type").next()?;
    let token = request.body.strip_prefix(b"token=")?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let is_form = kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded");
    let token =
        std::str::from_utf8(token).ok().filter(|token| !token.is_empty() && token.bytes().all(|b| is_plain(&b)))?;
    is_form.then(|| PlainSecret::presented(token.to_owned()))
}
