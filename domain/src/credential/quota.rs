//! How many calls a credential has for a day or a month.
//!
//! Owns: when such a period begins and ends, in UTC. Counting is [`crate::verify`]'s and the memory's.

use crate::{
    Timestamp,
    error::{FieldErrors, Flaw},
};
use serde::{Deserialize, Serialize};
use time::{Duration, Time};

/// What a quota is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaPeriod {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
}

impl QuotaPeriod {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// `day` or `month`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// When the period that `at` is in began.
    pub fn start(self, at: Timestamp) -> Timestamp {
        let date = at.to_utc().date();
        let first = match self {
            Self::Day => date,
            Self::Month => date.replace_day(1).unwrap_or(date),
        };
        let seconds = first.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp();
        Timestamp::from_millis(seconds * 1000)
    }

    /// When the next period begins.
    pub fn end(self, at: Timestamp) -> Timestamp {
        // A day more than the longest period is always in the next one, and never in the one after it.
        let longest = match self {
            Self::Day => Duration::days(1),
            Self::Month => Duration::days(31),
        };
        self.start(self.start(at).plus_seconds(longest.whole_seconds()))
    }
}

/// So many calls in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Calls in each period.
    pub limit: u64,
    /// For how long.
    pub period: QuotaPeriod,
}

/// More than anybody calls in a month, and exact in every JSON parser.
const MAX_LIMIT: u64 = 1_000_000_000_000;

impl Quota {
    /// Whether the number makes sense: 1 to 10^12 calls.
    pub(super) fn check(self, errors: &mut FieldErrors) -> Self {
        if !(1..=MAX_LIMIT).contains(&self.limit) {
            let flaw = Flaw::new("out_of_range", "limit must be between 1 and 1000000000000.");
            errors.0.push(flaw.at("/quota/limit"));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn periods_are_those_of_the_calendar_in_utc() {
        for (period, now, start, end) in [
            (QuotaPeriod::Day, "2028-02-29T23:59:59.999Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"),
            (QuotaPeriod::Month, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            (QuotaPeriod::Month, "2027-12-31T23:59:59Z", "2027-12-01T00:00:00Z", "2028-01-01T00:00:00Z"),
            (QuotaPeriod::Month, "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"),
        ] {
            assert_eq!((period.start(at(now)), period.end(at(now))), (at(start), at(end)), "{now}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_is_in_exactly_one_period(millis in 0i64..4_000_000_000_000, month in any::<bool>()) {
            let (now, period) = (Timestamp::from_millis(millis), QuotaPeriod::ALL[usize::from(month)]);
            let (start, end) = (period.start(now), period.end(now));
            prop_assert!(start <= now && now < end);
            prop_assert_eq!(period.start(end), end);
            prop_assert_eq!(period.start(Timestamp::from_millis(end.millis() - 1)), start);
        }
    }
}
