//! From a value that somebody pasted to the address that says which credential it is. The value goes no further than the
//! question: not into the answer, an address or the log.

use super::{Caller, refused, service};
use crate::error::AppError;
use domain::secret::{PlainSecret, redact};
use service::ServiceError;

/// The page that says which credential of the caller's organisation it is, or that it is none.
pub(crate) async fn find_by_value(caller: &Caller, slug: &str, value: String) -> Result<String, AppError> {
    let secret = PlainSecret::presented(value);
    let page = format!("/orgs/{slug}/credentials/find?found=");
    match service()?.find(caller, &secret).await {
        Ok(credential) => {
            // One of several may have retired already. Two that look alike are told apart by nobody, so neither is named.
            let shown = redact(&secret);
            let mut alike = credential.secrets.iter().filter(|known| known.redacted == shown);
            let which = match (alike.next(), alike.next()) {
                (Some(only), None) => format!("&secret={}", only.id),
                _ => String::new(),
            };
            Ok(format!("{page}{}{which}", credential.id))
        }
        Err(ServiceError::Missing) => Ok(format!("{page}none")),
        Err(error) => Err(refused(error)),
    }
}
