//! Accepts a change from a browser only if it comes from a page of ours.
//!
//! This gate rejects cross-site requests to pages and server functions before the session is read. `Origin` must be the
//! public origin, whatever `Host` says. A form on a page with a strict referrer policy sends `Origin: null`; then
//! `Sec-Fetch-Site` decides. The gate also rejects credentials: cookies are for people, credentials are for the API.

use crate::{AppState, api::problem::Problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::code::ProblemCode;

pub(crate) async fn require(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    // Unknown paths stay 404, even with a credential.
    let is_route = request.extensions().get::<MatchedPath>().is_some();
    // The documentation is public. A browser behind a proxy with a password sends that password with every request.
    let is_documentation = request.uri().path().split('/').nth(1) == Some("docs");
    if is_route
        && !is_documentation
        && (headers.contains_key(header::AUTHORIZATION) || headers.contains_key("x-api-key"))
    {
        let detail = "These routes are for people who are signed in. Present credentials to /v1.";
        return Problem::new(ProblemCode::CredentialNotAccepted, detail).into_response();
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_same_origin(headers, state.public_url.origin()) {
        return next.run(request).await;
    }
    let detail =
        "This request did not come from a page of this site, so nothing was done. Open the page and try again.";
    Problem::new(ProblemCode::CrossSiteRequest, detail).into_response()
}

fn is_same_origin(headers: &HeaderMap, public: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        None | Some("null") => text("sec-fetch-site") == Some("same-origin"),
        Some(origin) => origin == public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers =
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_same_origin(&headers.collect(), "https://tokens.example.com")
    }

    #[test]
    fn only_our_own_pages_may_change_anything() {
        assert!(allowed(&[("origin", "https://tokens.example.com"), ("host", "10.0.0.7:3000")]));
        assert!(allowed(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        for refused in [
            &[("origin", "https://evil.example"), ("host", "tokens.example.com")][..],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin"), ("host", "x")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("origin", "http://tokens.example.com"), ("host", "tokens.example.com")],
            &[("origin", "https://tokens.example.com:8443"), ("host", "tokens.example.com:8443")],
            &[("origin", "http://evil.example:3000"), ("host", "evil.example:3000")],
            &[("origin", "null"), ("host", "null")],
            &[("sec-fetch-site", "same-site")],
            &[("host", "tokens.example.com")],
            &[("origin", "https://tokens.example.com.evil.example"), ("host", "tokens.example.com")],
        ] {
            assert!(!allowed(refused), "{refused:?}");
        }
    }
}
