//! JSON bodies.
//!
//! Owns: that an object is asked for where an object is meant (an array would be read by position), and saying what is wrong
//! with a body in the caller's words and at its place. The parser's words never leave.

mod explain;
mod objects;

use self::objects::ObjectsOnly;
use super::problem::Problem;
use serde::Deserialize;

/// Reads a body.
///
/// # Errors
/// 400 for what is not JSON, 422 with a pointer for JSON of another shape.
pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    // What is well-formed need not be followed step by step.
    if let Ok(value) = parse_fast(bytes) {
        return Ok(value);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(ObjectsOnly(&mut json))
        .map_err(|error| explain::problem(error.path(), error.inner(), bytes))?;
    json.end().map_err(|error| explain::syntax(&error))?;
    Ok(value)
}

/// Reads a body, or says no more than that it cannot be read.
pub(crate) fn parse_fast<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(ObjectsOnly(&mut json))?;
    json.end()?;
    Ok(value)
}
