//! Notices that a credential will end soon, or has ended.
//!
//! This module derives which notice is due from the dates and from earlier notices. A credential ends on its date, even
//! if no notice was given. `service` decides who gets a notice, and how.

use super::{Credential, DAY_SECONDS, Life};
use crate::Timestamp;

/// A notice about the end of a credential. A credential gets each notice at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpiryNotice {
    /// The credential ends within thirty days.
    Month,
    /// The credential ends within seven days.
    Week,
    /// The credential ends within a day.
    Day,
    /// The credential has ended.
    Ended,
}

impl ExpiryNotice {
    /// All notices, in the order in which they are given.
    pub const ALL: [Self; 4] = [Self::Month, Self::Week, Self::Day, Self::Ended];

    /// Returns how many days before the end the notice is given.
    pub fn days(self) -> i64 {
        match self {
            Self::Month => 30,
            Self::Week => 7,
            Self::Day => 1,
            Self::Ended => 0,
        }
    }

    /// Returns when a credential with these dates gets the notice. Short-lived credentials skip notices that would come
    /// at creation or before.
    fn due_at(self, created_at: Timestamp, expires_at: Timestamp) -> Option<Timestamp> {
        let before = self.days() * DAY_SECONDS * 1000;
        let fits = self == Self::Ended || expires_at.millis() - created_at.millis() > before;
        fits.then(|| Timestamp::from_millis(expires_at.millis() - before))
    }
}

/// A notice that must be given now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueNotice {
    pub notice: ExpiryNotice,
    /// When the next notice is due. `None` means that this is the last one.
    pub next_at: Option<Timestamp>,
}

impl Life {
    /// Returns the number of days left, rounded up. Returns `None` if the end is more than thirty days away, or has
    /// passed.
    pub fn last_days(&self, now: Timestamp) -> Option<i64> {
        let left = self.expires_at?.millis() - now.millis();
        let day = DAY_SECONDS * 1000;
        (0 < left && left <= ExpiryNotice::Month.days() * day).then(|| (left + day - 1) / day)
    }
}

impl Credential {
    /// Returns when the first notice is due, or `None` for a credential without an end.
    pub fn first_notice_at(&self) -> Option<Timestamp> {
        self.notices().next().map(|(_, at)| at)
    }

    /// Returns the latest notice that is due at `now`, ignoring those due before `due_at`. Notices that it overtakes
    /// are never given. A revoked credential gets none, but a disabled one does.
    pub fn due_notice(&self, due_at: Timestamp, now: Timestamp) -> Option<DueNotice> {
        if self.revoked_at.is_some() {
            return None;
        }
        let (notice, _) = self.notices().filter(|(_, at)| *at >= due_at && *at <= now).last()?;
        Some(DueNotice { notice, next_at: self.notices().map(|(_, at)| at).find(|at| *at > now) })
    }

    fn notices(&self) -> impl Iterator<Item = (ExpiryNotice, Timestamp)> {
        let dates = self.grant.expires_at.map(|expires_at| (self.created_at, expires_at));
        let at = move |notice: ExpiryNotice| dates.and_then(|(from, to)| Some((notice, notice.due_at(from, to)?)));
        ExpiryNotice::ALL.into_iter().filter_map(at)
    }
}
