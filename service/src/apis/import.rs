//! Imports an OpenAPI document: adds its operations and scopes to an API. Existing operations stay as they are.
//! Existing scopes get their text from the document.
//!
//! Importing must not delay other requests. A document is read after the permission check, on a blocking thread, one at
//! a time in this process. Each organization has one import in progress at a time and imports at most
//! [`BYTES_A_SECOND`].

use super::document::read_json;
use crate::{Caller, Result, ServiceError, use_cases::Apis};
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
/// The longest wait for the turn. Whoever still has to wait then is rejected.
const WAIT: Duration = Duration::from_secs(2);

/// The most requests of an organization that wait for their turn. Others are rejected at once.
const MOST_WAITING: usize = 4;
/// The time between two checks whether a waiting import may begin.
const LOOK: Duration = Duration::from_millis(50);

const UNDER_WAY: &str = "Your organization is importing another document. Try again when that has ended.";
const TOO_SOON: &str = "Your organization has just imported a large document. Try again later.";

/// The imports that are in progress, and the recent ones that still delay the next.
pub(crate) struct Imports {
    orgs: Mutex<HashMap<OrgId, Pace>>,
    reading: Semaphore,
}

/// The import rate of one organization.
struct Pace {
    is_under_way: bool,
    waiting: usize,
    /// The time from which the next import may begin.
    due: Instant,
}

impl Default for Imports {
    fn default() -> Self {
        Self { orgs: Mutex::default(), reading: Semaphore::new(1) }
    }
}

/// An organization's turn to import. Dropping it ends the turn.
pub struct ImportTurn<'a> {
    imports: &'a Imports,
    org: OrgId,
}

/// A request that waits for its turn.
struct Waiting<'a> {
    imports: &'a Imports,
    org: OrgId,
}

impl Imports {
    /// Waits up to [`WAIT`] for the turn of this organization.
    async fn turn(&self, org: OrgId) -> Result<ImportTurn<'_>> {
        let began = Instant::now();
        let _waiting = self.wait(org, began)?;
        loop {
            match self.begin(org, Instant::now()) {
                Err(_) if began.elapsed() < WAIT => tokio::time::sleep(LOOK).await,
                result => return result,
            }
        }
    }

    fn wait(&self, org: OrgId, now: Instant) -> Result<Waiting<'_>> {
        self.with(org, now, |pace| match pace.waiting {
            MOST_WAITING.. => Err(pace.busy(now)),
            _ => {
                pace.waiting += 1;
                Ok(Waiting { imports: self, org })
            }
        })
    }

    fn begin(&self, org: OrgId, now: Instant) -> Result<ImportTurn<'_>> {
        self.with(org, now, |pace| match pace.is_under_way || pace.due > now {
            true => Err(pace.busy(now)),
            false => {
                pace.is_under_way = true;
                Ok(ImportTurn { imports: self, org })
            }
        })
    }

    fn with<T>(&self, org: OrgId, now: Instant, change: impl FnOnce(&mut Pace) -> T) -> T {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        orgs.retain(|_, pace| pace.is_under_way || pace.waiting > 0 || pace.due > now);
        change(orgs.entry(org).or_insert(Pace { is_under_way: false, waiting: 0, due: now }))
    }
}

impl Pace {
    fn busy(&self, now: Instant) -> ServiceError {
        if self.is_under_way {
            return ServiceError::Busy { detail: UNDER_WAY, retry_after_seconds: RETRY_AFTER_SECONDS };
        }
        let wait = self.due.saturating_duration_since(now).as_millis().div_ceil(1000).max(1);
        ServiceError::Busy { detail: TOO_SOON, retry_after_seconds: u32::try_from(wait).unwrap_or(u32::MAX) }
    }
}

impl ImportTurn<'_> {
    /// Delays the organization's next import by the time that this document takes at [`BYTES_A_SECOND`].
    fn pay(&self, size: usize, now: Instant) {
        let pause = Duration::from_secs_f64(size as f64 / f64::from(BYTES_A_SECOND));
        self.imports.with(self.org, now, |pace| pace.due = now + pause);
    }
}

impl Drop for ImportTurn<'_> {
    fn drop(&mut self) {
        self.imports.with(self.org, Instant::now(), |pace| pace.is_under_way = false);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.imports.with(self.org, Instant::now(), |pace| pace.waiting -= 1);
    }
}

impl<'a> Apis<'a> {
    /// Waits until the caller's organization may import, but at most two seconds. Call it before the document is
    /// received: so an organization sends one document at a time, no matter how many are rejected.
    ///
    /// # Errors
    /// * [`ServiceError::MissingScope`].
    /// * [`ServiceError::Busy`] while another import of the organization is in progress, or was too recent.
    pub async fn import_turn(self, caller: &Caller) -> Result<ImportTurn<'a>> {
        let org = self.service.permit(caller, Action::ManageApis).await?.org();
        self.service.inner.imports.turn(org).await
    }

    /// Adds the document's scopes and operations that the API does not have yet, and updates the texts of its scopes.
    /// `document` is JSON text.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such API.
    /// * [`ServiceError::Invalid`] with everything that cannot be read. The code is `malformed_json` if the text is not
    ///   JSON, and `duplicate_field` for a duplicate member.
    pub async fn import(self, caller: &Caller, id: &str, document: Vec<u8>, turn: ImportTurn<'_>) -> Result<Api> {
        self.service.permit(caller, Action::ManageApis).await?;
        turn.pay(document.len(), Instant::now());
        let found = {
            let _reading = self.service.inner.imports.reading.acquire().await.map_err(ServiceError::internal)?;
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
        let first = imports.begin(org(1), now);
        assert!(first.is_ok() && imports.begin(org(2), now).is_ok());
        assert!(matches!(imports.begin(org(1), now), Err(ServiceError::Busy { .. })));
        drop(first);
        assert!(imports.begin(org(1), now).is_ok());
    }

    #[test]
    fn a_document_delays_the_next_of_its_organization_by_its_size() {
        let (imports, now) = (Imports::default(), Instant::now());
        imports.begin(org(1), now).unwrap().pay(8 * BYTES_A_SECOND as usize, now);
        let after = |seconds| imports.begin(org(1), now + Duration::from_secs(seconds));
        assert!(matches!(after(1), Err(ServiceError::Busy { retry_after_seconds: 7, .. })));
        assert!(imports.begin(org(2), now).is_ok());
        assert!(after(8).is_ok());
    }

    #[test]
    fn only_some_requests_of_an_organization_wait_for_their_turn() {
        let (imports, now) = (Imports::default(), Instant::now());
        let _turn = imports.begin(org(1), now);
        let waiting: Vec<_> = (0..MOST_WAITING).map(|_| imports.wait(org(1), now).unwrap()).collect();
        assert!(matches!(imports.wait(org(1), now), Err(ServiceError::Busy { .. })));
        assert!(imports.wait(org(2), now).is_ok());
        drop(waiting);
        assert!(imports.wait(org(1), now).is_ok());
    }
}
