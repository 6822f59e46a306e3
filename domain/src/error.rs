//! Validation errors of input fields.
//!
//! This module owns the shape of a field error (the `errors` members of RFC 9457). REST and the screens decide how to
//! show it.

use crate::code::FlawCode;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A problem with one value: a stable code for programs and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub code: FlawCode,
    /// One sentence that says what is wrong and what to do.
    pub detail: String,
}

impl Flaw {
    pub fn new(code: FlawCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// Attaches the flaw to the field at this JSON pointer (RFC 6901).
    pub fn at(self, pointer: impl Into<String>) -> FieldError {
        FieldError { pointer: pointer.into(), code: self.code, detail: self.detail }
    }
}

/// A problem with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the member of the request body, such as `/name`.
    pub pointer: String,
    pub code: FlawCode,
    /// One sentence that says what is wrong and what to do.
    pub detail: String,
}

/// All problems of a request, so that people can correct them in one pass. It is never empty when it is returned as an
/// error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    pub fn one(error: FieldError) -> Self {
        Self(vec![error])
    }

    /// Returns the value, or records the flaw at `pointer` and returns `None`.
    pub fn check<T>(&mut self, pointer: &str, result: Result<T, Flaw>) -> Option<T> {
        result.map_err(|flaw| self.0.push(flaw.at(pointer))).ok()
    }

    /// Moves all errors below the object at this pointer.
    #[must_use]
    pub fn below(self, pointer: &str) -> Self {
        let move_down = |error: FieldError| FieldError { pointer: format!("{pointer}{}", error.pointer), ..error };
        Self(self.0.into_iter().map(move_down).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{}: {}", if index == 0 { "" } else { "; " }, error.pointer, error.detail)?;
        }
        Ok(())
    }
}
