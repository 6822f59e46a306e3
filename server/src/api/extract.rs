//! Reading requests, with refusals that say what to correct.
//!
//! Owns: the caller that the gate recognised, the place that a path names, JSON bodies, idempotency keys and query
//! strings.

use super::problem::Problem;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, MatchedPath, Query, RawPathParams, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use domain::error::FieldError;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, de::DeserializeOwned};
use serde_path_to_error::{Path, Segment};
use service::{authn::Authenticated, idempotency::Idempotency};
use std::{fmt::Write, ops::Deref, sync::Arc};

fn authenticated(parts: &Parts) -> Result<Arc<Authenticated>, Problem> {
    let found = parts.extensions.get::<Arc<Authenticated>>().cloned();
    found.ok_or_else(|| service::ServiceError::Unauthenticated(service::Challenge::Missing).into())
}

/// The caller whom the credential gate recognised.
pub(crate) struct Credentialed(Arc<Authenticated>);

impl Deref for Credentialed {
    type Target = Authenticated;

    fn deref(&self) -> &Authenticated {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Credentialed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        authenticated(parts).map(Self)
    }
}

/// What the path names. An organisation in it must be the caller's own: every other is not there.
pub(crate) struct Place(Vec<(String, String)>);

impl Place {
    /// The parameter of this name; empty if the path has none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The parameter `{id}`.
    pub(crate) fn id(&self) -> &str {
        self.get("id")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = authenticated(parts)?;
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let place = Self(parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        let org = place.get("org");
        let is_own = org.is_empty() || org == caller.org.slug.as_str() || org == caller.org.id.to_string();
        if is_own { Ok(place) } else { Err(Problem::not_found()) }
    }
}

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        let bytes = read(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// The text of a large JSON body, which is not parsed on the thread that serves requests.
pub(crate) struct Document(pub(crate) Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Document {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        read(request, state).await.map(|bytes| Self(bytes.into()))
    }
}

/// A JSON body of a request that may carry an `Idempotency-Key`. No body at all is the empty object.
pub(crate) struct Once<T> {
    pub(crate) body: T,
    pub(crate) idempotency: Option<Idempotency>,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Once<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let route = request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
        // Two objects of one route are two requests, whatever their bodies.
        let place = request.uri().path().to_owned();
        let bytes = read(request, state).await?;
        let body = if bytes.is_empty() {
            parse(b"{}")?
        } else {
            check_content_type(&headers)?;
            parse(&bytes)?
        };
        let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
        let marked = [place.as_bytes(), b"\n", &bytes].concat();
        let idempotency = key.map(|key| Idempotency::new(key, route, &marked)).transpose()?;
        Ok(Self { body, idempotency })
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        _ => incomplete(),
    })
}

/// The whole body, which is not to be larger.
pub(crate) async fn read_body(body: Limited<Body>) -> Result<Bytes, Problem> {
    match body.collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if is_about_length(&*error) => Err(Problem::too_large()),
        Err(_) => Err(incomplete()),
    }
}

fn is_about_length(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<LengthLimitError>())
}

fn incomplete() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "body_incomplete", "The body did not come whole, or not in time.")
}

pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| is_json(value.as_bytes())) {
        return Ok(());
    }
    let detail = "Send the body as JSON, with Content-Type: application/json.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail))
}

/// Whether this content type is JSON's.
pub(crate) fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|kind| essence.eq_ignore_ascii_case(kind.as_bytes()))
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    // What is well-formed need not be followed step by step.
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| explain(error.path(), error.inner()))?;
    json.end().map_err(|error| explain_syntax(&error))?;
    Ok(value)
}

fn explain_syntax(error: &serde_json::Error) -> Problem {
    let detail = format!("The body is not valid JSON at line {}, column {}.", error.line(), error.column());
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", &detail)
}

fn explain(path: &Path, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        return explain_syntax(error);
    }
    // serde's message ends with the place, which the pointer says better.
    let message = error.to_string();
    let detail = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let code = if detail.starts_with("unknown field") { "unknown_field" } else { "invalid_type" };
    Problem::invalid(vec![FieldError { pointer: pointer(path), code: code.to_owned(), detail }])
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |mut pointer, segment| {
        let _ = match segment {
            Segment::Seq { index } => write!(pointer, "/{index}"),
            Segment::Map { key } => write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => write!(pointer, "/{variant}"),
            Segment::Unknown => Ok(()),
        };
        pointer
    })
}

/// A query string.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(value)| Self(value))
            .map_err(|_| Problem::bad_request("A parameter of the address has a wrong value."))
    }
}
