//! The tasks that run next to the requests: feed of changes, usage, signing keys, notices, mail, failed sign-ins and
//! cleanup.
//!
//! This module owns only the intervals; the work itself is in `service`. Correctness never depends on cleanup, because
//! expiry is decided by time.

use service::Service;
use std::{sync::Arc, time::Duration};
use store::sessions::SessionTable;
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use tower_sessions::ExpiredDeletion;

/// The pause between two flushes of usage. A large flush spreads over some seconds. A process that is killed loses the
/// usage it has not written: about five seconds at most.
const FLUSH: Duration = Duration::from_secs(1);
/// The longest time until all nodes know a new signing key. A key is published much longer before it signs.
const TEND_KEYS: Duration = Duration::from_secs(5);
const SWEEP: Duration = Duration::from_secs(600);
const NOTICES: Duration = Duration::from_secs(60);
const MAIL: Duration = Duration::from_secs(5);
const FAILED_SIGN_INS: Duration = Duration::from_secs(5);

/// Uses the clock of the service, so that tests control it.
pub(crate) fn session_table(service: &Service) -> SessionTable {
    let clock = service.clone();
    SessionTable::new(service.db().clone(), Arc::new(move || clock.now()))
}

/// Starts the tasks. They run until the handle is aborted. The caller then flushes usage once more.
pub fn spawn_background(service: Service) -> JoinHandle<()> {
    tokio::spawn(async move {
        // Concurrent, so that many notices do not delay the writing of usage.
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
