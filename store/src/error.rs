//! Errors of the store.
//!
//! Owns: the closed list of outcomes that a caller can act on, and the translation from driver errors to it. Never:
//! text for the end user, which `service` writes; never a driver's type in a public signature. The meaning of database
//! error codes is in [`crate::dialect`].

use crate::dialect;
use std::error::Error;

/// The error of a store call.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or none within the permit's reach. Callers can't tell the two apart.
    #[error("not found")]
    Missing,
    /// The row would violate this rule.
    #[error("conflict: {0:?}")]
    Conflict(Constraint),
    /// The cursor was not made for this list.
    #[error("the cursor does not belong to this list")]
    BadCursor,
    /// The database can't respond now: no free connection in time, connection lost, overloaded, or read-only. Nothing
    /// was changed. The exception is a commit whose reply was lost; it may have succeeded.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// An error in Mintmark, or damaged data. The source is for the log.
    #[error("unexpected fault in the store")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// A rule of the schema that callers can violate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// Another account has verified this email address.
    UserEmail,
    /// Another organization has this slug.
    OrgSlug,
    /// The user is already a member.
    Membership,
    /// The verifier is already stored: the same secret was generated twice.
    Verifier,
    /// A pepper of this version exists.
    PepperVersion,
    /// Another API of the installation has this audience.
    ApiAudience,
    /// The API already has a scope of this name.
    ApiScope,
    /// The API already has an operation with this id.
    Operation,
    /// Another role of the organization has this name.
    RoleName,
    /// The id of a new row is taken.
    Id,
    /// The row refers to a row that does not exist.
    Reference,
}

impl StoreError {
    /// Stored data that can't be read: this program did not write the row.
    pub(crate) fn damaged(what: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Internal(format!("stored {what} cannot be read: {cause}").into())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::BeginFailed => {
                Self::Unavailable(error.into())
            }
            E::Database(database) => match dialect::constraint(database.as_ref()) {
                Some(constraint) => Self::Conflict(constraint),
                None if dialect::is_transient(database.as_ref()) => Self::Unavailable(error.into()),
                None => Self::Internal(error.into()),
            },
            _ => Self::Internal(error.into()),
        }
    }
}
