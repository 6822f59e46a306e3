//! Failed sign-ins that are not in the audit log yet.
//!
//! Counts them in memory, by account and address prefix. An ongoing attack makes at most one event with a count for
//! each account, prefix and ten minutes. The failed request writes nothing, so it takes as long as one for an unknown
//! account. The job in `jobs/failed_sign_ins.rs` writes the events.

use domain::{Timestamp, access::RequestContext, account::User, ids::UserId};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

/// The least time between two events for one account and prefix.
const QUIET_SECONDS: i64 = 600;
/// The number of prefixes counted separately for each account. Attempts from any others are counted together.
const MAX_PREFIXES: usize = 10;
const MAX_ENTRIES: usize = 10_000;

/// The origin of attempts on an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    /// The first three bytes of an IPv4 address, or the first eight of an IPv6 address. `None` if unknown.
    Prefix(Option<IpAddr>),
    /// All prefixes beyond the first [`MAX_PREFIXES`].
    Others,
}

/// Failed attempts that are not in the log yet.
#[derive(Clone)]
pub(crate) struct FailedAttempts {
    pub(crate) user: User,
    pub(crate) count: u64,
    /// The time of the latest attempt. `origin` belongs to it too.
    pub(crate) last_at: Timestamp,
    pub(crate) context: RequestContext,
    written_at: Option<Timestamp>,
    source: Source,
}

impl FailedAttempts {
    fn is_due(&self, now: Timestamp) -> bool {
        self.count > 0 && self.written_at.is_none_or(|at| now.seconds_since(at) >= QUIET_SECONDS)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.count == 0 && self.written_at.is_none_or(|at| now.seconds_since(at) >= QUIET_SECONDS)
    }
}

#[derive(Default)]
pub(crate) struct FailedSignIns(Mutex<HashMap<(UserId, Source), FailedAttempts>>);

impl FailedSignIns {
    /// Counts one failed attempt.
    pub(crate) fn note(&self, user: &User, context: &RequestContext, now: Timestamp) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut source = Source::Prefix(context.ip.map(prefix));
        if !entries.contains_key(&(user.id, source)) {
            let prefixes = entries.keys().filter(|(id, _)| *id == user.id).count();
            source = if prefixes >= MAX_PREFIXES { Source::Others } else { source };
        }
        if entries.len() >= MAX_ENTRIES && !entries.contains_key(&(user.id, source)) {
            return;
        }
        let new = || FailedAttempts {
            user: user.clone(),
            count: 0,
            last_at: now,
            context: context.clone(),
            written_at: None,
            source,
        };
        let entry = entries.entry((user.id, source)).or_insert_with(new);
        (entry.count, entry.last_at, entry.context) = (entry.count.saturating_add(1), now, context.clone());
    }

    /// Returns the attempts to write now and marks them as written. Drops entries that are over.
    pub(crate) fn take_due(&self, now: Timestamp) -> Vec<FailedAttempts> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| !entry.is_over(now));
        let due = entries.values_mut().filter(|entry| entry.is_due(now));
        due.map(|entry| {
            let taken = entry.clone();
            (entry.count, entry.written_at) = (0, Some(now));
            taken
        })
        .collect()
    }

    /// Removes and returns all attempts that are not written yet, before the process ends.
    pub(crate) fn take_all(&self) -> Vec<FailedAttempts> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.drain().map(|(_, entry)| entry).filter(|entry| entry.count > 0).collect()
    }

    /// Restores attempts that could not be written.
    pub(crate) fn put_back(&self, attempts: FailedAttempts) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match entries.get_mut(&(attempts.user.id, attempts.source)) {
            Some(entry) => {
                (entry.count, entry.written_at) = (entry.count.saturating_add(attempts.count), attempts.written_at);
            }
            None => drop(entries.insert((attempts.user.id, attempts.source), attempts)),
        }
    }
}

fn prefix(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(Ipv4Addr::from_bits(ip.to_bits() & 0xffff_ff00)),
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_287_600_000).plus_seconds(seconds)
    }

    fn user(number: u32) -> User {
        let mut entropy = [0; 10];
        entropy[6..].copy_from_slice(&number.to_be_bytes());
        let email = "ada@acme.test".parse().unwrap();
        User { id: UserId::new(at(0), entropy), name: "Ada".parse().unwrap(), email, created_at: at(0) }
    }

    fn from(ip: &str) -> RequestContext {
        RequestContext { ip: Some(ip.parse().unwrap()), ..RequestContext::default() }
    }

    fn counts(failed: &FailedSignIns, now: Timestamp) -> Vec<u64> {
        let mut counts: Vec<_> = failed.take_due(now).into_iter().map(|attempts| attempts.count).collect();
        counts.sort_unstable();
        counts
    }

    #[test]
    fn an_attacker_who_goes_on_makes_one_event_in_ten_minutes_with_every_attempt_in_a_count() {
        let failed = FailedSignIns::default();
        let (mut events, mut attempts) = (0, 0);
        for second in 0..3600 {
            failed.note(&user(1), &from(&format!("192.0.2.{}", second % 250)), at(second));
            for count in counts(&failed, at(second)) {
                (events, attempts) = (events + 1, attempts + count);
            }
        }
        assert_eq!(events, 6);
        assert_eq!(counts(&failed, at(3600)).iter().sum::<u64>() + attempts, 3600);
        assert!(counts(&failed, at(7200)).is_empty());
        assert!(failed.0.lock().unwrap().is_empty(), "what is over is forgotten");
    }

    #[test]
    fn many_prefixes_of_one_account_become_one() {
        let failed = FailedSignIns::default();
        for third in 0..200 {
            failed.note(&user(1), &from(&format!("198.51.{third}.7")), at(0));
        }
        let counts = counts(&failed, at(0));
        assert_eq!((counts.len(), counts.iter().sum::<u64>()), (MAX_PREFIXES + 1, 200));
    }

    #[test]
    fn a_flood_of_accounts_has_a_bound() {
        let failed = FailedSignIns::default();
        for number in 0..(u32::try_from(MAX_ENTRIES).unwrap() + 500) {
            failed.note(&user(number), &from("2001:db8::1"), at(0));
        }
        assert_eq!(failed.take_due(at(0)).len(), MAX_ENTRIES);
    }

    #[test]
    fn at_the_end_all_that_was_counted_is_taken() {
        let failed = FailedSignIns::default();
        for second in 0..3 {
            failed.note(&user(1), &from("192.0.2.1"), at(second));
            failed.take_due(at(second));
        }
        assert_eq!(failed.take_all().iter().map(|attempts| attempts.count).collect::<Vec<_>>(), [2]);
        assert!(failed.take_all().is_empty());
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let failed = FailedSignIns::default();
        failed.note(&user(1), &from("2001:db8::1"), at(0));
        let taken = failed.take_due(at(0)).remove(0);
        failed.note(&user(1), &from("2001:db8::2"), at(1));
        failed.put_back(taken);
        assert_eq!(counts(&failed, at(1)), [2]);
    }
}
