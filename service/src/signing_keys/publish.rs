//! The set of public keys that verifiers fetch (RFC 7517 section 5).
//!
//! The document is made once and served until a key changes its state.

use crate::use_cases::InstallationKeys;
use domain::{
    Timestamp,
    oauth::{KEEP_SECONDS, KeyState, SigningKey, key_state},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A JWK set.
pub struct PublishedKeys {
    /// The JSON document.
    pub json: String,
    /// The strong ETag (RFC 9110 section 8.8.3), with quotes.
    pub etag: String,
    holds_until: Timestamp,
}

impl PublishedKeys {
    pub(super) fn of(keys: &[SigningKey], now: Timestamp) -> Self {
        let published: Vec<_> =
            keys.iter().filter(|key| key_state(key, keys, now) != KeyState::Gone).map(jwk).collect();
        let json = json!({ "keys": published }).to_string();
        let digest: String = Sha256::digest(&json).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        // States change when a key becomes current, and when the time for keeping its predecessor is over.
        let changes = keys.iter().flat_map(|key| [key.activates_at, key.activates_at.plus_seconds(KEEP_SECONDS)]);
        let next = changes.filter(|at| *at > now).min();
        Self { json, etag: format!("\"{digest}\""), holds_until: next.unwrap_or(Timestamp::from_millis(i64::MAX)) }
    }

    pub(super) fn holds_at(&self, now: Timestamp) -> bool {
        now < self.holds_until
    }
}

fn jwk(key: &SigningKey) -> Value {
    let mut jwk = serde_json::to_value(&key.public).unwrap_or_default();
    jwk["use"] = json!("sig");
    jwk
}

impl InstallationKeys<'_> {
    /// Returns the public keys that verify access tokens: the next, the current and the retiring ones.
    pub fn published(self) -> Arc<PublishedKeys> {
        self.service.inner.signing_keys.published(self.service.now())
    }
}
