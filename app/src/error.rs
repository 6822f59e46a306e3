//! What went wrong, as a screen needs it: what happened, at which field, and the id that finds it in the log.
//!
//! Owns the shape that travels from server functions to programs and, after a form post without script, in the `__err`
//! parameter of the page. Never carries a secret or a source error; those stay in the server's log.

use domain::error::FieldErrors;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// The kind of a refusal; decides which page or sentence is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Some fields are wrong.
    Invalid,
    /// Nobody is signed in, or name and password do not fit.
    Unauthenticated,
    /// The caller's role or scopes do not allow it.
    Denied,
    /// It is not there, or not theirs.
    Missing,
    /// It clashes with what is there.
    Conflict,
    /// A rule of the organisation or of the life-cycle forbids it.
    Refused,
    /// Too often.
    RateLimited,
    /// The server cannot answer now.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// The form was written for another session than the one that sent it.
    Stale,
    /// The browser could not reach the server.
    Offline,
}

/// A refusal with the words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// Its kind.
    pub kind: ErrorKind,
    /// What happened and what to do, for a person.
    pub message: String,
    /// What is wrong with which field.
    #[serde(default)]
    pub fields: FieldErrors,
    /// Finds the request in the log.
    #[serde(default)]
    pub request_id: Option<String>,
}

impl AppError {
    /// A refusal without fields.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), fields: FieldErrors::default(), request_id: None }
    }

    /// What is wrong with the first of the fields whose pointer starts with one of `pointers`.
    pub fn at(&self, pointers: &[&str]) -> Option<String> {
        let found = self.fields.0.iter().find(|error| pointers.iter().any(|p| error.pointer.starts_with(p)))?;
        Some(match found.code.as_str() {
            "acknowledgement_required" => "Confirm that this token may work for ever.".to_owned(),
            _ => found.detail.clone(),
        })
    }

    /// Whether it is only about fields, each of which says so itself.
    pub fn is_only_fields(&self) -> bool {
        self.kind == ErrorKind::Invalid && !self.fields.is_empty()
    }

    /// Without what is wrong with the field of this pointer; nothing, if nothing else was wrong.
    pub fn without(mut self, pointer: &str) -> Option<Self> {
        self.fields.0.retain(|error| !error.pointer.starts_with(pointer));
        (self.kind != ErrorKind::Invalid || !self.fields.is_empty()).then_some(self)
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self::new(ErrorKind::Offline, "The server could not be reached. Nothing was changed; try again.")
            }
            // What arrived at the server could not be read as the form.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                crate::server_side::incomplete()
            }
            #[cfg(not(feature = "ssr"))]
            ServerFnErrorErr::Deserialization(_) => Self::new(
                ErrorKind::Internal,
                "The answer could not be read. Reload the page to see whether the change was made.",
            ),
            _ => Self::new(ErrorKind::Internal, "The request could not be handled. Reload the page and try again."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::error::Flaw;

    #[test]
    fn an_error_survives_its_way_through_the_address_of_a_page() {
        let fields = FieldErrors::one(Flaw::new("required", "Enter a name.").at("/name"));
        let request_id = Some("req_1".into());
        let error = AppError { fields, request_id, ..AppError::new(ErrorKind::Invalid, "Check the marked field.") };
        assert_eq!(AppError::de(error.ser()), error);
        assert_eq!(error.at(&["/name"]).as_deref(), Some("Enter a name."));
        assert_eq!(error.at(&["/email"]), None);
    }
}
