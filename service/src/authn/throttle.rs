//! Slows down password guessing without locking the owner out.
//!
//! Counts attempts in memory, before the password is hashed. Waits grow with the failures of a client (/24 of IPv4, /64
//! of IPv6) and of a network (/24, /48). Both count at one account and over all accounts. Failures in one network never
//! make another network wait. A known device waits only for its own failures.
//!
//! An account is under attack after [`CALM_FOR_ACCOUNT`] attempts from unknown devices within an hour. From then on, a
//! network that has failed there waits [`UNDER_ATTACK`]: 5 s after the first failure, at most an hour. A network
//! without failures may try at once, because it could be the owner on a new device.
//!
//! Worst case: N networks make at most 40 · 24 + 28 · N guesses a day at one account, on one node. That is 3,760 from a
//! hundred networks and 280,960 from ten thousand. A known device makes about 300. Above [`MAX_ENTRIES`], a table drops
//! the entries with the fewest failures early.

use super::device::DeviceId;
use domain::{ClientPrefix, EmailAddress, Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Mutex, PoisonError},
};

// Failures without a wait: at one account by a client, a network or a known device, or at all accounts by a client or
// network.
const FREE_FOR_PAIR: u32 = 3;
const FREE_FOR_NETWORK: u32 = 10;
const FREE_FOR_DEVICE: u32 = 5;
const FREE_FOR_CLIENT: u32 = 30;
const FREE_FOR_SITE: u32 = 120;
/// The number of attempts from unknown devices within an hour from which an account is under attack.
const CALM_FOR_ACCOUNT: usize = 40;
const HOUR_SECONDS: i64 = 3600;
/// The time for which failures of a network at an account count. If it were shorter, pausing would allow more guesses.
const NETWORK_MEMORY_SECONDS: i64 = 6 * HOUR_SECONDS;
/// The size from which a table drops lapsed entries. If none has lapsed, it drops those with the fewest failures.
const MAX_ENTRIES: usize = 50_000;

/// The growth of waits.
#[derive(Clone, Copy)]
struct Pace {
    /// The number of failures without a wait.
    free: u32,
    /// The first wait in seconds.
    first: i64,
    /// Each wait is `1 << shift` times the previous one.
    shift: u32,
    /// The longest wait in seconds.
    max: i64,
}

/// Waits of a network at an account under attack: 5, 40, 320, 2560, then always 3600 seconds. That is 28 guesses a day.
const UNDER_ATTACK: Pace = Pace { free: 1, first: 5, shift: 3, max: HOUR_SECONDS };

impl Pace {
    /// Waits of 1, 2, 4 and more seconds, up to 300.
    const fn calm(free: u32) -> Self {
        Self { free, first: 1, shift: 1, max: 300 }
    }
}

/// An attempt to sign in.
#[derive(Clone, Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) account: &'a EmailAddress,
    pub(crate) client: ClientPrefix,
    /// The device, if it has signed in to this account before.
    pub(crate) device: Option<DeviceId>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// Returns the seconds until the next attempt is allowed.
    fn wait_seconds(self, pace: Pace, now: Timestamp) -> i64 {
        match self.count.checked_sub(pace.free) {
            None => 0,
            Some(over) => (pace.first << (over.min(16) * pace.shift)).min(pace.max) - now.seconds_since(self.last),
        }
    }
}

/// Failures by key, in bounded memory.
struct Table<K> {
    entries: HashMap<K, Failures>,
    /// Seconds without another failure after which a key's failures are forgotten.
    memory_seconds: i64,
}

impl<K: Eq + Hash> Table<K> {
    fn new(memory_seconds: i64) -> Self {
        Self { entries: HashMap::new(), memory_seconds }
    }

    fn wait(&self, key: &K, pace: Pace, now: Timestamp) -> i64 {
        self.entries.get(key).map_or(0, |failures| failures.wait_seconds(pace, now))
    }

    fn add(&mut self, key: K, now: Timestamp) {
        let memory_seconds = self.memory_seconds;
        let has_lapsed = |failures: &Failures| now.seconds_since(failures.last) > memory_seconds;
        if self.entries.len() >= MAX_ENTRIES {
            make_room(&mut self.entries, has_lapsed, |one| (one.count as usize, one.last));
        }
        let failures = self.entries.entry(key).or_insert(Failures { count: 0, last: now });
        let before = if has_lapsed(failures) { 0 } else { failures.count };
        *failures = Failures { count: before.saturating_add(1), last: now };
    }

    fn take_back(&mut self, key: &K) {
        if let Some(failures) = self.entries.get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// Drops lapsed entries, or else the half with the fewest failures. An attacker who tries many accounts pushes out
/// their own entries, never those of an account or a client with many failures.
fn make_room<K: Eq + Hash, V>(
    entries: &mut HashMap<K, V>,
    has_lapsed: impl Fn(&V) -> bool,
    rank: impl Fn(&V) -> (usize, Timestamp),
) {
    entries.retain(|_, entry| !has_lapsed(entry));
    if entries.len() < MAX_ENTRIES {
        return;
    }
    let mut ranks: Vec<_> = entries.values().map(&rank).collect();
    let middle = ranks.len() / 2;
    let median = *ranks.select_nth_unstable(middle).1;
    entries.retain(|_, entry| rank(entry) > median);
    if entries.len() >= MAX_ENTRIES {
        entries.clear();
    }
}

struct Tables {
    pairs: Table<(EmailAddress, ClientPrefix)>,
    /// All clients of a /48 count together.
    networks: Table<(EmailAddress, ClientPrefix)>,
    devices: Table<(EmailAddress, DeviceId)>,
    clients: Table<ClientPrefix>,
    sites: Table<ClientPrefix>,
    /// The last [`CALM_FOR_ACCOUNT`] attempts at each account, oldest first.
    accounts: HashMap<EmailAddress, VecDeque<Timestamp>>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            pairs: Table::new(HOUR_SECONDS),
            networks: Table::new(NETWORK_MEMORY_SECONDS),
            devices: Table::new(HOUR_SECONDS),
            clients: Table::new(HOUR_SECONDS),
            sites: Table::new(HOUR_SECONDS),
            accounts: HashMap::new(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Throttle(Mutex<Tables>);

impl Throttle {
    /// Counts an attempt as failed until [`Throttle::succeeded`] is called, so that parallel guesses count too.
    ///
    /// # Errors
    /// Returns the seconds to wait.
    pub(crate) fn attempt(&self, attempt: &Attempt<'_>, now: Timestamp) -> Result<(), u32> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = tables.wait(attempt, now);
        if wait > 0 {
            return Err(u32::try_from(wait).unwrap_or(u32::MAX));
        }
        tables.count(attempt, now);
        Ok(())
    }

    /// Takes the attempt off the counts. Forgets the earlier failures of the device, or of the client and its network,
    /// at this account.
    pub(crate) fn succeeded(&self, attempt: &Attempt<'_>) {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(device) = attempt.device {
            tables.devices.entries.remove(&(attempt.account.clone(), device));
            return;
        }
        tables.pairs.entries.remove(&(attempt.account.clone(), attempt.client));
        tables.networks.entries.remove(&(attempt.account.clone(), attempt.client.site()));
        tables.clients.take_back(&attempt.client);
        tables.sites.take_back(&attempt.client.site());
        if let Some(attempts) = tables.accounts.get_mut(attempt.account) {
            attempts.pop_back();
        }
    }
}

impl Tables {
    fn wait(&self, attempt: &Attempt<'_>, now: Timestamp) -> i64 {
        let Attempt { account, client, device } = attempt;
        let account = (*account).clone();
        if let Some(device) = device {
            return self.devices.wait(&(account, *device), Pace::calm(FREE_FOR_DEVICE), now);
        }
        let of_network = if self.is_under_attack(&account, now) { UNDER_ATTACK } else { Pace::calm(FREE_FOR_NETWORK) };
        let waits = [
            self.pairs.wait(&(account.clone(), *client), Pace::calm(FREE_FOR_PAIR), now),
            self.networks.wait(&(account, client.site()), of_network, now),
            self.clients.wait(client, Pace::calm(FREE_FOR_CLIENT), now),
            self.sites.wait(&client.site(), Pace::calm(FREE_FOR_SITE), now),
        ];
        waits.into_iter().max().unwrap_or(0)
    }

    fn is_under_attack(&self, account: &EmailAddress, now: Timestamp) -> bool {
        let attempts = self.accounts.get(account).filter(|attempts| attempts.len() >= CALM_FOR_ACCOUNT);
        attempts.and_then(VecDeque::front).is_some_and(|first| now.seconds_since(*first) < HOUR_SECONDS)
    }

    fn count(&mut self, attempt: &Attempt<'_>, now: Timestamp) {
        let account = attempt.account.clone();
        if let Some(device) = attempt.device {
            return self.devices.add((account, device), now);
        }
        self.pairs.add((account.clone(), attempt.client), now);
        self.networks.add((account.clone(), attempt.client.site()), now);
        self.clients.add(attempt.client, now);
        self.sites.add(attempt.client.site(), now);
        self.count_at_account(account, now);
    }

    fn count_at_account(&mut self, account: EmailAddress, now: Timestamp) {
        if self.accounts.len() >= MAX_ENTRIES {
            let last = |attempts: &VecDeque<Timestamp>| attempts.back().copied().unwrap_or(Timestamp::EPOCH);
            let has_lapsed = |attempts: &VecDeque<Timestamp>| now.seconds_since(last(attempts)) > HOUR_SECONDS;
            make_room(&mut self.accounts, has_lapsed, |attempts| (attempts.len(), last(attempts)));
        }
        let attempts = self.accounts.entry(account).or_default();
        if attempts.len() >= CALM_FOR_ACCOUNT {
            attempts.pop_front();
        }
        attempts.push_back(now);
    }
}

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod tests;
