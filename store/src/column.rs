//! Conversion of columns into the types of `domain`.
//!
//! Owns: the rule that an invalid stored value is an internal error, never a panic or a default. Never: queries; rows
//! are read where their statement is used.

use crate::{Result, StoreError};
use domain::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Debug, str::FromStr};

pub(crate) fn parse<T>(what: &'static str, text: &str) -> Result<T>
where
    T: FromStr,
    T::Err: Debug,
{
    text.parse().map_err(|flaw| StoreError::Internal(format!("stored {what} cannot be read: {flaw:?}").into()))
}

/// Parses the text of a nullable column.
pub(crate) fn parse_optional<T>(what: &'static str, text: Option<&str>) -> Result<Option<T>>
where
    T: FromStr,
    T::Err: Debug,
{
    text.map(|text| parse(what, text)).transpose()
}

/// Converts a nullable column of milliseconds since 1970.
pub(crate) fn instant(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Parses a JSON column.
pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::damaged(what, error))
}

/// Serializes a value for a JSON column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Internal(error.into()))
}
