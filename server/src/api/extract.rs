//! Reading requests, with refusals that say what to correct.
//!
//! Owns: the caller that the gate recognized, the place that a path names, idempotency keys and query strings. JSON itself is
//! read in [`super::json`].

use super::{json::parse, problem::Problem};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, MatchedPath, Query, RawPathParams, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use domain::code::ProblemCode;
use http_body_util::{BodyExt, LengthLimitError};
use serde::de::DeserializeOwned;
use service::{authn::Authenticated, idempotency::Idempotency};
use std::{
    convert::Infallible,
    error::Error,
    io::{self, ErrorKind},
    ops::Deref,
    sync::Arc,
};

fn authenticated(parts: &Parts) -> Result<Arc<Authenticated>, Problem> {
    let found = parts.extensions.get::<Arc<Authenticated>>().cloned();
    found.ok_or_else(|| service::ServiceError::Unauthenticated(service::Challenge::Missing).into())
}

/// The caller whom the credential gate recognized.
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

/// The parameters of the path. An organization in it must be the caller's own; any other answers 404.
pub(crate) struct PathParams(Vec<(String, String)>);

impl PathParams {
    /// The parameter of this name; empty if the path has none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The parameter `{id}`.
    pub(crate) fn id(&self) -> &str {
        self.get("id")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathParams {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = authenticated(parts)?;
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let params = Self(parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        let org = params.get("org");
        let is_own = org.is_empty() || org == caller.org.slug.as_str() || org == caller.org.id.to_string();
        if is_own { Ok(params) } else { Err(Problem::not_found()) }
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

/// A large JSON body that is not read yet. It may carry an `Idempotency-Key`.
pub(crate) struct Document(Request);

impl<S: Sync> FromRequest<S> for Document {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        Ok(Self(request))
    }
}

impl Document {
    /// Its text, which is not to be parsed on the thread that serves requests.
    pub(crate) async fn read(self) -> Result<(Vec<u8>, Option<Idempotency>), Problem> {
        let sent = Sent::of(&self.0);
        let bytes = read(self.0, &()).await?;
        let idempotency = sent.idempotency(&bytes)?;
        Ok((bytes.into(), idempotency))
    }
}

/// A JSON body of a request that may carry an `Idempotency-Key`. No body at all is the empty object.
pub(crate) struct IdempotentJson<T> {
    pub(crate) body: T,
    pub(crate) idempotency: Option<Idempotency>,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for IdempotentJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let sent = Sent::of(&request);
        let bytes = read(request, state).await?;
        let body = if bytes.is_empty() {
            parse(b"{}")?
        } else {
            check_content_type(&sent.headers)?;
            parse(&bytes)?
        };
        let idempotency = sent.idempotency(&bytes)?;
        Ok(Self { body, idempotency })
    }
}

/// The version that the caller has read (`If-Match`, RFC 9110 section 13.1.1).
pub(crate) struct IfMatch(Option<String>);

impl IfMatch {
    /// Without the quotes; none if the caller takes any version.
    pub(crate) fn version(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let tag = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        Ok(Self(tag.map(|tag| tag.trim().trim_matches('"').to_owned()).filter(|tag| tag != "*")))
    }
}

/// The parts of a request that tell whether it is a retry, besides its body.
struct Sent {
    headers: HeaderMap,
    route: String,
    path: String,
}

impl Sent {
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
        Self { headers: request.headers().clone(), route, path: request.uri().path().to_owned() }
    }

    fn idempotency(self, body: &[u8]) -> Result<Option<Idempotency>, Problem> {
        let mut keys = self.headers.get_all("idempotency-key").iter();
        let key = keys.next().map(|key| key.to_str().unwrap_or_default());
        if keys.next().is_some() {
            return Err(Problem::bad_request("Send at most one Idempotency-Key header."));
        }
        // Two objects of one route are two requests, whatever their bodies.
        let marked = [self.path.as_bytes(), b"\n", body].concat();
        Ok(key.map(|key| Idempotency::new(key, self.route, &marked)).transpose()?)
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        _ => unreadable(&rejection),
    })
}

/// The whole body. The layer around all routes limits its size.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, Problem> {
    match body.collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if is_about_length(&error) => Err(Problem::too_large()),
        Err(error) => Err(unreadable(&error)),
    }
}

/// An error and its causes.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| (*error).source())
}

fn is_about_length(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|error| error.is::<LengthLimitError>())
}

/// Whether the chunks of a body are not written as RFC 9112 section 7.1 asks.
fn is_malformed(error: &(dyn Error + 'static)) -> bool {
    let is_invalid = |error: &io::Error| matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput);
    chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).any(is_invalid)
}

fn unreadable(error: &(dyn Error + 'static)) -> Problem {
    if is_malformed(error) {
        return Problem::bad_request("The chunks of the body are malformed.");
    }
    Problem::new(ProblemCode::BodyIncomplete, "The body did not come whole, or not in time.")
}

pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| is_json(value.as_bytes())) {
        return Ok(());
    }
    let detail = "Send the body as JSON in UTF-8, with Content-Type: application/json.";
    Err(Problem::new(ProblemCode::UnsupportedMediaType, detail))
}

/// Whether this content type is JSON's, in UTF-8.
pub(crate) fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let is_json = ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|kind| essence.eq_ignore_ascii_case(kind.as_bytes()));
    is_json && is_utf8(content_type)
}

/// Whether this content type names no charset but UTF-8.
pub(crate) fn is_utf8(content_type: &[u8]) -> bool {
    content_type.split(|&byte| byte == b';').skip(1).all(|parameter| {
        let mut parts = parameter.splitn(2, |&byte| byte == b'=').map(<[u8]>::trim_ascii);
        let is_charset = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(b"charset"));
        let value = parts.next().unwrap_or_default();
        let value = value.strip_prefix(b"\"").and_then(|quoted| quoted.strip_suffix(b"\"")).unwrap_or(value);
        !is_charset || value.eq_ignore_ascii_case(b"utf-8")
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
