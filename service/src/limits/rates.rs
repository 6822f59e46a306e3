//! Rate counts in memory, for each node by itself.
//!
//! Owns bounded tables. A full table drops lapsed entries, then those with the lowest counts. A flood of new keys so
//! pushes out its own entries.

use domain::{
    ClientPrefix, EmailAddress, Timestamp,
    ids::{OrgId, UserId},
};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;
const MAX_ENTRIES: usize = 50_000;

/// Caps that apply to everyone. The limits in [`domain::limits`] can be changed for each organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cap {
    /// Sign-ups from one client prefix within an hour.
    SignUpsOfClient(ClientPrefix),
    /// Sign-ups from one site within an hour.
    SignUpsOfSite(ClientPrefix),
    /// All sign-ups within an hour.
    SignUps,
    /// Invitations mailed by one person within a day.
    InvitationMailsOfPerson(UserId),
    /// Invitations mailed from one client prefix within a day.
    InvitationMailsOfClient(ClientPrefix),
    /// Invitations mailed to one address within a day.
    InvitationMailsTo(EmailAddress),
    /// Approval requests of one person mailed to the approvers within a day.
    RequestMailsOfPerson(UserId),
    /// All mail within a day that a person other than the recipient has caused.
    Mails,
}

impl Cap {
    /// Returns the maximum count and its window in seconds.
    fn most(&self) -> (u32, i64) {
        match self {
            Self::SignUpsOfClient(_) => (20, HOUR),
            Self::SignUpsOfSite(_) => (60, HOUR),
            Self::SignUps => (2_000, HOUR),
            Self::InvitationMailsOfPerson(_) => (100, DAY),
            Self::InvitationMailsOfClient(_) => (200, DAY),
            Self::InvitationMailsTo(_) => (5, DAY),
            Self::RequestMailsOfPerson(_) => (20, DAY),
            Self::Mails => (20_000, DAY),
        }
    }
}

#[derive(Clone, Copy)]
struct Window {
    began: Timestamp,
    seconds: i64,
    count: u32,
}

impl Window {
    fn seconds_left(self, now: Timestamp) -> i64 {
        self.seconds - now.seconds_since(self.began)
    }
}

/// The counts under each cap.
#[derive(Default)]
pub(crate) struct Caps(Mutex<HashMap<Cap, Window>>);

impl Caps {
    /// Counts one under each cap. Counts nothing if one of them is reached.
    ///
    /// # Errors
    /// Returns the seconds until all of them allow another one.
    pub(crate) fn take(&self, caps: &[Cap], now: Timestamp) -> Result<(), u32> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = |cap: &Cap| {
            let window = windows.get(cap).filter(|window| window.count >= cap.most().0)?;
            u32::try_from(window.seconds_left(now)).ok().filter(|left| *left > 0)
        };
        if let Some(wait) = caps.iter().filter_map(wait).max() {
            return Err(wait);
        }
        make_room(&mut windows, |window| window.seconds_left(now) > 0, |window| window.count);
        for cap in caps {
            let window = windows.entry(cap.clone()).or_insert(Window { began: now, seconds: cap.most().1, count: 0 });
            if window.seconds_left(now) <= 0 {
                *window = Window { began: now, count: 0, ..*window };
            }
            window.count += 1;
        }
        Ok(())
    }
}

fn make_room<K: Eq + Hash, V>(entries: &mut HashMap<K, V>, counts: impl Fn(&V) -> bool, count: impl Fn(&V) -> u32) {
    if entries.len() < MAX_ENTRIES {
        return;
    }
    entries.retain(|_, entry| counts(entry));
    let mut least = 0;
    while entries.len() >= MAX_ENTRIES {
        least = 2 * least + 1;
        entries.retain(|_, entry| count(entry) > least);
    }
}

struct Minute {
    began: Timestamp,
    changes: u64,
    most: Option<u64>,
}

/// The count of an organization within the current minute.
pub(crate) struct Counted {
    pub(crate) changes: u64,
    /// The limit of the organization, if it was read within this minute.
    pub(crate) most: Option<u64>,
    pub(crate) seconds_left: u32,
}

/// The changes of each organization within a minute.
#[derive(Default)]
pub(crate) struct ChangeRates(Mutex<HashMap<OrgId, Minute>>);

impl ChangeRates {
    pub(crate) fn count(&self, org: OrgId, now: Timestamp) -> Counted {
        let mut minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_on = |minute: &Minute| now.seconds_since(minute.began) < MINUTE;
        make_room(&mut minutes, is_on, |minute| u32::try_from(minute.changes).unwrap_or(u32::MAX));
        let minute = minutes.entry(org).or_insert(Minute { began: now, changes: 0, most: None });
        if !is_on(minute) {
            *minute = Minute { began: now, changes: 0, most: None };
        }
        minute.changes += 1;
        let left = MINUTE - now.seconds_since(minute.began);
        Counted { changes: minute.changes, most: minute.most, seconds_left: u32::try_from(left.max(1)).unwrap_or(1) }
    }

    pub(crate) fn learn(&self, org: OrgId, most: u64) {
        let mut minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(minute) = minutes.get_mut(&org) {
            minute.most = Some(most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(1_000_000 + seconds)
    }

    fn client(number: u32) -> ClientPrefix {
        ClientPrefix::of(Some(std::net::Ipv4Addr::from_bits(number << 8).into()))
    }

    #[test]
    fn what_is_capped_is_possible_again_after_its_time_and_never_counts_when_refused() {
        let caps = Caps::default();
        let both = [Cap::SignUpsOfClient(client(1)), Cap::SignUps];
        for _ in 0..20 {
            assert_eq!(caps.take(&both, at(0)), Ok(()));
        }
        for second in 1..3600 {
            assert_eq!(caps.take(&both, at(second)), Err(3600 - second as u32));
        }
        assert_eq!(caps.0.lock().unwrap()[&Cap::SignUps].count, 20);
        assert_eq!(caps.take(&[Cap::SignUpsOfClient(client(2)), Cap::SignUps], at(5)), Ok(()));
        assert_eq!(caps.take(&both, at(3600)), Ok(()));
    }

    #[test]
    fn a_flood_of_clients_pushes_out_itself() {
        let caps = Caps::default();
        for _ in 0..20 {
            assert_eq!(caps.take(&[Cap::SignUpsOfClient(client(0))], at(0)), Ok(()));
        }
        for number in 1..2 * MAX_ENTRIES as u32 {
            assert_eq!(caps.take(&[Cap::SignUpsOfClient(client(number))], at(0)), Ok(()));
        }
        assert_eq!(caps.take(&[Cap::SignUpsOfClient(client(0))], at(0)), Err(3600));
        assert!(caps.0.lock().unwrap().len() <= MAX_ENTRIES);
    }

    #[test]
    fn changes_are_counted_for_each_organization_and_each_minute() {
        let (rates, org) = (ChangeRates::default(), |number| OrgId::new(Timestamp::EPOCH, [number; 10]));
        assert_eq!((1..=5).map(|_| rates.count(org(1), at(0)).changes).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(rates.count(org(2), at(0)).changes, 1);
        rates.learn(org(1), 9);
        let counted = rates.count(org(1), at(59));
        assert_eq!((counted.changes, counted.most, counted.seconds_left), (6, Some(9), 1));
        assert_eq!((rates.count(org(1), at(60)).changes, rates.count(org(1), at(60)).most), (1, None));
    }
}
