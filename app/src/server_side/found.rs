//! From a value that somebody pasted to the address that says which credential it is. The value goes no further than the
//! question: not into the answer, an address or the log.

use super::{Caller, refused, service};
use crate::error::AppError;
use domain::secret::PlainSecret;
use service::ServiceError;

/// The page that says which credential of the caller's organisation it is, or that it is none.
pub(crate) async fn find_by_value(caller: &Caller, slug: &str, value: String) -> Result<String, AppError> {
    let value = PlainSecret::presented(value);
    let secret = PlainSecret::presented(value.expose().trim().to_owned());
    let found = match service()?.find(caller, &secret).await {
        Ok(credential) => credential.id.to_string(),
        Err(ServiceError::Missing) => "none".to_owned(),
        Err(error) => return Err(refused(error)),
    };
    Ok(format!("/orgs/{slug}/credentials/find?found={found}"))
}
