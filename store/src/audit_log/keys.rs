//! The keys under which events are hashed.
//!
//! Owns: finding the key of a version. The keys are handed over by whoever opens the keyring; without one nothing is
//! written.

use crate::{Result, StoreError};
use domain::secret::Pepper;
use std::{fmt, sync::Arc};

/// The keys of the audit chains, the newest first.
#[derive(Clone, Default)]
pub struct AuditKeys(Arc<[Pepper]>);

impl AuditKeys {
    /// From one key for each version, in any order.
    pub fn new(mut keys: Vec<Pepper>) -> Self {
        keys.sort_by_key(|key| std::cmp::Reverse(key.version()));
        Self(keys.into())
    }

    pub(super) fn of(&self, version: i32) -> Option<&Pepper> {
        self.0.iter().find(|key| key.version() == version)
    }

    /// The key of new events.
    pub(super) fn current(&self) -> Result<&Pepper> {
        self.0.first().ok_or_else(|| StoreError::Internal("the audit chain has no key".into()))
    }
}

impl fmt::Debug for AuditKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(Pepper::version)).finish()
    }
}
