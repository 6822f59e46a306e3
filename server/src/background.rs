//! What runs beside the requests.
//!
//! Owns: the task that follows the feed of changes, the one that writes usage every second (over some seconds if it is much), reads the signing keys again every five, gives notice every minute of
//! credentials that end, sends mail and records failed sign-ins every five, and sweeps what has expired every ten minutes. Correctness never waits for sweeping: expiry is decided by time.

use service::Service;
use std::{sync::Arc, time::Duration};
use store::sessions::SessionTable;
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use tower_sessions::ExpiredDeletion;

/// From the end of one flush to the next, which is spread over some seconds where it is much. A process that is killed loses what
/// it counted and has not written: about five seconds at most.
const FLUSH: Duration = Duration::from_secs(1);
/// A new signing key is known to all nodes after this long; it is published for much longer before it signs.
const TEND_KEYS: Duration = Duration::from_secs(5);
const SWEEP: Duration = Duration::from_secs(600);
const NOTICES: Duration = Duration::from_secs(60);
const MAIL: Duration = Duration::from_secs(5);
const FAILED_SIGN_INS: Duration = Duration::from_secs(5);

/// The table of browser sessions, with the service's clock.
pub(crate) fn session_table(service: &Service) -> SessionTable {
    let clock = service.clone();
    SessionTable::new(service.db().clone(), Arc::new(move || clock.now()))
}

/// Starts the task. It ends when it is aborted; then flush once more.
pub fn spawn_background(service: Service) -> JoinHandle<()> {
    tokio::spawn(async move {
        // Side by side: many notices at once must not hold up the writing of usage.
        tokio::join!(
            service.follow(),
            keep_books(&service),
            give_notices(&service),
            send_mail(&service),
            record_failed_sign_ins(&service)
        );
    })
}

async fn keep_books(service: &Service) {
    let sessions = session_table(service);
    let (mut flush, mut tend_keys, mut sweep) = (interval(FLUSH), interval(TEND_KEYS), interval(SWEEP));
    loop {
        tokio::select! {
            _ = flush.tick() => {
                if let Err(error) = service.flush_usage_gently().await {
                    tracing::warn!(%error, "usage is kept in memory until it can be written");
                }
                flush.reset();
            }
            _ = tend_keys.tick() => {
                if let Err(error) = service.tend_signing_keys().await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "signing keys are as they were; trying again");
                }
            }
            _ = sweep.tick() => {
                if let Err(error) = service.db().sweep_access_tokens(service.now()).await {
                    tracing::warn!(%error, "ended access tokens are swept later");
                }
                if let Err(error) = sessions.delete_expired().await {
                    tracing::warn!(%error, "expired sessions are swept later");
                }
                if let Err(error) = service.sweep_verification().await {
                    tracing::warn!(%error, "old changes and refused calls are swept later");
                }
                if let Err(error) = service.db().sweep_mail(service.now()).await {
                    tracing::warn!(%error, "old mail is swept later");
                }
                if let Err(error) = service.db().sweep_claims(service.now()).await {
                    tracing::warn!(%error, "expired idempotency keys are swept later");
                }
            }
        }
    }
}

async fn give_notices(service: &Service) {
    let mut minute = interval(NOTICES);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minute.tick().await;
        if let Err(error) = service.give_expiry_notices().await {
            tracing::warn!(%error, "notices of credentials that end are given later");
        }
        if let Err(error) = service.switch_off_idle().await {
            tracing::warn!(%error, "idle credentials are switched off later");
        }
    }
}

async fn record_failed_sign_ins(service: &Service) {
    let mut often = interval(FAILED_SIGN_INS);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        often.tick().await;
        if let Err(error) = service.record_failed_sign_ins().await {
            tracing::warn!(%error, "failed sign-ins are recorded later");
        }
    }
}

async fn send_mail(service: &Service) {
    if !service.sends_mail() {
        return;
    }
    let mut often = interval(MAIL);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        often.tick().await;
        if let Err(error) = service.deliver_mail().await {
            tracing::warn!(%error, "mail is sent later");
        }
    }
}
