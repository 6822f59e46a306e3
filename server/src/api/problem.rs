//! Refusals as `application/problem+json` (RFC 9457).
//!
//! Owns: which error of a use case has which code. The usual status of a code is in its table. Public words only: causes are logged here,
//! once, and never sent. The request id is added by the outermost gate, which also gives this form to whatever a
//! library refused in plain text.

use super::code::Code;
use crate::gate::bearer::{CallLimits, RATE_LIMIT, nothing_left};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Timestamp,
    code::{FlawCode, ProblemCode},
    error::FieldError,
    scope::ScopeSet,
};
use schemars::JsonSchema;
use serde::Serialize;
use service::{Challenge, ServiceError};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");
const X_ACCEPTED_SCOPES: HeaderName = HeaderName::from_static("x-accepted-scopes");
const REALM: &str = "Bearer realm=\"mintmark\"";
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"mintmark\", charset=\"UTF-8\"");

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: Code,
    detail: Box<str>,
    errors: Vec<FieldError>,
    scopes: Option<Box<Scopes>>,
    fix_url: Option<Box<str>>,
    retry_after_seconds: Option<u32>,
    call_limits: Option<Box<CallLimits>>,
    challenge: Option<Box<str>>,
    offers_basic: bool,
}

#[derive(Clone, Debug)]
struct Scopes {
    missing: ScopeSet,
    accepted: ScopeSet,
    granted: ScopeSet,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub(crate) struct ProblemBody<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: Code,
    detail: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_scopes: Option<&'a ScopeSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_scopes: Option<&'a ScopeSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_scopes: Option<&'a ScopeSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_url: Option<&'a str>,
}

impl Problem {
    /// A refusal with the usual status of its code and a sentence for people.
    pub(crate) fn new(code: ProblemCode, detail: &str) -> Self {
        let status = StatusCode::from_u16(code.usual_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::with_status(status, Code::Problem(code), detail)
    }

    /// A refusal with another status than the usual one, or with the code of a flaw or a verdict.
    pub(crate) fn with_status(status: StatusCode, code: Code, detail: &str) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            scopes: None,
            fix_url: None,
            retry_after_seconds: None,
            call_limits: None,
            challenge: None,
            offers_basic: false,
        }
    }

    /// Nobody can be answered for the moment.
    pub(crate) fn unavailable(code: ProblemCode, detail: &str) -> Self {
        Self { retry_after_seconds: Some(1), ..Self::new(code, detail) }
    }

    pub(crate) fn bad_request(detail: &str) -> Self {
        Self::new(ProblemCode::InvalidRequest, detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(ProblemCode::NotFound, "There is nothing here, or nothing that you may see.")
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            ProblemCode::BodyTooLarge,
            "The body is larger than this route takes: 64 KiB, or 2 MiB for a document to import.",
        )
    }

    /// One or more fields of the body are wrong.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let (code, detail) = match errors.as_slice() {
            [only] => (Code::Flaw(only.code), only.detail.clone()),
            _ => (
                Code::Problem(ProblemCode::InvalidFields),
                "Several fields are not valid; errors says which.".to_owned(),
            ),
        };
        Self { errors, ..Self::with_status(StatusCode::UNPROCESSABLE_ENTITY, code, &detail) }
    }

    /// The error of a document that is the whole body: like any body, it answers 400 if it is not JSON.
    pub(crate) fn of_document(error: ServiceError) -> Self {
        let problem = Self::from(error);
        match problem.code {
            Code::Flaw(FlawCode::MalformedJson) => Self::new(ProblemCode::MalformedJson, &problem.detail),
            _ => problem,
        }
    }

    /// Its status.
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Its stable code.
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    /// What it says to people.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What is wrong with which field.
    #[cfg(test)]
    pub(crate) fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Whether a refusal of the credential also asks for Basic, because it came that way.
    pub(crate) fn offering_basic(self, offers_basic: bool) -> Self {
        Self { offers_basic, ..self }
    }

    /// The same with nothing but Basic, for programs that read only the first challenge.
    pub(crate) fn asking_for_basic(mut self, only_basic: bool) -> Self {
        if only_basic && self.status == StatusCode::UNAUTHORIZED {
            (self.challenge, self.offers_basic) = (None, true);
        }
        self
    }

    /// Names the page on which the missing scopes can be added, if scopes are what is missing.
    pub(crate) fn name_fix(&mut self, page: &str) {
        if let Some(scopes) = &self.scopes {
            let missing = scopes.missing.to_string().replace(' ', "+");
            self.fix_url = Some(format!("{page}?scopes={missing}").into());
        }
    }

    /// Names the page on which something can be done about it.
    pub(crate) fn fixed_at(self, url: String) -> Self {
        Self { fix_url: Some(url.into()), ..self }
    }

    /// Names the document that says where tokens for this API come from (RFC 9728 section 5.1), if one is asked for.
    pub(crate) fn name_metadata(mut self, origin: &str) -> Self {
        if let Some(challenge) = &mut self.challenge
            && self.status == StatusCode::UNAUTHORIZED
        {
            *challenge =
                format!("{challenge}, resource_metadata=\"{origin}/.well-known/oauth-protected-resource/v1\"").into();
        }
        self
    }

    /// Gives a refusal its body. Pages and JSON, which have their own form, pass unchanged.
    pub(crate) fn finish(response: Response, request_id: &str) -> Response {
        let is_refusal = response.status().is_client_error() || response.status().is_server_error();
        if !is_refusal && response.extensions().is_empty() {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let problem = match parts.extensions.remove::<Self>() {
            Some(problem) => problem,
            None if is_refusal && !has_own_form(parts.headers.get(header::CONTENT_TYPE)) => {
                Self::of_status(parts.status)
            }
            None => return Response::from_parts(parts, body),
        };
        parts.status = problem.status;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
        Response::from_parts(parts, Body::from(problem.body(request_id)))
    }

    /// What a library refused without words of ours.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                ProblemCode::MethodNotAllowed,
                "This address does not answer this method; Allow names those it does.",
            ),
            _ if status.is_server_error() => Self::internal(),
            _ => Self::with_status(status, Code::Problem(ProblemCode::InvalidRequest), "The request cannot be read."),
        }
    }

    fn internal() -> Self {
        let detail =
            "Something failed on our side. Nothing is known to have changed; the request id helps to find out.";
        Self::new(ProblemCode::InternalError, detail)
    }

    fn body(&self, request_id: &str) -> Vec<u8> {
        let body = ProblemBody {
            r#type: format!("urn:mintmark:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            request_id,
            errors: &self.errors,
            missing_scopes: self.scopes.as_ref().map(|scopes| &scopes.missing),
            accepted_scopes: self.scopes.as_ref().map(|scopes| &scopes.accepted),
            granted_scopes: self.scopes.as_ref().map(|scopes| &scopes.granted),
            fix_url: self.fix_url.as_deref(),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

/// A server function answers JSON, a page HTML; both say themselves what is wrong.
fn has_own_form(content_type: Option<&HeaderValue>) -> bool {
    let text = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["text/html", "application/json", "application/problem+json"].iter().any(|own| text.starts_with(own))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let headers = response.headers_mut();
        let mut put = |name: HeaderName, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.append(name, value);
            }
        };
        if let Some(challenge) = &self.challenge {
            put(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after_seconds {
            put(header::RETRY_AFTER, &seconds.to_string());
        }
        match (&self.call_limits, self.retry_after_seconds) {
            (Some(limits), _) => limits.describe(|name, text| put(name.clone(), text)),
            (None, Some(seconds)) if self.status == StatusCode::TOO_MANY_REQUESTS => {
                put(RATE_LIMIT, &nothing_left(seconds));
            }
            _ => {}
        }
        if let Some(scopes) = &self.scopes {
            put(X_ACCEPTED_SCOPES, &scopes.accepted.to_string());
        }
        if self.offers_basic && self.status == StatusCode::UNAUTHORIZED {
            headers.append(header::WWW_AUTHENTICATE, BASIC);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Invalid(errors) => Self::invalid(errors.0),
            ServiceError::Unauthenticated(challenge) => unauthenticated(challenge),
            ServiceError::MissingScope { accepted, granted } => insufficient_scope(accepted, granted),
            ServiceError::PersonRequired => {
                let detail =
                    "Only a person who is signed in can do this; no credential can. Sign in and do it on screen.";
                Self::new(ProblemCode::UserContextRequired, detail)
            }
            ServiceError::UserContextRequired => {
                let detail = "This acts for a person, and the credential represents none. Use a personal access token.";
                Self::new(ProblemCode::UserContextRequired, detail)
            }
            // An access token in place of the credential itself is forbidden, while no credential at all is 401.
            ServiceError::Forbidden { code, detail } => {
                Self::with_status(StatusCode::FORBIDDEN, Code::Problem(code), detail)
            }
            ServiceError::TooManyLiveSecrets { next_retires_at } => too_many_live_secrets(next_retires_at),
            ServiceError::ScopeInUse { operation } => {
                let detail = format!("The operation {operation} still names this scope. Remove the operation first.");
                Self::new(ProblemCode::ScopeInUse, &detail)
            }
            ServiceError::RoleInUse { by } => {
                let detail = format!("Somebody still has this role. {by} Then delete it.");
                Self::new(ProblemCode::RoleInUse, &detail)
            }
            ServiceError::NotConfirmed { affected } => {
                let detail = format!(
                    "This hits {affected} credentials that work now. Look at the dry run, then send confirm_affected: {affected}."
                );
                Self::new(ProblemCode::NotConfirmed, &detail)
            }
            ServiceError::Changed => {
                let detail = "It was changed since you read it. Read it again and repeat the change with its new ETag.";
                Self::new(ProblemCode::PreconditionFailed, detail)
            }
            ServiceError::Missing => Self::not_found(),
            ServiceError::Refused { code, detail } => Self::new(code, detail),
            ServiceError::RateLimited { retry_after_seconds } => Self {
                retry_after_seconds: Some(retry_after_seconds),
                ..Self::new(ProblemCode::RateLimited, "Too many attempts. Wait, then try again.")
            },
            ServiceError::Busy { detail, retry_after_seconds } => {
                Self { retry_after_seconds: Some(retry_after_seconds), ..Self::new(ProblemCode::RateLimited, detail) }
            }
            ServiceError::CallLimitReached { allowance, quota } => {
                let (code, detail) = match quota {
                    Some(_) => (
                        ProblemCode::QuotaExceeded,
                        "The credential's quota is used up until its next day or month begins.",
                    ),
                    None => {
                        (ProblemCode::RateLimited, "The credential has reached its rate limit. Wait, then try again.")
                    }
                };
                Self {
                    retry_after_seconds: ServiceError::CallLimitReached { allowance, quota }.retry_after_seconds(),
                    call_limits: Some(Box::new(CallLimits { allowance, quota })),
                    ..Self::new(code, detail)
                }
            }
            ServiceError::Unavailable(source) => {
                tracing::warn!(error = &*source as &dyn std::error::Error, "unavailable");
                Self::unavailable(ProblemCode::Unavailable, "The server cannot answer now. Try again in a moment.")
            }
            ServiceError::Internal(source) => {
                tracing::error!(error = &*source as &dyn std::error::Error, "internal error");
                Self::internal()
            }
        }
    }
}

fn too_many_live_secrets(next_retires_at: Option<Timestamp>) -> Problem {
    let next = match next_retires_at {
        Some(at) => format!("The next one retires at {at}."),
        None => "None of them retires by itself.".to_owned(),
    };
    let detail =
        format!("The credential has as many live secrets as it can have. {next} Finish or cancel the last roll first.");
    Problem::new(ProblemCode::TooManyLiveSecrets, &detail)
}

/// RFC 6750 section 3: no error code when nothing was presented.
fn unauthenticated(challenge: Challenge) -> Problem {
    let (code, detail, header) = match challenge {
        Challenge::Missing => {
            (ProblemCode::CredentialRequired, "Present a credential: Authorization: Bearer <token>.", REALM.to_owned())
        }
        Challenge::Invalid(why) => {
            (ProblemCode::InvalidToken, why, format!("{REALM}, error=\"invalid_token\", error_description=\"{why}\""))
        }
    };
    Problem { challenge: Some(header.into()), ..Problem::new(code, detail) }
}

fn insufficient_scope(accepted: ScopeSet, granted: ScopeSet) -> Problem {
    let missing = accepted.difference(&granted);
    let detail = format!("The credential lacks: {missing}. Use one that has it, or add it to this one.");
    Problem {
        challenge: Some(format!("{REALM}, error=\"insufficient_scope\", scope=\"{accepted}\"").into()),
        scopes: Some(Box::new(Scopes { missing, accepted, granted })),
        ..Problem::new(ProblemCode::InsufficientScope, &detail)
    }
}
