//! Former members and the grace period of their tokens.
//!
//! This module computes from dates alone when the tokens stop. The transfer of tokens to another owner is a separate
//! decision for each token.

use super::MemberRole;
use crate::{Timestamp, code::FlawCode, credential::DAY_SECONDS, error::Flaw, ids::UserId};

/// Maximum grace period, in days.
pub const MAX_GRACE_DAYS: i64 = 30;

/// A former member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offboarding {
    pub user: UserId,
    /// The last role. During the grace period, tokens can do what this role allows, and no more.
    pub role: MemberRole,
    /// When the member left or was removed.
    pub left_at: Timestamp,
    /// When the tokens stop. This is equal to `left_at` if there is no grace period.
    pub grace_ends_at: Timestamp,
}

/// Checks the number of days that an organization sets as its grace period.
///
/// # Errors
/// Returns the flaw `invalid_grace_days`.
pub fn grace_days(days: i64) -> Result<i64, Flaw> {
    match (0..=MAX_GRACE_DAYS).contains(&days) {
        true => Ok(days),
        false => Err(Flaw::new(FlawCode::InvalidGraceDays, "Choose 0 to 30 days. 0 stops their tokens at once.")),
    }
}

impl Offboarding {
    /// Makes the record of a member who leaves at `now`.
    pub fn new(user: UserId, role: impl Into<MemberRole>, now: Timestamp, grace_days: i64) -> Self {
        let days = grace_days.clamp(0, MAX_GRACE_DAYS);
        Self { user, role: role.into(), left_at: now, grace_ends_at: now.plus_seconds(days * DAY_SECONDS) }
    }

    /// Returns whether the tokens still work at `now`.
    pub fn is_in_grace(&self, now: Timestamp) -> bool {
        now < self.grace_ends_at
    }

    /// Returns the latest end that the grace period may have.
    pub fn latest_end(&self) -> Timestamp {
        self.left_at.plus_seconds(MAX_GRACE_DAYS * DAY_SECONDS)
    }

    /// Changes the end of the grace period. An end in the past counts as `now`, because calls before `now` were already
    /// accepted.
    ///
    /// # Errors
    /// Returns the flaw `grace_too_long`.
    pub fn with_grace_until(&self, end: Timestamp, now: Timestamp) -> Result<Self, Flaw> {
        if end > self.latest_end() {
            return Err(Flaw::new(
                FlawCode::GraceTooLong,
                "Tokens go on for at most 30 days after their owner has left.",
            ));
        }
        // A grace period that is already over keeps its end.
        let at_once = if self.is_in_grace(now) { now } else { self.grace_ends_at };
        Ok(Self { grace_ends_at: if end <= now { at_once } else { end }, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    const DAY: i64 = DAY_SECONDS;

    fn left() -> Offboarding {
        Offboarding::new(UserId::new(Timestamp::EPOCH, [1; 10]), Role::Admin, Timestamp::from_millis(0), 7)
    }

    fn day(number: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(number * DAY)
    }

    #[test]
    fn the_grace_ends_by_its_date_and_none_is_none() {
        assert!(left().is_in_grace(day(7).plus_seconds(-1)) && !left().is_in_grace(day(7)));
        let none = Offboarding::new(left().user, Role::Admin, day(0), 0);
        assert!(!none.is_in_grace(day(0)));
        assert_eq!(Offboarding::new(left().user, Role::Admin, day(0), 99).grace_ends_at, day(30));
    }

    #[test]
    fn it_can_be_ended_extended_and_given_again_within_thirty_days_of_leaving() {
        let ends = |end, now| left().with_grace_until(end, now).map(|offboarding| offboarding.grace_ends_at);
        assert_eq!(ends(day(30), day(3)).unwrap(), day(30));
        assert_eq!(ends(day(20), day(10)).unwrap(), day(20), "given again");
        assert_eq!(ends(day(0), day(3)).unwrap(), day(3), "ended now");
        assert_eq!(ends(day(0), day(9)).unwrap(), day(7), "ended already");
        assert_eq!(ends(day(31), day(3)).unwrap_err().code.as_str(), "grace_too_long");
        for days in [-1, 31] {
            assert_eq!(grace_days(days).unwrap_err().code.as_str(), "invalid_grace_days");
        }
        assert!(grace_days(0).is_ok() && grace_days(30).is_ok());
    }
}
