//! The keys under which events are hashed.
//!
//! Owns: the lookup of a key by version. The code that opens the keyring passes the keys in. Without a key
//! no event can be written.

use crate::{Result, StoreError};
use domain::secret::Pepper;
use std::{fmt, sync::Arc};

/// The keys of the audit chains, newest first.
#[derive(Clone, Default)]
pub struct AuditKeys(Arc<[Pepper]>);

impl AuditKeys {
    /// Takes one key for each version, in any order.
    pub fn new(mut keys: Vec<Pepper>) -> Self {
        keys.sort_by_key(|key| std::cmp::Reverse(key.version()));
        Self(keys.into())
    }

    pub(super) fn of(&self, version: i32) -> Option<&Pepper> {
        self.0.iter().find(|key| key.version() == version)
    }

    /// Returns the key for new events.
    pub(super) fn current(&self) -> Result<&Pepper> {
        self.0.first().ok_or_else(|| StoreError::Internal("the audit chain has no key".into()))
    }
}

impl fmt::Debug for AuditKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(Pepper::version)).finish()
    }
}
