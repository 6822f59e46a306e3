//! The life cycle of signing keys: next → current → retiring → gone.
//!
//! This module derives the state of a key from dates, as for all other states in Mintmark. A key is published before it
//! signs, so that verifiers with a cached key set know it. It stays published until the last token it signed has ended.

use crate::{Timestamp, credential::PublicJwk, operation::SigningAlg};

/// Seconds for which a key is published before it signs. This is twice as long as verifiers may cache the key set.
pub const PUBLISH_AHEAD_SECONDS: i64 = 600;
/// Seconds for which a key stays published after its last signature: the longest token lifetime plus the cache time.
pub const KEEP_SECONDS: i64 = 86_400 + 300;
/// Seconds after which a key is rotated automatically: 60 days.
pub const ROTATE_SECONDS: i64 = 60 * 86_400;

/// The public part of a signing key, with its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// The public key. Its `kid` is the thumbprint (RFC 7638).
    pub public: PublicJwk,
    /// The only algorithm that the key is used with.
    pub alg: SigningAlg,
    /// Counts the keys of an algorithm, starting at 1.
    pub number: i64,
    pub created_at: Timestamp,
    /// When the key starts to sign.
    pub activates_at: Timestamp,
    /// When the key was revoked because it may have leaked.
    pub revoked_at: Option<Timestamp>,
}

/// The state of a key at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, but does not sign yet.
    Next,
    /// Signs new tokens.
    Current,
    /// No longer signs. Tokens that it signed are still accepted.
    Retiring,
    /// Tokens that it signed are rejected.
    Gone,
}

impl KeyState {
    /// Returns the word used in replies and on screens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retiring => "retiring",
            Self::Gone => "gone",
        }
    }
}

/// Returns the state at `now` of `key`, which is one of `keys`.
pub fn key_state(key: &SigningKey, keys: &[SigningKey], now: Timestamp) -> KeyState {
    if key.revoked_at.is_some_and(|at| at <= now) {
        return KeyState::Gone;
    }
    if key.activates_at > now {
        return KeyState::Next;
    }
    let later = keys.iter().filter(|other| other.alg == key.alg && other.number > key.number);
    match later.map(|other| other.activates_at).filter(|at| *at <= now).min() {
        None => KeyState::Current,
        Some(replaced_at) if now < replaced_at.plus_seconds(KEEP_SECONDS) => KeyState::Retiring,
        Some(_) => KeyState::Gone,
    }
}

/// Returns the key that signs with `alg` at `now`.
pub fn current_key(keys: &[SigningKey], alg: SigningAlg, now: Timestamp) -> Option<&SigningKey> {
    keys.iter().find(|key| key.alg == alg && key_state(key, keys, now) == KeyState::Current)
}

/// Returns when the next key of `alg` should take over, if it is time to create one. Returns `None` if the next key
/// already exists, or if none is needed yet.
pub fn next_activation(keys: &[SigningKey], alg: SigningAlg, now: Timestamp) -> Option<Timestamp> {
    if keys.iter().any(|key| key.alg == alg && key_state(key, keys, now) == KeyState::Next) {
        return None;
    }
    let takes_over = current_key(keys, alg, now)?.activates_at.plus_seconds(ROTATE_SECONDS);
    let earliest = now.plus_seconds(PUBLISH_AHEAD_SECONDS);
    (takes_over <= earliest).then_some(earliest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn key(number: i64, activates: i64) -> SigningKey {
        let public = PublicJwk { kid: number.to_string(), alg: "ES256".to_owned(), members: serde_json::Map::new() };
        let activates_at = at(activates);
        SigningKey { public, alg: SigningAlg::ES256, number, created_at: activates_at, activates_at, revoked_at: None }
    }

    #[test]
    fn a_key_is_next_then_current_then_retiring_then_gone() {
        let keys = [key(1, 0), key(2, 1000)];
        let states = |now| keys.each_ref().map(|key| key_state(key, &keys, at(now)));
        assert_eq!(states(999), [KeyState::Current, KeyState::Next]);
        assert_eq!(states(1000), [KeyState::Retiring, KeyState::Current]);
        assert_eq!(states(1000 + KEEP_SECONDS), [KeyState::Gone, KeyState::Current]);
    }

    #[test]
    fn a_revoked_key_is_gone_at_once_and_its_successor_signs() {
        let mut keys = [key(1, 0), key(2, 1000)];
        keys[0].revoked_at = Some(at(1000));
        assert_eq!(key_state(&keys[0], &keys, at(1000)), KeyState::Gone);
        assert_eq!(current_key(&keys, SigningAlg::ES256, at(1000)).map(|key| key.number), Some(2));
        assert_eq!(current_key(&keys, SigningAlg::RS256, at(1000)), None);
    }

    #[test]
    fn a_successor_is_made_once_and_published_before_it_signs() {
        let mut keys = vec![key(1, 0)];
        let due = ROTATE_SECONDS - PUBLISH_AHEAD_SECONDS;
        assert_eq!(next_activation(&keys, SigningAlg::ES256, at(due - 1)), None);
        let takes_over = next_activation(&keys, SigningAlg::ES256, at(due)).unwrap();
        assert_eq!(takes_over, at(due + PUBLISH_AHEAD_SECONDS));
        keys.push(key(2, takes_over.millis() / 1000));
        assert_eq!(next_activation(&keys, SigningAlg::ES256, at(due)), None);
    }
}
