//! Imports an OpenAPI document: adds its operations and scopes to an API. Existing operations stay as they are.
//! Existing scopes get their text from the document.
//!
//! Importing must not delay other requests. A document is read after the permission check, on a blocking thread, one at
//! a time in this process. Each organization has at most one import in progress and imports at most [`BYTES_A_SECOND`].

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

/// Seconds after which a client may retry an import that was rejected because another one was in progress.
const RETRY_AFTER_SECONDS: u32 = 5;
/// Bytes that an organization may import per second. At this rate, reading takes about 1 % of the time of one core.
const BYTES_A_SECOND: u32 = 256 * 1024;
/// The longest wait for the next turn. An import that would have to wait longer is rejected.
const WAIT: Duration = Duration::from_secs(2);

/// The imports that are in progress, and the recent ones that still delay the next.
pub(crate) struct Imports {
    orgs: Mutex<HashMap<OrgId, Pace>>,
    reading: Semaphore,
}

/// The import rate of one organization.
struct Pace {
    is_under_way: bool,
    /// The time from which the next import may begin.
    due: Instant,
}

impl Default for Imports {
    fn default() -> Self {
        Self { orgs: Mutex::default(), reading: Semaphore::new(1) }
    }
}

/// The time between two checks whether a delayed request may continue.
const LOOK: Duration = Duration::from_millis(50);

const UNDER_WAY: &str = "Your organization is importing another document. Try again when that has ended.";
const TOO_SOON: &str = "Your organization has just imported a large document. Try again later.";

/// An organization's turn to import after `wait`. Dropping it ends the turn.
struct Turn<'a> {
    imports: &'a Imports,
    org: OrgId,
    wait: Duration,
}

impl Imports {
    /// Returns whether an import of this organization would have to wait.
    fn must_wait(&self, org: OrgId, now: Instant) -> bool {
        let orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        orgs.get(&org).is_some_and(|pace| pace.is_under_way || pace.due > now)
    }

    /// Begins an import of `size` bytes.
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
    /// Delays a request to import before its body is read: until its organization may import, but at most two seconds.
    /// So a client whose documents are rejected can send only a few of them.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn hold_import(&self, caller: &Caller) -> Result<()> {
        let org = self.permit(caller, Action::ManageApis).await?.org();
        let began = Instant::now();
        while began.elapsed() < WAIT && self.inner.imports.must_wait(org, Instant::now()) {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Adds the document's scopes and operations that the API does not have yet, and updates the texts of its scopes.
    /// `document` is JSON text.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such API.
    /// * [`ServiceError::Invalid`] with everything that cannot be read. The code is `malformed_json` if the text is not
    ///   JSON, and `duplicate_field` for a duplicate member.
    /// * [`ServiceError::Busy`] while another import of the organization is in progress, or was too recent.
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
