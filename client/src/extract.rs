//! Axum extractors with which handlers declare what they need from the caller.
//!
//! They read the result of [`crate::VerifyLayer`] and reject requests with the standard error codes. A route without
//! the layer answers 500, so a missing check never counts as a passed one.

use crate::{
    error::{AuthError, DEFAULT_REALM, Rejection},
    layer::Checked,
    principal::Principal,
};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;
use std::{fmt, marker::PhantomData, ops::Deref};

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        caller(parts)
    }
}

/// `None` if the request has no credential and the layer is [`or_anonymous`](crate::VerifyLayer::or_anonymous).
impl<S: Sync> OptionalFromRequestParts<S> for Principal {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Rejection> {
        match caller(parts) {
            Ok(principal) => Ok(Some(principal)),
            Err(Rejection { error: AuthError::NothingPresented, .. }) => Ok(None),
            Err(rejection) => Err(rejection),
        }
    }
}

/// A named set of scopes, so that a route can say which scopes it needs.
pub trait RequiredScopes {
    /// All of these scopes are required.
    const NAMES: &'static [&'static str];
}

/// A caller who has all scopes of `S`. Otherwise the response is 403 `insufficient_scope`.
pub struct RequireScope<S> {
    principal: Principal,
    scopes: PhantomData<fn() -> S>,
}

/// A caller who is a user: a person or a service account. Otherwise the response is 403 `user_context_required`.
#[derive(Clone, Debug)]
pub struct RequireUser(pub Principal);

/// A caller who is an application: an API key or an M2M client of an organization. Otherwise the response is 403
/// `application_context_required`.
#[derive(Clone, Debug)]
pub struct RequireApplication(pub Principal);

impl<S> RequireScope<S> {
    /// Returns the caller.
    pub fn into_principal(self) -> Principal {
        self.principal
    }
}

impl<S> fmt::Debug for RequireScope<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireScope").field(&self.principal).finish()
    }
}

impl<S> Deref for RequireScope<S> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl<St: Sync, S: RequiredScopes> FromRequestParts<St> for RequireScope<S> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &St) -> Result<Self, Rejection> {
        let principal = required(parts, |caller| caller.require_scopes(S::NAMES))?;
        Ok(Self { principal, scopes: PhantomData })
    }
}

impl<S: Sync> FromRequestParts<S> for RequireUser {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        required(parts, Principal::require_user).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for RequireApplication {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        required(parts, Principal::require_application).map(Self)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.into_response()
    }
}

/// Uses the realm `api`. For another realm, use [`AuthError::in_realm`].
impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        self.in_realm(DEFAULT_REALM).into_response()
    }
}

fn caller(parts: &Parts) -> Result<Principal, Rejection> {
    let Some(Checked(verifier)) = parts.extensions.get::<Checked>() else {
        tracing::error!("a handler asks for its caller, but no VerifyLayer is in front of it");
        return Err(AuthError::LayerMissing.in_realm(DEFAULT_REALM));
    };
    let principal = parts.extensions.get::<Principal>().cloned();
    principal.ok_or_else(|| AuthError::NothingPresented.in_realm(verifier.realm()))
}

fn required(parts: &Parts, needs: impl FnOnce(&Principal) -> Result<(), AuthError>) -> Result<Principal, Rejection> {
    let principal = caller(parts)?;
    match (needs(&principal), parts.extensions.get::<Checked>()) {
        (Ok(()), _) => Ok(principal),
        (Err(error), checked) => {
            Err(error.in_realm(checked.map_or(DEFAULT_REALM, |Checked(verifier)| verifier.realm())))
        }
    }
}
