//! Importing an OpenAPI document: its operations and scopes are added to an API. An operation that is
//! there already stays; a scope gets the text of the document.
//!
//! Owns: that reading a document holds nobody up. It happens after the permit, on a blocking thread, one document at a
//! time in this process, and each organization has at most one under way.

use super::document::read_json;
use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    error::FieldErrors,
    ids::OrgId,
    operation::{Api, ImportedApi, check_import, read_openapi},
};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// Seconds after which a refused import may be sent again.
const RETRY_AFTER_SECONDS: u32 = 5;

/// The imports under way.
pub(crate) struct Imports {
    orgs: Mutex<HashSet<OrgId>>,
    reading: Semaphore,
}

impl Default for Imports {
    fn default() -> Self {
        Self { orgs: Mutex::default(), reading: Semaphore::new(1) }
    }
}

const UNDER_WAY: &str = "Your organization is importing another document. Try again when that has ended.";

/// The right of an organization to import; given back when it is dropped.
struct Turn<'a>(&'a Imports, OrgId);

impl Imports {
    fn begin(&self, org: OrgId) -> Result<Turn<'_>> {
        let is_first = self.orgs.lock().unwrap_or_else(PoisonError::into_inner).insert(org);
        is_first
            .then_some(Turn(self, org))
            .ok_or(ServiceError::Busy { detail: UNDER_WAY, retry_after_seconds: RETRY_AFTER_SECONDS })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.orgs.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Service {
    /// Adds the scopes and operations of the document that the API does not have yet, and brings the texts of its scopes up to
    /// date. `document`: JSON text.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], [`ServiceError::Invalid`] with what cannot be read (`malformed_json` if it is not
    /// JSON, `duplicate_field` for a member that is there twice), or [`ServiceError::Busy`] while another import of the
    /// organization is under way.
    pub async fn import_openapi(&self, caller: &Caller, id: &str, document: Vec<u8>) -> Result<Api> {
        let permit = self.permit(caller, Action::ManageApis).await?;
        let imports = &self.inner.imports;
        let _turn = imports.begin(permit.org())?;
        let found = {
            let _reading = imports.reading.acquire().await.map_err(ServiceError::internal)?;
            tokio::task::spawn_blocking(move || read(&document)).await.map_err(ServiceError::internal)??
        };
        self.grow(caller, id, |api| check_import(&found, api)).await
    }
}

fn read(document: &[u8]) -> std::result::Result<ImportedApi, FieldErrors> {
    read_openapi(&read_json(document)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    #[test]
    fn an_organization_has_one_import_under_way_and_others_are_not_held_up() {
        let imports = Imports::default();
        let org = |number| OrgId::new(Timestamp::EPOCH, [number; 10]);
        let first = imports.begin(org(1));
        assert!(first.is_ok() && imports.begin(org(2)).is_ok());
        assert!(matches!(imports.begin(org(1)), Err(ServiceError::Busy { .. })));
        drop(first);
        assert!(imports.begin(org(1)).is_ok());
    }
}
