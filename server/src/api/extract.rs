//! Reading requests, with refusals that say what to correct.
//!
//! Owns: the caller that the gate recognised, JSON bodies, and query strings.

use super::problem::Problem;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, header, request::Parts},
};
use domain::error::FieldError;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use service::authn::Authenticated;
use std::{fmt::Write, ops::Deref, sync::Arc};

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
        let found = parts.extensions.get::<Arc<Authenticated>>().cloned();
        found.map(Self).ok_or_else(|| service::ServiceError::Unauthenticated(service::Challenge::Missing).into())
    }
}

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence =
            content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !matches!(essence.as_str(), "application/json" | "application/merge-patch+json") {
            let detail = "Send the body as JSON, with Content-Type: application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Problem::too_large())?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value =
            serde_path_to_error::deserialize(&mut json).map_err(|error| explain(error.path(), error.inner()))?;
        json.end().map_err(|error| explain_syntax(&error))?;
        Ok(Self(value))
    }
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
