//! From where, by which API and for which operations credentials are used: who would notice if one stopped working.
//!
//! Owns: telling apart, without a lock and without a write, what was noticed within the hour from what is new. What is new
//! waits here until [`super::usage`] writes it. A sample: when very many credentials are used at once, some of it waits for
//! their next call. Never counts; the meters do.

use domain::{Timestamp, ids::CredentialId};
use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
};

/// What is remembered as noticed; two that fall on one place are each noticed again.
const PLACES: usize = 1 << 15;
/// What is new, until the next flush.
const MAX_NEW: usize = 1024;
const HOUR: i64 = 3_600_000;

/// What a call tells besides that there was one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CallTold<'a> {
    /// From where the credential was presented.
    pub(crate) ip: Option<IpAddr>,
    /// The credential with which an API asked about it.
    pub(crate) asked_by: Option<CredentialId>,
    /// The operation that it was to be good for.
    pub(crate) operation: Option<&'a str>,
}

/// What is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noticed {
    /// Of which entry of the table.
    pub(super) place: u32,
    pub(super) ip: Option<IpAddr>,
    pub(super) asked_by: Option<CredentialId>,
    pub(super) operation: Option<String>,
    pub(super) at: Timestamp,
}

/// All of it.
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
    /// Notes that the secret at this place was used.
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

    /// What is new since the last time.
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
