//! The errors of use cases: one closed list, by meaning.
//!
//! Owns the list and the texts that may be public. Details that must stay private are in the source, which is logged
//! once. REST, OAuth and the screens each render errors in their own way.

use domain::{
    Timestamp,
    access::Denied,
    code::{FlawCode, ProblemCode},
    error::{FieldError, FieldErrors},
    scope::ScopeSet,
    verify::{Allowance, QuotaLeft},
};
use std::error::Error;
use store::StoreError;

/// The information for an unauthenticated caller (RFC 6750 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// The request had no credential.
    Missing,
    /// The credential is malformed, unknown, expired or revoked.
    Invalid(&'static str),
}

/// The reason why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request is not valid. Each field error names one flaw.
    #[error("the request is not valid: {0}")]
    Invalid(FieldErrors),
    /// The caller is not authenticated, or no longer.
    #[error("not authenticated")]
    Unauthenticated(Challenge),
    /// The caller lacks a scope.
    #[error("a scope is missing")]
    MissingScope {
        /// Any of these scopes is enough. If scopes were to be granted, all of them are needed.
        accepted: ScopeSet,
        /// The scopes that the caller has.
        granted: ScopeSet,
    },
    /// Only a signed-in person may do this.
    #[error("this needs a signed-in person")]
    PersonRequired,
    /// The action needs a person, and the credential represents none.
    #[error("this needs a credential that represents a person")]
    UserContextRequired,
    /// A rule about this caller forbids the action.
    #[error("{detail}")]
    Forbidden {
        code: ProblemCode,
        /// Says what happened, why, and what to do.
        detail: &'static str,
    },
    /// The credential has as many live secrets as its kind allows.
    #[error("the credential has as many live secrets as it can")]
    TooManyLiveSecrets {
        /// The time at which the next secret retires by itself, if it is known.
        next_retires_at: Option<Timestamp>,
    },
    /// An operation of the API still names the scope.
    #[error("the scope is still named by an operation")]
    ScopeInUse {
        /// The id of the operation.
        operation: String,
    },
    /// The role is still assigned.
    #[error("the role is still in use")]
    RoleInUse {
        /// Says who has the role, and how to change that, in sentences.
        by: String,
    },
    /// The resource does not exist, or does not belong to the caller.
    #[error("not found")]
    Missing,
    /// A rule forbids the action.
    #[error("{detail}")]
    Refused {
        code: ProblemCode,
        /// Says what happened, why, and what to do.
        detail: &'static str,
    },
    /// The change would affect another number of credentials than the caller has confirmed.
    #[error("not confirmed")]
    NotConfirmed {
        /// The number of affected credentials.
        affected: u64,
    },
    /// The resource has changed since the caller saw it.
    #[error("changed in the meantime")]
    Changed,
    /// There were too many attempts.
    #[error("too many attempts")]
    RateLimited {
        /// The wait before the next attempt.
        retry_after_seconds: u32,
    },
    /// The server accepts no more requests of this kind at the moment.
    #[error("{detail}")]
    Busy {
        /// Says what happened, and what to do.
        detail: &'static str,
        /// The wait before the next attempt.
        retry_after_seconds: u32,
    },
    /// The calling credential has used up its rate limit or its quota.
    #[error("the limit of the credential is reached")]
    CallLimitReached {
        /// The remaining calls under the rate limit, if there is one.
        allowance: Option<Allowance>,
        /// The quota, if it is used up.
        quota: Option<QuotaLeft>,
    },
    /// A dependency does not respond. A retry may succeed.
    #[error("temporarily unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A bug or an unexpected state of the server.
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl ServiceError {
    /// Returns the seconds after which the request may succeed, if it came too often.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::RateLimited { retry_after_seconds } | Self::Busy { retry_after_seconds, .. } => {
                Some(*retry_after_seconds)
            }
            Self::CallLimitReached { allowance, quota } => {
                let of_rate = allowance.and_then(|allowance| allowance.reset_seconds).unwrap_or(1);
                Some(quota.map_or(of_rate, |quota| quota.reset_seconds))
            }
            _ => None,
        }
    }

    /// Wraps the cause of an internal error, for the log.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Self::Missing,
            StoreError::BadCursor => Self::Invalid(FieldErrors::one(FieldError {
                pointer: "/cursor".to_owned(),
                code: FlawCode::InvalidCursor,
                detail: "This cursor was not made for this list. Start again without one.".to_owned(),
            })),
            StoreError::Unavailable(source) => Self::Unavailable(source),
            StoreError::Internal(source) => Self::Internal(source),
            conflict @ StoreError::Conflict(_) => Self::internal(conflict),
        }
    }
}

impl From<Denied> for ServiceError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::MissingScope { accepted, granted } => Self::MissingScope { accepted, granted },
            Denied::PersonRequired => Self::PersonRequired,
            Denied::UserContextRequired => Self::UserContextRequired,
            Denied::Beyond(bound) => Self::Forbidden { code: bound.code(), detail: bound.advice() },
            Denied::BeyondReach => Self::Forbidden {
                code: ProblemCode::ReachBeyondOwn,
                detail: "This reaches everyone's credentials, and your role only your own. Ask an admin to do it.",
            },
            Denied::NotTheOwner => Self::Forbidden {
                code: ProblemCode::NotTheOwner,
                detail: "A personal access token is for its owner alone: only they can roll or widen it, signed in or with that token. You can narrow, disable or revoke it.",
            },
            Denied::CredentialItselfRequired => Self::Forbidden {
                code: ProblemCode::CredentialRequired,
                detail: "An access token cannot create, roll or widen a credential. Present the credential itself.",
            },
            Denied::WrongActor => Self::internal(denied),
        }
    }
}

impl From<FieldErrors> for ServiceError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}
