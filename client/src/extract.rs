//! What a handler needs of its caller, said in its arguments.
//!
//! Owns: reading what [`crate::VerifyLayer`] found, and refusing in the words of the standards. A route without the layer answers
//! 500: it never takes a missing check for a passed one.

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

/// Nothing where the request presented nothing and the layer is [`or_anonymous`](crate::VerifyLayer::or_anonymous).
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

/// Scopes with a name in the code, so that a route says what it needs.
pub trait RequiredScopes {
    /// All of these are needed.
    const NAMES: &'static [&'static str];
}

/// A caller who holds the scopes of `S`. 403 `insufficient_scope` otherwise.
pub struct RequireScope<S> {
    principal: Principal,
    scopes: PhantomData<fn() -> S>,
}

/// A caller who is a user: a person or a service account. 403 `user_context_required` otherwise.
#[derive(Clone, Debug)]
pub struct RequireUser(pub Principal);

/// A caller who is an application: an API key or an M2M client of an organisation. 403 `application_context_required` otherwise.
#[derive(Clone, Debug)]
pub struct RequireApplication(pub Principal);

impl<S> RequireScope<S> {
    /// The caller.
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

/// In the realm `api`; for another one see [`AuthError::in_realm`].
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
