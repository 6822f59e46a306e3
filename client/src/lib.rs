#![doc = include_str!("../README.md")]
//!
//! # Where to read on
//! [`Verifier`] decides; [`VerifyLayer`] puts it in front of a service; `extract` (feature `axum`) lets handlers say in their
//! arguments what they need. This crate speaks to the issuer by HTTP only and depends on no other member of the workspace, so it
//! also shows that the public contract is enough. It never answers yes because it could not ask.

mod builder;
mod claims;
mod clock;
mod error;
#[cfg(feature = "axum")]
mod extract;
mod introspection;
mod issuer;
mod jwks;
mod jwt;
mod key_set;
mod layer;
mod opaque;
mod presented;
mod principal;
mod strict_json;
mod verifier;

#[cfg(feature = "axum")]
pub use self::extract::{RequireApplication, RequireScope, RequireUser, RequiredScopes};
pub use self::{
    builder::{ConfigError, IntrospectionCredential, VerifierBuilder},
    clock::Clock,
    error::{AuthError, InvalidToken, Rejection},
    layer::{VerifyLayer, VerifyService},
    principal::{Principal, SubjectType},
    verifier::Verifier,
};
