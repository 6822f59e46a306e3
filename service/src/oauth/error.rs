//! Why an OAuth endpoint did not do what was asked.

use crate::ServiceError;
use domain::oauth::Refusal;
use store::StoreError;

/// A refusal that the protocol has a code for, or something else that went wrong.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// Refused, with the code of the RFC.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not available, or a fault of ours.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// What recognising a client's credential answers, in the words of the protocol.
pub(super) fn as_client_error(error: ServiceError) -> OAuthError {
    match error {
        ServiceError::Unauthenticated(crate::Challenge::Invalid(why)) => Refusal::client(why).into(),
        ServiceError::Forbidden { detail, .. } => Refusal::client(detail).into(),
        error => error.into(),
    }
}
