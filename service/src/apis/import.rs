//! Importing an OpenAPI document: its operations and scopes are added to an API; what is there already stays.

use crate::{Caller, Result, Service};
use domain::operation::{Api, check_import, read_openapi};
use serde_json::Value;

impl Service {
    /// Adds the document's scopes and operations that the API does not have yet.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`], or [`crate::ServiceError::Invalid`] with what cannot be read.
    pub async fn import_openapi(&self, caller: &Caller, id: &str, document: &Value) -> Result<Api> {
        let found = read_openapi(document)?;
        self.grow(caller, id, |api| check_import(&found, api)).await
    }
}
