//! Why a request is rejected, and the response that says so.
//!
//! Owns: status codes, `WWW-Authenticate` (RFC 6750 section 3) and the body, `application/problem+json` (RFC 9457). It
//! never repeats the presented credential. If the issuer cannot be asked, the request is rejected too.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::json;

/// The realm of a response in which no verifier was involved.
pub(crate) const DEFAULT_REALM: &str = "api";

/// Why a token is not valid. The message is for the developer who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Neither a JWT nor an opaque credential of this brand, or its checksum, base64url or JSON is wrong.
    #[error("the token is malformed")]
    Malformed,
    /// The token is longer than 8 KB.
    #[error("the token is too long")]
    TooLong,
    /// The `typ` header is not `at+jwt`.
    #[error("the token is not an access token")]
    WrongType,
    /// The `alg` header is not one of the accepted algorithms.
    #[error("the token is signed with an algorithm that is not accepted")]
    Algorithm,
    /// A `crit`, `b64` or `zip` header is present.
    #[error("the token uses an extension that is not accepted")]
    Extension,
    /// There is no `kid` header.
    #[error("the token does not name its key")]
    NoKeyId,
    /// The issuer does not publish a key with this `kid`.
    #[error("the token is signed with a key that the issuer does not publish")]
    UnknownKey,
    /// The `alg` header differs from the algorithm of the published key.
    #[error("the token is signed with another algorithm than its key is for")]
    KeyMismatch,
    /// The signature does not match.
    #[error("the signature of the token is wrong")]
    Signature,
    /// A required claim is missing.
    #[error("the token has no {0}")]
    MissingClaim(&'static str),
    /// A claim has the wrong type or an unknown value.
    #[error("the token has a malformed {0}")]
    MalformedClaim(&'static str),
    /// The token is from another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// The token is for another API.
    #[error("the token is for another audience")]
    Audience,
    /// The token belongs to an organization that this API does not accept.
    #[error("the token is of another organization")]
    Organization,
    /// The token has expired.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` is in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The token is bound to a key or certificate, and a bearer token does not prove possession of it.
    #[error("the token is bound to a key and cannot be used as a bearer token")]
    SenderConstrained,
    /// The secret of an OAuth client, which is only for the token endpoint.
    #[error("this is the secret of a client; exchange it for an access token first")]
    ClientSecret,
    /// A test credential, and this API accepts only live ones.
    #[error("this is a test credential, and this API takes live ones")]
    TestCredential,
    /// An opaque credential, and this API accepts only access tokens.
    #[error("this API takes access tokens only")]
    OpaqueNotAccepted,
    /// The issuer reports it as inactive: unknown, revoked, expired, disabled, or for another tenant or audience.
    #[error("the token is unknown, expired or revoked")]
    Inactive,
}

/// Why a request is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// 401 without an error code: the request has no credential.
    #[error("a credential is required; send it as Authorization: Bearer")]
    NothingPresented,
    /// 400: the request has two credentials, or one in the URL.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// 401 `invalid_token`.
    #[error("{0}")]
    InvalidToken(#[from] InvalidToken),
    /// 403 `insufficient_scope`.
    #[error("the credential lacks a scope that this needs")]
    InsufficientScope {
        /// All scopes that the request needs.
        required: Vec<String>,
        /// The needed scopes that the credential lacks.
        missing: Vec<String>,
    },
    /// 403 `user_context_required`: the credential does not represent a user.
    #[error("this acts for a user, and the credential represents none; use a personal access token")]
    UserContextRequired,
    /// 403 `application_context_required`: the credential represents a user.
    #[error(
        "this is for applications, and the credential represents a user; use an API key or an M2M client of the organization"
    )]
    ApplicationContextRequired,
    /// 503: the issuer could not be asked, so the state of the credential is unknown.
    #[error("the issuer of credentials cannot be reached; try again")]
    IssuerUnavailable {
        /// Seconds to wait before a retry.
        retry_after_seconds: u32,
    },
    /// 500: a handler needs the caller, but no layer has identified one.
    #[error("this route is not set up to recognize callers")]
    LayerMissing,
}

impl AuthError {
    /// The status code of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NothingPresented | Self::InvalidToken(_) => StatusCode::UNAUTHORIZED,
            Self::InvalidRequest(_) => StatusCode::BAD_REQUEST,
            Self::InsufficientScope { .. } | Self::UserContextRequired | Self::ApplicationContextRequired => {
                StatusCode::FORBIDDEN
            }
            Self::IssuerUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::LayerMissing => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable `code` in the body.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingPresented => "credential_required",
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidToken(_) => "invalid_token",
            Self::InsufficientScope { .. } => "insufficient_scope",
            Self::UserContextRequired => "user_context_required",
            Self::ApplicationContextRequired => "application_context_required",
            Self::IssuerUnavailable { .. } => "issuer_unavailable",
            Self::LayerMissing => "internal",
        }
    }

    /// Adds the realm for the challenge.
    pub fn in_realm(self, realm: &str) -> Rejection {
        Rejection { error: self, realm: realm.to_owned() }
    }

    /// The kinds of credential that would be accepted, if the kind is the problem.
    fn accepted_kinds(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::UserContextRequired => Some(&["pat"]),
            Self::ApplicationContextRequired => Some(&["api_key", "client"]),
            _ => None,
        }
    }

    /// The challenge: always on 401, and on 400 and 403 if RFC 6750 has a code for the error.
    fn challenge(&self, realm: &str) -> Option<HeaderValue> {
        let mut challenge = format!("Bearer realm=\"{}\"", quotable(realm));
        match self {
            Self::NothingPresented => {}
            Self::InvalidRequest(_) | Self::InvalidToken(_) | Self::InsufficientScope { .. } => {
                let (code, description) = (self.code(), self.to_string());
                challenge += &format!(", error=\"{code}\", error_description=\"{}\"", quotable(&description));
            }
            _ => return None,
        }
        if let Self::InsufficientScope { required, .. } = self {
            challenge += &format!(", scope=\"{}\"", quotable(&required.join(" ")));
        }
        HeaderValue::try_from(challenge).ok()
    }

    fn problem(&self) -> serde_json::Value {
        let status = self.status();
        let mut problem = json!({
            "type": format!("urn:mintmark:problem:{}", self.code()),
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "code": self.code(),
            "detail": sentence(&self.to_string()),
        });
        if let Self::InsufficientScope { required, missing } = self {
            problem["accepted_scopes"] = json!(required);
            problem["missing_scopes"] = json!(missing);
        }
        if let Some(kinds) = self.accepted_kinds() {
            problem["accepted_kinds"] = json!(kinds);
        }
        problem
    }
}

/// An error with the realm of the API, ready to be sent as a response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Rejection {
    /// The reason.
    pub error: AuthError,
    /// The realm in the challenge.
    pub realm: String,
}

impl Rejection {
    /// Builds the response, for a service whose body can be made from text.
    pub fn into_response<B: From<String>>(self) -> Response<B> {
        let mut response = Response::new(B::from(self.error.problem().to_string()));
        *response.status_mut() = self.error.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = self.error.challenge(&self.realm) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let AuthError::IssuerUnavailable { retry_after_seconds } = self.error {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds));
        }
        response
    }
}

/// Keeps the characters allowed in a quoted parameter (RFC 6750 section 3): no quotation marks, backslashes or control
/// characters.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

/// Adds an initial capital and a period.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(error: AuthError) -> (Response<String>, serde_json::Value) {
        let response: Response<String> = error.in_realm("a \"b\"\r\n").into_response();
        let body = serde_json::from_str(response.body()).unwrap();
        (response, body)
    }

    fn challenge(response: &Response<String>) -> &str {
        response.headers().get(WWW_AUTHENTICATE).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn a_challenge_has_no_error_code_when_nothing_was_presented() {
        let (response, body) = reply(AuthError::NothingPresented);
        assert_eq!((response.status(), challenge(&response)), (StatusCode::UNAUTHORIZED, "Bearer realm=\"a b\""));
        assert_eq!(body["code"], "credential_required");
    }

    #[test]
    fn a_missing_scope_is_named_in_the_challenge_and_in_the_body() {
        let required = vec!["contacts:read".to_owned(), "rmq.read:*/*".to_owned()];
        let missing = vec!["rmq.read:*/*".to_owned()];
        let (response, body) = reply(AuthError::InsufficientScope { required, missing });
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert!(challenge(&response).contains("error=\"insufficient_scope\""));
        assert!(challenge(&response).ends_with("scope=\"contacts:read rmq.read:*/*\""));
        assert_eq!(body["missing_scopes"], json!(["rmq.read:*/*"]));
    }

    #[test]
    fn a_wrong_kind_of_credential_is_told_which_kind_to_use() {
        for (error, kinds) in [
            (AuthError::UserContextRequired, json!(["pat"])),
            (AuthError::ApplicationContextRequired, json!(["api_key", "client"])),
        ] {
            let (code, (response, body)) = (error.code(), reply(error));
            assert_eq!((response.status(), &body["code"]), (StatusCode::FORBIDDEN, &json!(code)));
            assert_eq!(body["accepted_kinds"], kinds);
            assert!(body["detail"].as_str().unwrap().contains("; use a"), "{body}");
        }
    }

    #[test]
    fn an_issuer_that_cannot_be_asked_is_a_503_with_a_time_to_try_again() {
        let (response, body) = reply(AuthError::IssuerUnavailable { retry_after_seconds: 7 });
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "7");
        assert_eq!((challenge(&response), body["status"].as_u64()), ("", Some(503)));
    }

    #[test]
    fn every_401_carries_a_challenge_and_no_reply_is_kept() {
        for error in
            [AuthError::NothingPresented, InvalidToken::MissingClaim("exp").into(), InvalidToken::Inactive.into()]
        {
            let (response, body) = reply(error);
            assert!(challenge(&response).starts_with("Bearer realm="));
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
            assert_eq!(body["type"], format!("urn:mintmark:problem:{}", body["code"].as_str().unwrap()));
        }
    }
}
