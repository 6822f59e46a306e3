//! When secrets were last presented, gathered in memory.
//!
//! Owns: keeping database writes off the verification path. One task flushes the buffer every second; a clean stop
//! flushes it too. A process that is killed loses at most the last second.

use crate::{Result, Service};
use domain::{
    Timestamp,
    ids::{OrgId, SecretId},
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};
use store::UsageSeen;

#[derive(Default)]
pub(crate) struct UsageBuffer(Mutex<HashMap<SecretId, Seen>>);

type Seen = (OrgId, Timestamp, Option<IpAddr>);

impl UsageBuffer {
    pub(crate) fn note(&self, org: OrgId, secret: SecretId, at: Timestamp, ip: Option<IpAddr>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(secret, (org, at, ip));
    }

    fn take(&self) -> HashMap<SecretId, Seen> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts back what could not be written, without hiding what was noted meanwhile.
    fn put_back(&self, seen: Vec<UsageSeen>) {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in seen {
            buffer.entry(one.secret).or_insert((one.org, one.at, one.ip));
        }
    }
}

impl Service {
    /// Writes what was gathered. Nothing is lost when the database does not answer; it is written the next time.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`].
    pub async fn flush_usage(&self) -> Result<()> {
        let buffer = &self.inner.usage;
        let taken = buffer.take().into_iter();
        let seen: Vec<_> = taken.map(|(secret, (org, at, ip))| UsageSeen { org, secret, at, ip }).collect();
        if seen.is_empty() {
            return Ok(());
        }
        let result = self.inner.db.record_usage(&seen).await;
        if result.is_err() {
            buffer.put_back(seen);
        }
        Ok(result?)
    }
}
