//! What went wrong, as a screen needs it: what happened, at which field, and the id that finds it in the log.
//!
//! Owns the shape that travels from server functions to programs and, after a form post without script, in the `__err`
//! parameter of the page. Never carries a secret or a source error; those stay in the server's log.

use domain::error::{FieldError, FieldErrors};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// How many flaws a form says beside its fields.
const MOST_BESIDE: usize = 5;

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
        self.fields.0.iter().find(|error| is_below(error, pointers)).map(sentence)
    }

    /// What a form says beside its fields. Nothing, if the fields with these pointers show all that is wrong.
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

    /// All that is wrong, where no field shows any of it.
    pub fn in_words(self) -> String {
        self.beside(&[""; 0]).map(|error| error.message).unwrap_or_default()
    }

    /// Without what is wrong with the field of this pointer; nothing, if nothing else was wrong.
    pub fn without(mut self, pointer: &str) -> Option<Self> {
        self.fields.0.retain(|error| !error.pointer.starts_with(pointer));
        (self.kind != ErrorKind::Invalid || !self.fields.is_empty()).then_some(self)
    }
}

fn is_below(error: &FieldError, pointers: &[impl AsRef<str>]) -> bool {
    pointers.iter().any(|pointer| error.pointer.starts_with(pointer.as_ref()))
}

fn sentence(error: &FieldError) -> String {
    match error.code.as_str() {
        "acknowledgement_required" => "Confirm that this token may work for ever.".to_owned(),
        _ => error.detail.clone(),
    }
}

/// Names the place where it is deep within a document. A form has its fields on the first level.
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

    #[test]
    fn a_form_says_beside_its_fields_what_none_of_them_shows() {
        let error = |pointers: &[&str]| {
            let flaws = pointers.iter().map(|pointer| Flaw::new("x", format!("Not {pointer}.")).at(*pointer));
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
