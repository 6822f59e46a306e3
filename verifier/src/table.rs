//! All secrets in memory, indexed by verifier and by credential.
//!
//! Owns: a flat table of 56 bytes per secret, with two indexes. Readers take no lock: an entry has a version, which is
//! odd during a write, and a reader retries if it changed. Only one thread writes at a time, which [`crate::follow`]
//! ensures. Entries are added and changed but never removed, as in the database. The meaning of an entry is in
//! [`crate::judge`].

use crate::index::{Bucket, Index, Plain, Tagged};
use arc_swap::ArcSwap;
use domain::{
    Timestamp,
    credential::{CredentialKind, Life},
    ids::CredentialId,
    secret::{Environment, Verifier},
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering, fence},
};

/// One secret, or a credential without secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretEntry {
    pub credential: CredentialId,
    /// The secret's number within its credential; 0 if the credential has no secrets.
    pub number: u32,
    pub env: Environment,
    pub expires_at: Option<Timestamp>,
    pub(crate) is_disabled: bool,
    pub is_revoked: bool,
    pub(crate) is_pending: bool,
    /// When the secret stops working because a newer one replaces it.
    pub retires_at: Option<Timestamp>,
    /// A newer secret is in use.
    pub(crate) is_retiring: bool,
    /// The secret was canceled or retired by a request.
    pub is_ended: bool,
    /// Slot of the effective grant that it shares with others.
    pub(crate) grant: u32,
    /// Position of the credential's name.
    pub(crate) name: u32,
}

impl SecretEntry {
    /// The dates of the credential. The entry does not store when it was disabled, revoked or sent for approval, so
    /// these dates are the creation date.
    pub fn life(&self) -> Life {
        let created_at = self.credential.made_at();
        Life {
            created_at,
            expires_at: self.expires_at,
            disabled_at: self.is_disabled.then_some(created_at),
            revoked_at: self.is_revoked.then_some(created_at),
            pending_since: self.is_pending.then_some(created_at),
        }
    }
}

/// The first half of a verifier. A verifier is a keyed hash, which nobody can choose without the key.
pub(crate) type Key = [u64; 2];

pub(crate) fn key_of(verifier: &Verifier) -> Key {
    let half = |from: usize| {
        let bytes = &verifier.as_bytes()[from..from + 8];
        bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
    };
    [half(0), half(8)]
}

/// The key of a credential without secrets. A real key is all zeros with a probability of 2^-128.
pub(crate) const NO_KEY: Key = [0, 0];

/// The hash that the index stores for a key. Together with the second half of the key in the slot, 96 bits identify a
/// secret.
fn hash_of_key(key: Key) -> u32 {
    (key[0] >> 32) as u32
}

const WORDS: usize = 5;

#[derive(Default)]
struct Slot {
    key: AtomicU64,
    words: [AtomicU64; WORDS],
    /// Odd during a write.
    version: AtomicU32,
    /// Number of its meter plus one; 0 if it has none.
    meter: AtomicU32,
}

/// Entries allocated at once.
const SEGMENT: usize = 1024;

pub(crate) struct Table {
    segments: boxcar::Vec<Box<[Slot]>>,
    len: AtomicU32,
    by_key: ArcSwap<Index<Tagged>>,
    by_id: ArcSwap<Index<Plain>>,
}

impl Table {
    /// An empty table with room for this many entries before an index has to grow.
    pub(crate) fn with_room_for(entries: usize) -> Self {
        Self {
            segments: boxcar::Vec::new(),
            len: AtomicU32::new(0),
            by_key: ArcSwap::from_pointee(Index::with_room_for(entries)),
            by_id: ArcSwap::from_pointee(Index::with_room_for(entries)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire) as usize
    }

    pub(crate) fn bytes(&self) -> usize {
        let segments = self.segments.count() * SEGMENT * size_of::<Slot>();
        segments + self.by_key.load().bytes() + self.by_id.load().bytes()
    }

    /// The entry with this key, and its position.
    pub(crate) fn find(&self, key: Key) -> Option<(u32, SecretEntry)> {
        let index = self.by_key.load();
        let is_it = |position| self.slot(position).is_some_and(|slot| slot.key.load(Ordering::Relaxed) == key[1]);
        let position = index.find(hash_of_key(key), is_it)?;
        Some((position, self.read(position)?))
    }

    /// The entries of a credential with their positions, in no particular order.
    pub(crate) fn of_credential(&self, id: CredentialId) -> Vec<(u32, SecretEntry)> {
        let mut found = Vec::new();
        let index = self.by_id.load();
        index.each(hash_of(id), |position| {
            found.extend(self.read(position).filter(|entry| entry.credential == id).map(|entry| (position, entry)));
        });
        found
    }

    pub(crate) fn read(&self, position: u32) -> Option<SecretEntry> {
        self.slot(position).map(Slot::read)
    }

    /// The entry at a position, and the result of `look` for it. Repeats if the entry changes meanwhile, because data
    /// that no entry uses any more may be replaced by that of another entry.
    pub(crate) fn look<T>(&self, position: u32, look: impl Fn(&SecretEntry) -> Option<T>) -> Option<(SecretEntry, T)> {
        let slot = self.slot(position)?;
        loop {
            let (entry, version) = slot.read_versioned();
            let found = look(&entry);
            fence(Ordering::Acquire);
            if slot.version.load(Ordering::Relaxed) == version {
                return found.map(|found| (entry, found));
            }
        }
    }

    /// The cell that links the entry at a position to its meter.
    pub(crate) fn meter(&self, position: u32) -> Option<&AtomicU32> {
        self.slot(position).map(|slot| &slot.meter)
    }

    /// Writes an entry over the one with this key, or adds it. Without a key, it replaces the credential's entry.
    /// Returns the previous entry. Only one thread may write at a time.
    pub(crate) fn put(&self, key: Key, entry: &SecretEntry) -> Option<SecretEntry> {
        let known = if key == NO_KEY {
            self.of_credential(entry.credential).into_iter().find(|(_, known)| known.number == 0)
        } else {
            self.find(key)
        };
        match known {
            Some((position, _)) => self.slot(position).into_iter().for_each(|slot| slot.write(key, entry)),
            None => self.add(key, entry),
        }
        known.map(|(_, before)| before)
    }

    /// Adds an entry whose key is not in the table. Only one thread may write at a time.
    pub(crate) fn add(&self, key: Key, entry: &SecretEntry) {
        let position = self.len.load(Ordering::Relaxed);
        if position as usize / SEGMENT == self.segments.count() {
            self.segments.push((0..SEGMENT).map(|_| Slot::default()).collect());
        }
        let Some(slot) = self.slot(position) else { return };
        slot.write(key, entry);
        self.len.store(position + 1, Ordering::Release);
        if key != NO_KEY {
            self.enter(&self.by_key, hash_of_key(key), position);
        }
        self.enter(&self.by_id, hash_of(entry.credential), position);
    }

    /// Marks a credential as revoked because its stored form cannot be read. Only one thread may write at a time.
    pub(crate) fn refuse(&self, id: CredentialId) {
        for (position, entry) in self.of_credential(id) {
            if let Some(slot) = self.slot(position) {
                slot.change(&SecretEntry { is_revoked: true, ..entry });
            }
        }
    }

    /// Inserts a position into an index. A full index is replaced by a larger one.
    fn enter<B: Bucket>(&self, index: &ArcSwap<Index<B>>, hash: u32, position: u32) {
        let current = index.load();
        if current.insert(hash, position) {
            return;
        }
        let larger = Index::with_room_for(self.len() + self.len() / 2 + 64);
        let known = |position| self.read(position).map_or(0, |entry| hash_of(entry.credential));
        for (hash, position) in current.entered() {
            larger.insert(hash.unwrap_or_else(|| known(position)), position);
        }
        larger.insert(hash, position);
        index.store(Arc::new(larger));
    }

    fn slot(&self, position: u32) -> Option<&Slot> {
        let position = position as usize;
        self.segments.get(position / SEGMENT)?.get(position % SEGMENT)
    }
}

fn hash_of(id: CredentialId) -> u32 {
    // The lower half of a UUIDv7 is random except for two fixed bits at its top. Multiplying spreads the bits.
    ((id.bits() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// Milliseconds since 1970 fit into 48 bits up to the year 9999.
const INSTANT: u64 = (1 << 48) - 1;

fn pack(at: Option<Timestamp>) -> u64 {
    at.map_or(0, |at| at.millis().cast_unsigned() & INSTANT)
}

fn unpack(word: u64) -> Option<Timestamp> {
    let millis = word & INSTANT;
    (millis != 0).then(|| Timestamp::from_millis(millis.cast_signed()))
}

impl Slot {
    /// Writes the key before the slot can be found. The key never changes afterwards.
    fn write(&self, key: Key, entry: &SecretEntry) {
        self.key.store(key[1], Ordering::Relaxed);
        self.change(entry);
    }

    fn change(&self, entry: &SecretEntry) {
        let id = entry.credential.bits();
        let kind = CredentialKind::ALL.iter().position(|kind| *kind == entry.credential.kind()).unwrap_or(0) as u64;
        let flags = kind
            | u64::from(entry.env == Environment::Test) << 2
            | u64::from(entry.is_disabled) << 3
            | u64::from(entry.is_revoked) << 4
            | u64::from(entry.is_retiring) << 5
            | u64::from(entry.is_ended) << 6
            | u64::from(entry.is_pending) << 7;
        let number = u64::from(entry.number);
        let words = [
            (id >> 64) as u64,
            id as u64,
            pack(entry.expires_at) | (number & 0xffff) << 48,
            pack(entry.retires_at) | (number >> 16 & 0xff) << 48 | flags << 56,
            u64::from(entry.grant) << 32 | u64::from(entry.name),
        ];
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        for (word, value) in self.words.iter().zip(words) {
            word.store(value, Ordering::Relaxed);
        }
        self.version.store(version.wrapping_add(2), Ordering::Release);
    }

    fn read(&self) -> SecretEntry {
        self.read_versioned().0
    }

    fn read_versioned(&self) -> (SecretEntry, u32) {
        let (words, version): ([u64; WORDS], u32) = loop {
            let before = self.version.load(Ordering::Acquire);
            let words = std::array::from_fn(|word| self.words[word].load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == before {
                break (words, before);
            }
            std::hint::spin_loop();
        };
        let [high, low, expires, retires, positions] = words;
        let flag = |bit: u32| retires >> (56 + bit) & 1 == 1;
        let kind = CredentialKind::ALL[(retires >> 56 & 3).min(2) as usize];
        let entry = SecretEntry {
            credential: CredentialId::from_bits(kind, u128::from(high) << 64 | u128::from(low)),
            number: (expires >> 48) as u32 | ((retires >> 48 & 0xff) as u32) << 16,
            env: if flag(2) { Environment::Test } else { Environment::Live },
            expires_at: unpack(expires),
            is_disabled: flag(3),
            is_revoked: flag(4),
            is_pending: flag(7),
            retires_at: unpack(retires),
            is_retiring: flag(5),
            is_ended: flag(6),
            grant: (positions >> 32) as u32,
            name: positions as u32,
        };
        (entry, version)
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
