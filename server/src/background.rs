//! What runs beside the requests.
//!
//! Owns: the task that writes usage every second and sweeps expired sessions and idempotency keys every ten minutes. Correctness never
//! waits for it: expiry is decided by time, not by sweeping.

use service::Service;
use std::{sync::Arc, time::Duration};
use store::sessions::SessionTable;
use tokio::{task::JoinHandle, time::interval};
use tower_sessions::ExpiredDeletion;

const FLUSH: Duration = Duration::from_secs(1);
const SWEEP: Duration = Duration::from_secs(600);

/// The table of browser sessions, with the service's clock.
pub(crate) fn session_table(service: &Service) -> SessionTable {
    let clock = service.clone();
    SessionTable::new(service.db().clone(), Arc::new(move || clock.now()))
}

/// Starts the task. It ends when it is aborted; then flush once more.
pub fn spawn_background(service: Service) -> JoinHandle<()> {
    tokio::spawn(async move {
        let sessions = session_table(&service);
        let (mut flush, mut sweep) = (interval(FLUSH), interval(SWEEP));
        loop {
            tokio::select! {
                _ = flush.tick() => {
                    if let Err(error) = service.flush_usage().await {
                        tracing::warn!(%error, "usage is kept in memory until it can be written");
                    }
                }
                _ = sweep.tick() => {
                    if let Err(error) = sessions.delete_expired().await {
                        tracing::warn!(%error, "expired sessions are swept later");
                    }
                    if let Err(error) = service.db().sweep_claims(service.now()).await {
                        tracing::warn!(%error, "expired idempotency keys are swept later");
                    }
                }
            }
        }
    })
}
