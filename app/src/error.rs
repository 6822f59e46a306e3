//! Errors shown to a person: a message, the affected fields, and the request ID for the log.
//!
//! Owns the error type that server functions send to programs. After a form post without script, it travels in the
//! `__err` query parameter. Never carries a secret or a source error; those stay in the server's log.

use domain::{
    code::FlawCode,
    error::{FieldError, FieldErrors},
};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Maximum number of field errors shown beside the fields.
const MOST_BESIDE: usize = 5;

/// Kind of an error. Determines which page or sentence is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Some fields are invalid.
    Invalid,
    /// The caller is not signed in, or the sign-in failed.
    Unauthenticated,
    /// The caller's role or scopes do not allow it.
    Denied,
    /// It does not exist, or belongs to someone else.
    Missing,
    /// It conflicts with the current state.
    Conflict,
    /// A rule of the organization or of the life cycle forbids it.
    Refused,
    /// Too many attempts.
    RateLimited,
    /// The server can't answer at the moment.
    Unavailable,
    /// A fault in Mintmark.
    Internal,
    /// The form was rendered for another session than the one that sent it.
    Stale,
    /// The browser could not reach the server.
    Offline,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    pub kind: ErrorKind,
    /// Says in plain words what happened and what to do about it.
    pub message: String,
    /// Errors of single fields.
    #[serde(default)]
    pub fields: FieldErrors,
    /// ID of the request in the log.
    #[serde(default)]
    pub request_id: Option<String>,
}

impl AppError {
    /// An error without field errors.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), fields: FieldErrors::default(), request_id: None }
    }

    /// Message of the first field error whose pointer starts with one of `pointers`.
    pub fn at(&self, pointers: &[&str]) -> Option<String> {
        self.fields.0.iter().find(|error| is_below(error, pointers)).map(sentence)
    }

    /// The error to show beside the fields. `None` if the fields in `shown` already show all of it.
    pub fn beside(mut self, shown: &[impl AsRef<str>]) -> Option<Self> {
        if self.kind != ErrorKind::Invalid || self.fields.is_empty() {
            return Some(self);
        }
        self.fields.0.retain(|error| !is_below(error, shown));
        let mut sentences: Vec<_> = self.fields.0.iter().take(MOST_BESIDE).map(with_place).collect();
        let more = self.fields.0.len() - sentences.len();
        if more > 0 {
            sentences.push(format!("And {more} more."));
        }
        (!sentences.is_empty()).then(|| Self { message: sentences.join(" "), ..self })
    }

    /// The whole error as text, for places where no field shows any of it.
    pub fn in_words(self) -> String {
        self.beside(&[""; 0]).map(|error| error.message).unwrap_or_default()
    }

    /// Drops the errors of this field. `None` if nothing else was wrong.
    pub fn without(mut self, pointer: &str) -> Option<Self> {
        self.fields.0.retain(|error| !error.pointer.starts_with(pointer));
        (self.kind != ErrorKind::Invalid || !self.fields.is_empty()).then_some(self)
    }
}

fn is_below(error: &FieldError, pointers: &[impl AsRef<str>]) -> bool {
    pointers.iter().any(|pointer| error.pointer.starts_with(pointer.as_ref()))
}

fn sentence(error: &FieldError) -> String {
    match error.code {
        FlawCode::AcknowledgementRequired => "Confirm that this token may work for ever.".to_owned(),
        _ => error.detail.clone(),
    }
}

/// Adds the pointer if it points deep into a document. Form fields are on the first level.
fn with_place(error: &FieldError) -> String {
    let is_deep = error.pointer.matches('/').count() > 1;
    if is_deep { format!("{}: {}", error.pointer, sentence(error)) } else { sentence(error) }
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
            // The server could not parse the request as this form.
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
        let fields = FieldErrors::one(Flaw::new(FlawCode::Required, "Enter a name.").at("/name"));
        let request_id = Some("req_1".into());
        let error = AppError { fields, request_id, ..AppError::new(ErrorKind::Invalid, "Check the marked field.") };
        assert_eq!(AppError::de(error.ser()), error);
        assert_eq!(error.at(&["/name"]).as_deref(), Some("Enter a name."));
        assert_eq!(error.at(&["/email"]), None);
    }

    #[test]
    fn a_form_says_beside_its_fields_what_none_of_them_shows() {
        let error = |pointers: &[&str]| {
            let flaws =
                pointers.iter().map(|pointer| Flaw::new(FlawCode::Required, format!("Not {pointer}.")).at(*pointer));
            AppError { fields: FieldErrors(flaws.collect()), ..AppError::new(ErrorKind::Invalid, "Change it.") }
        };
        let beside = |pointers: &[&str]| error(pointers).beside(&["/name", "/scopes"]).map(|error| error.message);
        assert_eq!(beside(&["/name", "/scopes/0"]), None);
        assert_eq!(beside(&[""]).as_deref(), Some("Not ."), "no field name in front");
        assert_eq!(beside(&["/name", "/note"]).as_deref(), Some("Not /note."));
        assert_eq!(beside(&["/a/b"]).as_deref(), Some("/a/b: Not /a/b."));
        assert_eq!(beside(&["/1", "/2"]).as_deref(), Some("Not /1. Not /2."));
        assert!(beside(&["/x"; 8]).is_some_and(|said| said.ends_with("Not /x. And 3 more.")));
        assert_eq!(beside(&[]).as_deref(), Some("Change it."));
        let often = AppError::new(ErrorKind::RateLimited, "Too many attempts.");
        assert_eq!(often.clone().beside(&["/name"]), Some(often));
    }
}
