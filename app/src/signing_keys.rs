//! The keys that sign access tokens, for the operator of the installation.
//!
//! Owns the table and the two ways to rotate. Must never decide who the operator is: that is `service`. All of it works
//! without script.

mod server_fns;

#[cfg(feature = "ssr")]
mod emergency_form;
#[cfg(feature = "ssr")]
mod table;

pub use self::server_fns::{ReplaceSigningKeys, RotateSigningKeys, replace_signing_keys, rotate_signing_keys};

#[cfg(feature = "ssr")]
pub(crate) use self::{emergency_form::EmergencyForm, table::SigningKeyTable};

/// The word to type before an emergency rotation.
#[cfg(feature = "ssr")]
pub(crate) const CONFIRMATION: &str = "rotate";
