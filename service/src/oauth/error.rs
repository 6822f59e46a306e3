//! The errors of the OAuth endpoints.

use crate::ServiceError;
use domain::oauth::Refusal;
use store::StoreError;

/// An error with a code of the protocol, or an error of the service.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// The request was rejected, with the code of the RFC.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The service is not available, or has an internal error.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// Converts an authentication error of the client's credential to an error of the protocol.
pub(super) fn as_client_error(error: ServiceError) -> OAuthError {
    match error {
        ServiceError::Unauthenticated(crate::Challenge::Invalid(why)) => Refusal::client(why).into(),
        ServiceError::Forbidden { detail, .. } => Refusal::client(detail).into(),
        error => error.into(),
    }
}
