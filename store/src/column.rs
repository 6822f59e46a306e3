//! From columns to the domain's types.
//!
//! Owns: that a stored value which the domain would refuse is an internal fault and never a panic or a default.
//! Never: queries; rows are read where their statement is used.

use crate::{Result, StoreError};
use domain::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Debug, str::FromStr};

/// The value that this text stands for.
pub(crate) fn parse<T>(what: &'static str, text: &str) -> Result<T>
where
    T: FromStr,
    T::Err: Debug,
{
    text.parse().map_err(|flaw| StoreError::Internal(format!("stored {what} cannot be read: {flaw:?}").into()))
}

/// The value that this text stands for, where there is one.
pub(crate) fn parse_optional<T>(what: &'static str, text: Option<&str>) -> Result<Option<T>>
where
    T: FromStr,
    T::Err: Debug,
{
    text.map(|text| parse(what, text)).transpose()
}

/// The instant of a nullable column.
pub(crate) fn instant(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// The value that a JSON column holds.
pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::damaged(what, error))
}

/// A value for a JSON column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Internal(error.into()))
}
