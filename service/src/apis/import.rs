//! Importing an OpenAPI document: its operations and scopes are added to an API. An operation that is
//! there already stays; a scope gets the text of the document.
//!
//! Owns: that reading a document holds nobody up. It happens after the permit, on a blocking thread, one document at a
//! time in this process. Each organization has at most one import under way and imports at most [`BYTES_A_SECOND`].

use super::document::read_json;
use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    error::FieldErrors,
    ids::OrgId,
    operation::{Api, ImportedApi, check_import, read_openapi},
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Seconds after which an import that met another one may be sent again.
const RETRY_AFTER_SECONDS: u32 = 5;
/// How much an organization imports. With it, reading takes about one hundredth of the time of one core.
const BYTES_A_SECOND: u32 = 256 * 1024;
/// An import that is due so soon waits; one that is due later is refused.
const WAIT: Duration = Duration::from_secs(2);

/// The imports under way, and those that are not long ago.
pub(crate) struct Imports {
    orgs: Mutex<HashMap<OrgId, Pace>>,
    reading: Semaphore,
}

/// What an organization imports.
struct Pace {
    is_under_way: bool,
    /// When the next import is due.
    due: Instant,
}

impl Default for Imports {
    fn default() -> Self {
        Self { orgs: Mutex::default(), reading: Semaphore::new(1) }
    }
}

const UNDER_WAY: &str = "Your organization is importing another document. Try again when that has ended.";
const TOO_SOON: &str = "Your organization has just imported a large document. Try again later.";

/// The right of an organization to import, after the wait; given back when it is dropped.
struct Turn<'a> {
    imports: &'a Imports,
    org: OrgId,
    wait: Duration,
}

impl Imports {
    /// `size` in bytes.
    fn begin(&self, org: OrgId, size: usize, now: Instant) -> Result<Turn<'_>> {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        orgs.retain(|_, pace| pace.is_under_way || pace.due > now);
        let pace = orgs.entry(org).or_insert(Pace { is_under_way: false, due: now });
        let wait = pace.due.saturating_duration_since(now);
        let later = |detail, seconds| Err(ServiceError::Busy { detail, retry_after_seconds: seconds });
        match wait {
            _ if pace.is_under_way => later(UNDER_WAY, RETRY_AFTER_SECONDS),
            wait if wait > WAIT => later(TOO_SOON, u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)),
            wait => {
                let pause = Duration::from_secs_f64(size as f64 / f64::from(BYTES_A_SECOND));
                *pace = Pace { is_under_way: true, due: now + wait + pause };
                Ok(Turn { imports: self, org, wait })
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut orgs = self.imports.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = orgs.get_mut(&self.org) {
            pace.is_under_way = false;
        }
    }
}

impl Service {
    /// Adds the scopes and operations of the document that the API does not have yet, and brings the texts of its scopes up to
    /// date. `document`: JSON text.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], [`ServiceError::Invalid`] with what cannot be read (`malformed_json` if it is not
    /// JSON, `duplicate_field` for a member that is there twice), or [`ServiceError::Busy`] while another import of the
    /// organization is under way or is not long enough ago.
    pub async fn import_openapi(&self, caller: &Caller, id: &str, document: Vec<u8>) -> Result<Api> {
        let permit = self.permit(caller, Action::ManageApis).await?;
        let imports = &self.inner.imports;
        let turn = imports.begin(permit.org(), document.len(), Instant::now())?;
        tokio::time::sleep(turn.wait).await;
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

    fn org(number: u8) -> OrgId {
        OrgId::new(Timestamp::EPOCH, [number; 10])
    }

    #[test]
    fn an_organization_has_one_import_under_way_and_others_are_not_held_up() {
        let (imports, now) = (Imports::default(), Instant::now());
        let first = imports.begin(org(1), 1, now);
        assert!(first.is_ok() && imports.begin(org(2), 1, now).is_ok());
        assert!(matches!(imports.begin(org(1), 1, now), Err(ServiceError::Busy { .. })));
        drop(first);
        assert!(imports.begin(org(1), 1, now).is_ok());
    }

    #[test]
    fn after_a_large_document_the_next_import_is_refused_and_after_a_small_one_it_waits() {
        let (imports, now) = (Imports::default(), Instant::now());
        let (large, small) = (8 * BYTES_A_SECOND as usize, BYTES_A_SECOND as usize);
        let wait =
            |size, seconds| imports.begin(org(1), size, now + Duration::from_secs(seconds)).map(|turn| turn.wait);
        assert_eq!(wait(large, 0).ok(), Some(Duration::ZERO));
        assert!(matches!(wait(small, 1), Err(ServiceError::Busy { retry_after_seconds: 7, .. })));
        assert_eq!(wait(small, 6).ok(), Some(Duration::from_secs(2)));
        assert_eq!(wait(large, 9).ok(), Some(Duration::ZERO), "a small document is soon forgotten");
        assert!(imports.begin(org(2), small, now).is_ok());
    }
}
