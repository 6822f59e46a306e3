//! Notices that a credential is about to end, or has ended.
//!
//! Owns: which notice is due, from the dates and from what was given before. Nothing depends on the notices: a credential
//! ends by its date, whoever was told. Never: who is told, and how.

use super::{Credential, DAY_SECONDS, Life};
use crate::Timestamp;

/// One notice. Each is given at most once for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpiryNotice {
    /// It ends within thirty days.
    Month,
    /// It ends within seven days.
    Week,
    /// It ends within a day.
    Day,
    /// It has ended.
    Ended,
}

impl ExpiryNotice {
    /// All notices, the first to be given first.
    pub const ALL: [Self; 4] = [Self::Month, Self::Week, Self::Day, Self::Ended];

    /// How many days before the end it is given.
    pub fn days(self) -> i64 {
        match self {
            Self::Month => 30,
            Self::Week => 7,
            Self::Day => 1,
            Self::Ended => 0,
        }
    }

    /// When a credential with these dates gets it; never a notice as long before its end as its whole life, or longer.
    fn due_at(self, created_at: Timestamp, expires_at: Timestamp) -> Option<Timestamp> {
        let before = self.days() * DAY_SECONDS * 1000;
        let fits = self == Self::Ended || expires_at.millis() - created_at.millis() > before;
        fits.then(|| Timestamp::from_millis(expires_at.millis() - before))
    }
}

/// A notice to be given now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueNotice {
    /// Which.
    pub notice: ExpiryNotice,
    /// When the next one will be due; none: it was the last.
    pub next_at: Option<Timestamp>,
}

impl Life {
    /// How many days it still lives, a day that has begun counted; only in its last thirty days.
    pub fn last_days(&self, now: Timestamp) -> Option<i64> {
        let left = self.expires_at?.millis() - now.millis();
        let day = DAY_SECONDS * 1000;
        (0 < left && left <= ExpiryNotice::Month.days() * day).then(|| (left + day - 1) / day)
    }
}

impl Credential {
    /// When its first notice is due; none if it never ends.
    pub fn first_notice_at(&self) -> Option<Timestamp> {
        self.notices().next().map(|(_, at)| at)
    }

    /// The notice to be given at `now`, of those that were not given yet: of those from `due_at` on the last whose time has
    /// come. Those it overtakes are never given. None once it is revoked; being disabled changes nothing.
    pub fn due_notice(&self, due_at: Timestamp, now: Timestamp) -> Option<DueNotice> {
        if self.revoked_at.is_some() {
            return None;
        }
        let (notice, _) = self.notices().filter(|(_, at)| *at >= due_at && *at <= now).last()?;
        Some(DueNotice { notice, next_at: self.notices().map(|(_, at)| at).find(|at| *at > now) })
    }

    fn notices(&self) -> impl Iterator<Item = (ExpiryNotice, Timestamp)> {
        let dates = self.expires_at.map(|expires_at| (self.created_at, expires_at));
        let at = move |notice: ExpiryNotice| dates.and_then(|(from, to)| Some((notice, notice.due_at(from, to)?)));
        ExpiryNotice::ALL.into_iter().filter_map(at)
    }
}
