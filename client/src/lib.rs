#![doc = include_str!("../README.md")]
//!
//! # Where to start
//! [`Verifier`] decides, and [`VerifyLayer`] puts it in front of a service. With the feature `axum`, the extractors in
//! `extract` let handlers declare what they need from the caller.
//!
//! This crate talks to the issuer over HTTP only and depends on no other member of the workspace. So it also shows that
//! the public contract is sufficient. It never accepts a token because the issuer could not be asked.

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
