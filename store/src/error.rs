//! What can go wrong between a use case and its database.
//!
//! Owns: the closed list of outcomes that a caller can act on, and the translation from driver errors to it.
//! Never: a word for the end user, who is answered by service; never a driver's type in a public signature.
//! Which codes mean what on which database is in [`crate::dialect`].

use crate::dialect;
use std::error::Error;

/// Everything a store call can answer instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or none that the permit reaches. The two are never told apart.
    #[error("not found")]
    Missing,
    /// The row would break this rule.
    #[error("conflict: {0:?}")]
    Conflict(Constraint),
    /// The cursor was not made for this list.
    #[error("the cursor does not belong to this list")]
    BadCursor,
    /// The database cannot answer now: no free connection in time, connection lost, overloaded, read-only. Nothing
    /// was changed, except that a commit whose reply was lost may have happened.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A fault of ours or damaged data. The source is for the log.
    #[error("unexpected fault in the store")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

/// The result of a store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A rule of the schema that callers can run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// Another account has proved this e-mail address.
    UserEmail,
    /// The slug names another organisation.
    OrgSlug,
    /// The person is a member already.
    Membership,
    /// The verifier is stored already: the same secret was drawn twice.
    Verifier,
    /// A pepper of this version exists.
    PepperVersion,
    /// Another API of the installation has this audience.
    ApiAudience,
    /// The API has a scope of this name already.
    ApiScope,
    /// The API has an operation of this id already.
    Operation,
    /// Another role of the organisation has this name.
    RoleName,
    /// The id of a new row is taken.
    Id,
    /// What the row points at does not exist.
    Reference,
}

impl StoreError {
    /// Stored data that cannot be read back: a row that this program did not write.
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
