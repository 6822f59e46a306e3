//! Refusals as RFC 6749 section 5.2 writes them.
//!
//! Owns: status, challenge and body. Every 401 has a challenge (RFC 9110 section 15.5.2): that of the bearer token which was
//! presented, else Basic.

use crate::gate::{
    bearer::{self, CallLimits},
    body_limit,
};
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::oauth::{Refusal, RefusalCode};
use serde_json::{Value, json};
use service::{Challenge, ServiceError, oauth::OAuthError};

/// A refusal on its way out.
pub(crate) struct OAuthProblem {
    error: OAuthError,
    status: Option<StatusCode>,
    challenge: Option<&'static str>,
}

const BASIC: &str = "Basic realm=\"mintmark\", error=\"invalid_client\", charset=\"UTF-8\"";
const BEARER: &str = "Bearer realm=\"mintmark\", error=\"invalid_token\"";
const BEARER_SCOPE: &str = "Bearer realm=\"mintmark\", error=\"insufficient_scope\", scope=\"keys:verify\"";

impl<E: Into<OAuthError>> From<E> for OAuthProblem {
    fn from(error: E) -> Self {
        Self { error: error.into(), status: None, challenge: None }
    }
}

impl OAuthProblem {
    /// A refusal of whoever came with a bearer token.
    pub(super) fn by_bearer(error: ServiceError) -> Self {
        let challenge = if matches!(error, ServiceError::MissingScope { .. }) { BEARER_SCOPE } else { BEARER };
        Self { challenge: Some(challenge), ..Self::from(error) }
    }

    /// The body is larger than any request here.
    pub(crate) fn too_large() -> Self {
        Self {
            status: Some(StatusCode::PAYLOAD_TOO_LARGE),
            ..Self::from(Refusal::request("The body is larger than 64 KiB."))
        }
    }

    /// The body is compressed, or encoded in another way.
    pub(crate) fn encoded() -> Self {
        Self {
            status: Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ..Self::from(Refusal::request(body_limit::NOT_ENCODED))
        }
    }

    /// The parameters are in another charset than UTF-8.
    pub(super) fn charset() -> Self {
        Self {
            status: Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ..Self::from(Refusal::request("Send the parameters in UTF-8."))
        }
    }

    /// Another method than POST.
    pub(super) fn not_post() -> Self {
        Self { status: Some(StatusCode::METHOD_NOT_ALLOWED), ..Self::from(Refusal::request("Use POST.")) }
    }
}

impl IntoResponse for OAuthProblem {
    fn into_response(self) -> Response {
        let (status, body) = describe(&self.error);
        let status = self.status.unwrap_or(status);
        let mut response = (status, no_store(), Json(body)).into_response();
        let headers = response.headers_mut();
        let challenge = match status {
            StatusCode::UNAUTHORIZED => self.challenge.or(Some(BASIC)),
            StatusCode::FORBIDDEN => self.challenge,
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        match &self.error {
            OAuthError::Service(error) if status == StatusCode::TOO_MANY_REQUESTS => {
                let seconds = error.retry_after_seconds().unwrap_or(1);
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                let mut put = bearer::header_of(headers);
                match *error {
                    ServiceError::CallLimitReached { allowance, quota } => {
                        CallLimits { allowance, quota }.describe(put);
                    }
                    _ => put(&bearer::RATE_LIMIT, &bearer::nothing_left(seconds)),
                }
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

fn describe(error: &OAuthError) -> (StatusCode, Value) {
    let body = |code: &str, why: &str| json!({ "error": code, "error_description": why });
    match error {
        OAuthError::Refused(refusal) => {
            let status = match refusal.code {
                RefusalCode::InvalidClient => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            };
            (status, body(refusal.code.as_str(), &refusal.description))
        }
        OAuthError::Service(ServiceError::MissingScope { .. }) => {
            (StatusCode::FORBIDDEN, body("insufficient_scope", "The token lacks the scope keys:verify."))
        }
        OAuthError::Service(ServiceError::Unauthenticated(challenge)) => {
            let why = match challenge {
                Challenge::Invalid(why) => why,
                Challenge::Missing => "Authenticate as a client, or present a token.",
            };
            (StatusCode::UNAUTHORIZED, body("invalid_token", why))
        }
        OAuthError::Service(ServiceError::Forbidden { detail, .. }) => {
            (StatusCode::FORBIDDEN, body("access_denied", detail))
        }
        OAuthError::Service(ServiceError::RateLimited { .. } | ServiceError::CallLimitReached { .. }) => {
            (StatusCode::TOO_MANY_REQUESTS, body("temporarily_unavailable", "The credential is used too often. Wait."))
        }
        OAuthError::Service(ServiceError::Busy { detail, .. }) => {
            (StatusCode::TOO_MANY_REQUESTS, body("temporarily_unavailable", detail))
        }
        OAuthError::Service(ServiceError::Unavailable(source)) => {
            tracing::warn!(error = &**source as &dyn std::error::Error, "unavailable");
            let why = "The server cannot answer now. Try again in a moment.";
            (StatusCode::SERVICE_UNAVAILABLE, body("temporarily_unavailable", why))
        }
        OAuthError::Service(error) => {
            tracing::error!(error = error as &dyn std::error::Error, "internal error");
            (StatusCode::INTERNAL_SERVER_ERROR, body("server_error", "Something failed on our side."))
        }
    }
}

/// `Pragma` on every answer; the other of [`no_store`] stands on all that is no page.
pub(super) const NO_CACHE: &str = "no-cache";

/// What RFC 6749 section 5.1 wants on every answer with a token; refusals have it too.
pub(super) fn no_store() -> HeaderMap {
    HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static(NO_CACHE)),
    ])
}
