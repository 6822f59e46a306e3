//! Finds the credential of a pasted value. The value is used only for the search. It appears in no reply, URL or log.

use super::{Caller, refused, service};
use crate::error::AppError;
use domain::secret::{PlainSecret, redact};
use service::ServiceError;

/// URL of the page that shows the matching credential of the caller's organization, or that there is none.
pub(crate) async fn find_by_value(caller: &Caller, slug: &str, value: String) -> Result<String, AppError> {
    let secret = PlainSecret::presented(value);
    let page = format!("/orgs/{slug}/credentials/find?found=");
    match service()?.credentials().find(caller, &secret).await {
        Ok(credential) => {
            // Names the matching secret, because another secret of the credential may already have retired. If two
            // secrets have the same redacted form, neither is named.
            let shown = redact(&secret);
            let mut alike = credential.secrets.iter().filter(|known| known.redacted == shown);
            let target = match (alike.next(), alike.next()) {
                (Some(only), None) => format!("&secret={}", only.id),
                _ => String::new(),
            };
            Ok(format!("{page}{}{target}", credential.id))
        }
        Err(ServiceError::Missing) => Ok(format!("{page}none")),
        Err(error) => Err(refused(error)),
    }
}
