//! Slowing down those who guess passwords.
//!
//! Owns: counting failures per account and per address, in memory. After a few, each further attempt must wait
//! longer; nobody is locked out for good, and a waiting attempt never reaches the hash.

use domain::{EmailAddress, Timestamp};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

const FREE_FOR_ACCOUNT: u32 = 5;
const FREE_FOR_ADDRESS: u32 = 30;
const MAX_WAIT_SECONDS: i64 = 300;
/// Failures older than this are forgotten.
const MEMORY_SECONDS: i64 = 3600;
/// Above this many entries those that have lapsed are dropped, and if none has, the oldest half.
const MAX_ENTRIES: usize = 50_000;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(EmailAddress),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// Seconds from the last failure until the next attempt is let through.
    fn wait_seconds(self, free: u32) -> i64 {
        match self.count.checked_sub(free) {
            None => 0,
            Some(over) => (1i64 << over.min(16)).min(MAX_WAIT_SECONDS),
        }
    }
}

#[derive(Default)]
pub(crate) struct Throttle(Mutex<HashMap<Key, Failures>>);

impl Throttle {
    /// Counts an attempt as failed until [`Throttle::succeeded`] says otherwise, so that parallel guesses count too.
    ///
    /// # Errors
    /// The seconds to wait.
    pub(crate) fn attempt(&self, account: &EmailAddress, address: Option<IpAddr>, now: Timestamp) -> Result<(), u32> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut entries, now);
        let keys = keys(account, address);
        let wait = keys.iter().map(|(key, free)| remaining(entries.get(key), *free, now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(u32::try_from(wait).unwrap_or(u32::MAX));
        }
        for (key, _) in keys {
            let failures = entries.entry(key).or_insert(Failures { count: 0, last: now });
            if now.seconds_since(failures.last) > MEMORY_SECONDS {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
        Ok(())
    }

    /// Forgets the account's failures, and takes this attempt back from the address.
    pub(crate) fn succeeded(&self, account: &EmailAddress, address: Option<IpAddr>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&Key::Account(account.clone()));
        if let Some(failures) = address.and_then(|address| entries.get_mut(&Key::Address(address))) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

fn keys(account: &EmailAddress, address: Option<IpAddr>) -> Vec<(Key, u32)> {
    let account = (Key::Account(account.clone()), FREE_FOR_ACCOUNT);
    std::iter::once(account).chain(address.map(|address| (Key::Address(address), FREE_FOR_ADDRESS))).collect()
}

fn remaining(failures: Option<&Failures>, free: u32, now: Timestamp) -> i64 {
    failures.map_or(0, |failures| failures.wait_seconds(free) - now.seconds_since(failures.last))
}

fn make_room(entries: &mut HashMap<Key, Failures>, now: Timestamp) {
    if entries.len() < MAX_ENTRIES {
        return;
    }
    entries.retain(|_, failures| now.seconds_since(failures.last) <= MAX_WAIT_SECONDS);
    if entries.len() >= MAX_ENTRIES {
        let mut ages: Vec<_> = entries.values().map(|failures| failures.last).collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        entries.retain(|_, failures| failures.last > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> EmailAddress {
        EmailAddress::parse("ada@acme.test").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(1_000_000 + seconds)
    }

    #[test]
    fn waiting_grows_with_failures_and_has_an_end() {
        let throttle = Throttle::default();
        let mut clock = 0;
        for _ in 0..FREE_FOR_ACCOUNT {
            assert_eq!(throttle.attempt(&ada(), None, at(clock)), Ok(()));
        }
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(throttle.attempt(&ada(), None, at(clock)), Err(wait));
            clock += i64::from(wait);
            assert_eq!(throttle.attempt(&ada(), None, at(clock)), Ok(()));
        }
    }

    #[test]
    fn ten_thousand_guesses_in_an_hour_reach_the_hash_a_few_dozen_times() {
        let throttle = Throttle::default();
        let reached =
            (0..10_000).filter(|guess| throttle.attempt(&ada(), None, at(guess * 3600 / 10_000)).is_ok()).count();
        assert!(reached < 30, "{reached}");
    }

    #[test]
    fn the_right_password_clears_the_account_but_not_what_an_address_did_to_others() {
        let throttle = Throttle::default();
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        for guess in 0..FREE_FOR_ADDRESS {
            let victim = EmailAddress::parse(&format!("user{guess}@acme.test")).unwrap();
            assert_eq!(throttle.attempt(&victim, address, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(&ada(), address, at(0)), Err(1));
        assert_eq!(throttle.attempt(&ada(), None, at(0)), Ok(()));
        throttle.succeeded(&ada(), None);
        assert_eq!(throttle.attempt(&ada(), address, at(0)), Err(1));
    }

    #[test]
    fn a_flood_of_accounts_does_not_grow_without_bound() {
        let throttle = Throttle::default();
        for number in 0..MAX_ENTRIES + 1000 {
            let account = EmailAddress::parse(&format!("u{number}@acme.test")).unwrap();
            let _ = throttle.attempt(&account, None, at(i64::try_from(number).unwrap() / 1000));
        }
        assert!(throttle.0.lock().unwrap().len() <= MAX_ENTRIES);
    }
}
