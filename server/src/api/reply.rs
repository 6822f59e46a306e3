//! Replies whose type says their status and their headers.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::marker::PhantomData;

/// 201 with what was created.
pub(crate) struct Created<T>(pub(crate) T);

impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, self.0).into_response()
    }
}

/// 204.
pub(crate) struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// An object with its version as `ETag`.
pub(crate) struct Versioned<T> {
    pub(crate) object: T,
    /// Without the quotes.
    pub(crate) version: String,
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.version)) {
            headers.insert(header::ETAG, tag);
        }
        (headers, axum::Json(self.object)).into_response()
    }
}

/// A list of `T`, or a file with the same objects.
pub(crate) struct Export<T> {
    response: Response,
    objects: PhantomData<fn() -> T>,
}

impl<T> Export<T> {
    pub(crate) fn new(response: impl IntoResponse) -> Self {
        Self { response: response.into_response(), objects: PhantomData }
    }
}

impl<T> IntoResponse for Export<T> {
    fn into_response(self) -> Response {
        self.response
    }
}
