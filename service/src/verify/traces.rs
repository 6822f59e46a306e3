//! Usage sources: the addresses, calling APIs and operations of each credential. They show who is affected if it stops
//! working.
//!
//! Without a lock or a write, it separates new sources from those already seen within the hour. New sources wait here
//! until [`super::usage`] writes them. They are a sample: if very many credentials are used at once, some sources are
//! recorded at their next call. The meters do the counting.

use domain::{Timestamp, ids::CredentialId};
use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
};

/// Sources remembered as seen. Two sources that fall on one cell replace each other, and each is recorded again.
const PLACES: usize = 1 << 15;
/// Largest number of new sources between two flushes.
const MAX_NEW: usize = 1024;
const HOUR: i64 = 3_600_000;

/// The usage sources of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CallTold<'a> {
    /// Address from which the credential was presented.
    pub(crate) ip: Option<IpAddr>,
    /// The credential of the API that asked about it.
    pub(crate) asked_by: Option<CredentialId>,
    /// The operation that the credential was verified for.
    pub(crate) operation: Option<&'a str>,
}

/// A new source that is not written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noticed {
    /// Position of the secret's entry in the table.
    pub(super) place: u32,
    pub(super) ip: Option<IpAddr>,
    pub(super) asked_by: Option<CredentialId>,
    pub(super) operation: Option<String>,
    pub(super) at: Timestamp,
}

pub(crate) struct Traces {
    hasher: RandomState,
    seen: Box<[AtomicU64]>,
    new: crossbeam_queue::ArrayQueue<Noticed>,
}

impl Default for Traces {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            seen: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            new: crossbeam_queue::ArrayQueue::new(MAX_NEW),
        }
    }
}

impl Traces {
    /// Records that the secret at this position was used.
    pub(super) fn note(&self, place: u32, told: CallTold<'_>, now: Timestamp) {
        let mark = self.hasher.hash_one((place, told, now.millis().div_euclid(HOUR)));
        let Some(seen) = self.seen.get(mark as usize % PLACES) else { return };
        if seen.load(Ordering::Relaxed) == mark || self.new.is_full() {
            return;
        }
        let CallTold { ip, asked_by, operation } = told;
        let noticed = Noticed { place, ip, asked_by, operation: operation.map(str::to_owned), at: now };
        if self.new.push(noticed).is_ok() {
            seen.store(mark, Ordering::Relaxed);
        }
    }

    /// Takes the sources recorded since the previous call.
    pub(super) fn take(&self) -> Vec<Noticed> {
        std::iter::from_fn(|| self.new.pop()).take(MAX_NEW).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: CallTold<'_> =
        CallTold { ip: Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)), asked_by: None, operation: None };

    #[test]
    fn what_was_noticed_is_new_again_after_an_hour_and_not_before() {
        let (traces, at) = (Traces::default(), Timestamp::from_millis);
        for told in [FROM, FROM, CallTold { operation: Some("contacts.list"), ..FROM }] {
            traces.note(1, told, at(0));
        }
        traces.note(2, FROM, at(HOUR - 1));
        let taken = traces.take();
        let told: Vec<_> = taken.iter().map(|noticed| (noticed.place, noticed.operation.as_deref())).collect();
        assert_eq!(told, [(1, None), (1, Some("contacts.list")), (2, None)]);
        traces.note(1, FROM, at(HOUR - 1));
        assert_eq!(traces.take(), []);
        traces.note(1, FROM, at(HOUR));
        assert_eq!(traces.take().len(), 1);
    }

    #[test]
    fn what_finds_no_room_is_new_the_next_time() {
        let traces = Traces::default();
        for place in 0..=MAX_NEW as u32 {
            traces.note(place, FROM, Timestamp::EPOCH);
        }
        assert_eq!(traces.take().len(), MAX_NEW);
        traces.note(MAX_NEW as u32, FROM, Timestamp::EPOCH);
        assert_eq!(traces.take().len(), 1);
    }
}
