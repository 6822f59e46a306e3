//! Slowing down those who guess passwords, without locking the owner out.
//!
//! Owns: counting attempts in memory, before the password is hashed. An attempt waits for what its own client did: for
//! each pair of account and client prefix the wait grows with each failure, and so it does for a client over all accounts.
//! What other clients did counts only for clients that failed at the account before, and once an account has had
//! [`MAX_FOR_ACCOUNT`] attempts within an hour. A device that has signed in to the account before waits for its own
//! failures alone.

use super::device::DeviceId;
use domain::{ClientPrefix, EmailAddress, Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// Failures without a wait: of one client at one account, of a known device, of a client at all accounts, and of all clients
/// of an IPv6 site.
const FREE_FOR_PAIR: u32 = 3;
const FREE_FOR_DEVICE: u32 = 5;
const FREE_FOR_CLIENT: u32 = 30;
const FREE_FOR_SITE: u32 = 120;
/// Attempts of clients at one account within an hour; above it, only clients that have not failed there are let through.
const USUAL_FOR_ACCOUNT: usize = 40;
/// The most attempts at one account within an hour, from devices that are not known.
const MAX_FOR_ACCOUNT: usize = 100;
const MAX_WAIT_SECONDS: i64 = 300;
/// Failures older than this are forgotten.
const MEMORY_SECONDS: i64 = 3600;
/// Above this many entries of a table the lapsed ones are dropped, and if none has lapsed, those with the fewest failures.
const MAX_ENTRIES: usize = 50_000;

/// Who tries to sign in to which account, and from where.
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
    /// Seconds from now until the next attempt is let through.
    fn wait_seconds(self, free: u32, now: Timestamp) -> i64 {
        match self.count.checked_sub(free) {
            None => 0,
            Some(over) => (1i64 << over.min(16)).min(MAX_WAIT_SECONDS) - now.seconds_since(self.last),
        }
    }
}

/// Failures by key, in bounded memory.
struct Table<K>(HashMap<K, Failures>);

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Table<K> {
    fn wait(&self, key: &K, free: u32, now: Timestamp) -> i64 {
        self.0.get(key).map_or(0, |failures| failures.wait_seconds(free, now))
    }

    fn has_failed(&self, key: &K, now: Timestamp) -> bool {
        self.0.get(key).is_some_and(|failures| failures.count > 0 && now.seconds_since(failures.last) <= MEMORY_SECONDS)
    }

    fn add(&mut self, key: K, now: Timestamp) {
        if self.0.len() >= MAX_ENTRIES {
            make_room(&mut self.0, |one| one.last, |one| one.count as usize, now);
        }
        let failures = self.0.entry(key).or_insert(Failures { count: 0, last: now });
        if now.seconds_since(failures.last) > MEMORY_SECONDS {
            failures.count = 0;
        }
        *failures = Failures { count: failures.count.saturating_add(1), last: now };
    }

    fn take_back(&mut self, key: &K) {
        if let Some(failures) = self.0.get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// Drops what has lapsed, or else the half with the fewest failures. So trying many accounts pushes out what that did
/// itself, and never the entry of an account or a client with many failures.
fn make_room<K: Eq + Hash, V>(
    entries: &mut HashMap<K, V>,
    last: impl Fn(&V) -> Timestamp,
    count: impl Fn(&V) -> usize,
    now: Timestamp,
) {
    entries.retain(|_, entry| now.seconds_since(last(entry)) <= MEMORY_SECONDS);
    if entries.len() < MAX_ENTRIES {
        return;
    }
    let rank = |entry: &V| (count(entry), last(entry));
    let mut ranks: Vec<_> = entries.values().map(rank).collect();
    let middle = ranks.len() / 2;
    let median = *ranks.select_nth_unstable(middle).1;
    entries.retain(|_, entry| rank(entry) > median);
    if entries.len() >= MAX_ENTRIES {
        entries.clear();
    }
}

#[derive(Default)]
struct Tables {
    pairs: Table<(EmailAddress, ClientPrefix)>,
    devices: Table<(EmailAddress, DeviceId)>,
    clients: Table<ClientPrefix>,
    sites: Table<ClientPrefix>,
    /// The attempts at each account within the last hour, oldest first.
    accounts: HashMap<EmailAddress, VecDeque<Timestamp>>,
}

#[derive(Default)]
pub(crate) struct Throttle(Mutex<Tables>);

impl Throttle {
    /// Counts an attempt as failed until [`Throttle::succeeded`] says otherwise, so that parallel guesses count too.
    ///
    /// # Errors
    /// The seconds to wait.
    pub(crate) fn attempt(&self, attempt: &Attempt<'_>, now: Timestamp) -> Result<(), u32> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = tables.wait(attempt, now);
        if wait > 0 {
            return Err(u32::try_from(wait).unwrap_or(u32::MAX));
        }
        tables.count(attempt, now);
        Ok(())
    }

    /// Takes this attempt back, and forgets what the client or device failed at the account before.
    pub(crate) fn succeeded(&self, attempt: &Attempt<'_>) {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(device) = attempt.device {
            tables.devices.0.remove(&(attempt.account.clone(), device));
            return;
        }
        tables.pairs.0.remove(&(attempt.account.clone(), attempt.client));
        tables.clients.take_back(&attempt.client);
        tables.sites.take_back(&attempt.client.site());
        if let Some(attempts) = tables.accounts.get_mut(attempt.account) {
            attempts.pop_back();
        }
    }
}

impl Tables {
    fn wait(&mut self, attempt: &Attempt<'_>, now: Timestamp) -> i64 {
        let Attempt { account, client, device } = attempt;
        if let Some(device) = device {
            return self.devices.wait(&((*account).clone(), *device), FREE_FOR_DEVICE, now);
        }
        let pair = ((*account).clone(), *client);
        let waits = [
            self.pairs.wait(&pair, FREE_FOR_PAIR, now),
            self.clients.wait(client, FREE_FOR_CLIENT, now),
            self.sites.wait(&client.site(), FREE_FOR_SITE, now),
            self.account_wait(&pair, now),
        ];
        waits.into_iter().max().unwrap_or(0)
    }

    /// Until the account takes another attempt of this client.
    fn account_wait(&mut self, pair: &(EmailAddress, ClientPrefix), now: Timestamp) -> i64 {
        let max = if self.pairs.has_failed(pair, now) { USUAL_FOR_ACCOUNT } else { MAX_FOR_ACCOUNT };
        let Some(attempts) = self.accounts.get_mut(&pair.0) else { return 0 };
        while attempts.front().is_some_and(|first| now.seconds_since(*first) >= MEMORY_SECONDS) {
            attempts.pop_front();
        }
        let too_many = attempts.len().checked_sub(max).and_then(|place| attempts.get(place));
        too_many.map_or(0, |at| MEMORY_SECONDS - now.seconds_since(*at))
    }

    fn count(&mut self, attempt: &Attempt<'_>, now: Timestamp) {
        let account = attempt.account.clone();
        if let Some(device) = attempt.device {
            return self.devices.add((account, device), now);
        }
        self.pairs.add((account.clone(), attempt.client), now);
        self.clients.add(attempt.client, now);
        self.sites.add(attempt.client.site(), now);
        if self.accounts.len() >= MAX_ENTRIES {
            let last = |attempts: &VecDeque<Timestamp>| attempts.back().copied().unwrap_or(Timestamp::EPOCH);
            make_room(&mut self.accounts, last, VecDeque::len, now);
        }
        self.accounts.entry(account).or_default().push_back(now);
    }
}

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod tests;
