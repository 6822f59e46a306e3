//! What is wrong with what somebody typed, said about the field it was typed in.
//!
//! Owns: the shape of a field error (RFC 9457 `errors` members). Never: how it is drawn; REST and screens do that.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with one value: a stable code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Stable, in snake case; part of the public contract.
    pub code: &'static str,
    /// What is wrong and what to do, in one sentence.
    pub detail: String,
}

impl Flaw {
    /// A flaw with this code and sentence.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// The flaw, said about the field at this JSON pointer (RFC 6901).
    pub fn at(self, pointer: impl Into<String>) -> FieldError {
        FieldError { pointer: pointer.into(), code: self.code.to_owned(), detail: self.detail }
    }
}

/// A flaw in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the member of the request body, such as `/name`.
    pub pointer: String,
    /// Stable, in snake case.
    pub code: String,
    /// One sentence: what is wrong and what to do.
    pub detail: String,
}

/// Everything wrong with a request, so that people correct it once. Never empty when it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// A single error.
    pub fn one(error: FieldError) -> Self {
        Self(vec![error])
    }

    /// The value, or nothing after noting what is wrong with it.
    pub fn check<T>(&mut self, pointer: &str, result: Result<T, Flaw>) -> Option<T> {
        result.map_err(|flaw| self.0.push(flaw.at(pointer))).ok()
    }

    /// The same errors, about members of the object at this pointer.
    #[must_use]
    pub fn below(self, pointer: &str) -> Self {
        let move_down = |error: FieldError| FieldError { pointer: format!("{pointer}{}", error.pointer), ..error };
        Self(self.0.into_iter().map(move_down).collect())
    }

    /// Whether nothing is wrong.
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
