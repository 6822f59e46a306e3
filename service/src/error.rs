//! Why a use case did not do what was asked: one closed list, by meaning.
//!
//! Owns: the list and what may be said publicly. Detail that must not be said stands in the source, which is logged
//! once. REST, OAuth and the screens each render it in their own way.

use domain::{
    Timestamp,
    access::Denied,
    error::{FieldError, FieldErrors},
    scope::ScopeSet,
    verify::{Allowance, QuotaLeft},
};
use std::error::Error;
use store::StoreError;

/// What an unauthenticated caller is told (RFC 6750 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Nothing was presented.
    Missing,
    /// What was presented is malformed, unknown, expired or revoked.
    Invalid(&'static str),
}

/// Why a use case refused.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Something in the request is wrong; each field says what.
    #[error("the request is not valid: {0}")]
    Invalid(FieldErrors),
    /// Nobody, or nobody any more.
    #[error("not authenticated")]
    Unauthenticated(Challenge),
    /// The caller lacks a scope.
    #[error("a scope is missing")]
    MissingScope {
        /// Any of these would do, or all of them when scopes were to be granted.
        accepted: ScopeSet,
        /// What the caller holds.
        granted: ScopeSet,
    },
    /// Only a signed-in person may do this.
    #[error("this needs a signed-in person")]
    PersonRequired,
    /// The credential represents nobody, and this acts for somebody.
    #[error("this needs a credential that represents a person")]
    UserContextRequired,
    /// A rule about this caller forbids it. The code is stable.
    #[error("{detail}")]
    Forbidden {
        /// In snake case.
        code: &'static str,
        /// What happened, why, and what to do.
        detail: &'static str,
    },
    /// The credential has as many live secrets as its kind allows.
    #[error("the credential has as many live secrets as it can")]
    TooManyLiveSecrets {
        /// When the next one retires by itself, if that is known.
        next_retires_at: Option<Timestamp>,
    },
    /// An operation of the API still names the scope that was to go.
    #[error("the scope is still named by an operation")]
    ScopeInUse {
        /// Which.
        operation: String,
    },
    /// Somebody still has the role that was to go.
    #[error("the role is still in use")]
    RoleInUse {
        /// Who, and what to do so that nobody has it, in sentences.
        by: String,
    },
    /// Not there, or not the caller's.
    #[error("not found")]
    Missing,
    /// A rule forbids it. The code is stable.
    #[error("{detail}")]
    Refused {
        /// In snake case.
        code: &'static str,
        /// What happened, why, and what to do.
        detail: &'static str,
    },
    /// It would hit another number of credentials than the caller has confirmed.
    #[error("not confirmed")]
    NotConfirmed {
        /// How many it would hit.
        affected: u64,
    },
    /// It is not any more what the caller has seen.
    #[error("changed in the meantime")]
    Changed,
    /// Too many attempts.
    #[error("too many attempts")]
    RateLimited {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// There is too much of it for the moment; the detail says of what.
    #[error("{detail}")]
    Busy {
        /// What happened, and what to do.
        detail: &'static str,
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The credential that calls has used up its rate limit, or its quota.
    #[error("the limit of the credential is reached")]
    CallLimitReached {
        /// What is left of its rate limit, if it has one.
        allowance: Option<Allowance>,
        /// The quota, if that is what is used up.
        quota: Option<QuotaLeft>,
    },
    /// A part that is needed does not answer; trying again may help.
    #[error("temporarily unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A fault of ours.
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl ServiceError {
    /// After how many seconds the same request may succeed, if it came too often.
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

    /// A fault of ours, with its cause for the log.
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
                code: "invalid_cursor".to_owned(),
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
                code: "reach_beyond_own",
                detail: "This reaches everyone's credentials, and your role only your own. Ask an admin to do it.",
            },
            Denied::NotTheOwner => Self::Forbidden {
                code: "not_the_owner",
                detail: "A personal access token is for its owner alone: only they can roll or widen it, signed in or with that token. You can narrow, disable or revoke it.",
            },
            Denied::CredentialItselfRequired => Self::Forbidden {
                code: "credential_required",
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
