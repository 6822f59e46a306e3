//! Usage sources: the addresses, calling APIs and operations of each credential. They show who is affected if it stops
//! working.
//!
//! Without a lock or a write, it separates new sources from those already seen within the hour. New sources wait here
//! until [`crate::flush`] writes them. They are a sample: if very many credentials are used at once, some sources are
//! recorded at their next call. The meters do the counting.

use domain::{Timestamp, ids::CredentialId};
use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
};

/// Sources remembered as seen. Two sources that fall on one cell replace each other, and each is recorded again.
const CELLS: usize = 1 << 15;
/// Largest number of new sources between two flushes.
const MAX_NEW: usize = 1024;
const HOUR: i64 = 3_600_000;

/// The usage sources of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UsageSource<'a> {
    /// Address from which the credential was presented.
    pub ip: Option<IpAddr>,
    /// The credential of the API that asked about it.
    pub asked_by: Option<CredentialId>,
    /// The operation that the credential was verified for.
    pub operation: Option<&'a str>,
}

/// A new source that is not written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewSource {
    /// Position of the secret's entry in the table.
    pub(crate) position: u32,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) asked_by: Option<CredentialId>,
    pub(crate) operation: Option<String>,
    pub(crate) at: Timestamp,
}

pub(crate) struct UsageSources {
    hasher: RandomState,
    seen: Box<[AtomicU64]>,
    new: crossbeam_queue::ArrayQueue<NewSource>,
}

impl Default for UsageSources {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            seen: (0..CELLS).map(|_| AtomicU64::new(0)).collect(),
            new: crossbeam_queue::ArrayQueue::new(MAX_NEW),
        }
    }
}

impl UsageSources {
    /// Records that a call used the secret at this position.
    pub(crate) fn note(&self, position: u32, source: UsageSource<'_>, now: Timestamp) {
        let mark = self.hasher.hash_one((position, source, now.millis().div_euclid(HOUR)));
        let Some(seen) = self.seen.get(mark as usize % CELLS) else { return };
        if seen.load(Ordering::Relaxed) == mark || self.new.is_full() {
            return;
        }
        let UsageSource { ip, asked_by, operation } = source;
        let new = NewSource { position, ip, asked_by, operation: operation.map(str::to_owned), at: now };
        if self.new.push(new).is_ok() {
            seen.store(mark, Ordering::Relaxed);
        }
    }

    /// Takes the sources recorded since the previous call.
    pub(crate) fn take(&self) -> Vec<NewSource> {
        std::iter::from_fn(|| self.new.pop()).take(MAX_NEW).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: UsageSource<'_> =
        UsageSource { ip: Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)), asked_by: None, operation: None };

    #[test]
    fn what_was_noticed_is_new_again_after_an_hour_and_not_before() {
        let (sources, at) = (UsageSources::default(), Timestamp::from_millis);
        for source in [FROM, FROM, UsageSource { operation: Some("contacts.list"), ..FROM }] {
            sources.note(1, source, at(0));
        }
        sources.note(2, FROM, at(HOUR - 1));
        let taken = sources.take();
        let source: Vec<_> = taken.iter().map(|new| (new.position, new.operation.as_deref())).collect();
        assert_eq!(source, [(1, None), (1, Some("contacts.list")), (2, None)]);
        sources.note(1, FROM, at(HOUR - 1));
        assert_eq!(sources.take(), []);
        sources.note(1, FROM, at(HOUR));
        assert_eq!(sources.take().len(), 1);
    }

    #[test]
    fn what_finds_no_room_is_new_the_next_time() {
        let sources = UsageSources::default();
        for position in 0..=MAX_NEW as u32 {
            sources.note(position, FROM, Timestamp::EPOCH);
        }
        assert_eq!(sources.take().len(), MAX_NEW);
        sources.note(MAX_NEW as u32, FROM, Timestamp::EPOCH);
        assert_eq!(sources.take().len(), 1);
    }
}
