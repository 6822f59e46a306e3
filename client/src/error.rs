//! Why a request is refused, and the reply that says so.
//!
//! Owns: statuses, `WWW-Authenticate` (RFC 6750 section 3) and the body, `application/problem+json` (RFC 9457). Never repeats what
//! was presented. Nothing here is a yes: an issuer that cannot be asked is a refusal too.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::json;

/// The realm of a reply that no verifier had a hand in.
pub(crate) const DEFAULT_REALM: &str = "api";

/// What is wrong with a token. The text is for the developer who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Neither a JWT nor an opaque credential of this brand; or its checksum, base64url or JSON is wrong.
    #[error("the token is malformed")]
    Malformed,
    /// Over 8 KB.
    #[error("the token is too long")]
    TooLong,
    /// `typ` is not `at+jwt`.
    #[error("the token is not an access token")]
    WrongType,
    /// `alg` is not in the allow-list.
    #[error("the token is signed with an algorithm that is not accepted")]
    Algorithm,
    /// `crit`, `b64` or `zip` is present.
    #[error("the token uses an extension that is not accepted")]
    Extension,
    /// No `kid`.
    #[error("the token does not name its key")]
    NoKeyId,
    /// The issuer does not publish a key of that `kid`.
    #[error("the token is signed with a key that the issuer does not publish")]
    UnknownKey,
    /// `alg` is not that of the published key.
    #[error("the token is signed with another algorithm than its key is for")]
    KeyMismatch,
    /// The signature does not fit.
    #[error("the signature of the token is wrong")]
    Signature,
    /// A required claim is missing.
    #[error("the token has no {0}")]
    MissingClaim(&'static str),
    /// A claim is not of its type.
    #[error("the token has a malformed {0}")]
    MalformedClaim(&'static str),
    /// Another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// For another API.
    #[error("the token is for another audience")]
    Audience,
    /// Of an organization that this API does not accept.
    #[error("the token is of another organization")]
    Organization,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` is in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Bound to a key or certificate whose possession a bearer does not show.
    #[error("the token is bound to a key and cannot be used as a bearer token")]
    SenderConstrained,
    /// A client's secret, which is for the token endpoint.
    #[error("this is the secret of a client; exchange it for an access token first")]
    ClientSecret,
    /// A test credential, and this API takes live ones.
    #[error("this is a test credential, and this API takes live ones")]
    TestCredential,
    /// This API takes access tokens only.
    #[error("this API takes access tokens only")]
    OpaqueNotAccepted,
    /// The issuer says no: unknown, revoked, expired, disabled, for another tenant or audience.
    #[error("the token is unknown, expired or revoked")]
    Inactive,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// 401 without an error code: nothing was presented.
    #[error("a credential is required; send it as Authorization: Bearer")]
    NothingPresented,
    /// 400: two credentials, or one in the address.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// 401 `invalid_token`.
    #[error("{0}")]
    InvalidToken(#[from] InvalidToken),
    /// 403 `insufficient_scope`.
    #[error("the credential lacks a scope that this needs")]
    InsufficientScope {
        /// All that it takes.
        required: Vec<String>,
        /// What of it is not held.
        missing: Vec<String>,
    },
    /// 403 `user_context_required`: it represents nobody.
    #[error("this acts for a user, and the credential represents none; use a personal access token")]
    UserContextRequired,
    /// 403 `application_context_required`: it represents a user.
    #[error(
        "this is for applications, and the credential represents a user; use an API key or an M2M client of the organisation"
    )]
    ApplicationContextRequired,
    /// 503: the issuer could not be asked, so nobody knows.
    #[error("the issuer of credentials cannot be reached; try again")]
    IssuerUnavailable {
        /// When trying again makes sense.
        retry_after_seconds: u32,
    },
    /// 500: a handler asks for a caller, and no layer has looked for one.
    #[error("this route is not set up to recognise callers")]
    LayerMissing,
}

impl AuthError {
    /// The status of the reply.
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

    /// The stable `code` of the body.
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

    /// Gives it the realm that its challenge names.
    pub fn in_realm(self, realm: &str) -> Rejection {
        Rejection { error: self, realm: realm.to_owned() }
    }

    /// Kinds of credential that would do, where the kind is what is wrong.
    fn accepted_kinds(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::UserContextRequired => Some(&["pat"]),
            Self::ApplicationContextRequired => Some(&["api_key", "client"]),
            _ => None,
        }
    }

    /// The challenge: on 401 always, on 400 and 403 where RFC 6750 has a code for it.
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

    /// The body.
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

/// A refusal on its way out: an error, and the realm of the API that refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Rejection {
    /// Why.
    pub error: AuthError,
    /// Where.
    pub realm: String,
}

impl Rejection {
    /// The reply, for a service whose body can be made of text.
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

/// What may stand in a quoted parameter (RFC 6750 section 3): no quotation marks, backslashes or control characters.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

/// With a capital and a full stop.
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
