//! An answer of an OAuth endpoint that is no refusal: JSON that nobody may keep.

use super::error::no_store;
use crate::gate::request_line::CalledBy;
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{Timestamp, ids::CredentialId};
use serde::Serialize;

const JSON: &str = "application/json";
const RETIRES_AT: HeaderName = HeaderName::from_static("x-credential-retires-at");

/// What is said when all is well.
pub(crate) struct Answer {
    json: String,
    /// When the secret of the client that asked stops, because another is taking its place.
    retires_at: Option<Timestamp>,
    /// Who asked, for the log.
    called_by: Option<CalledBy>,
}

impl Answer {
    pub(super) fn of(body: &impl Serialize) -> Self {
        Self { json: serde_json::to_string(body).unwrap_or_default(), retires_at: None, called_by: None }
    }

    pub(super) fn retiring(self, retires_at: Option<Timestamp>) -> Self {
        Self { retires_at, ..self }
    }

    /// Says whom it goes to.
    pub(super) fn to(self, client: CredentialId) -> Self {
        Self { called_by: Some(CalledBy(client)), ..self }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (no_store(), [(header::CONTENT_TYPE, JSON)], self.json).into_response();
        let retires_at = self.retires_at.and_then(|at| HeaderValue::from_str(&at.to_string()).ok());
        response.headers_mut().extend(retires_at.map(|at| (RETIRES_AT, at)));
        if let Some(called_by) = self.called_by {
            response.extensions_mut().insert(called_by);
        }
        response
    }
}
