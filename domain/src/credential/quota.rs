//! Quotas: the number of calls with a credential in a day or a month.
//!
//! This module decides when a period begins and ends, in UTC. The verifier counts the calls; see [`crate::verify`].

use crate::{
    Timestamp,
    code::FlawCode,
    error::{FieldErrors, Flaw},
};
use serde::{Deserialize, Serialize};
use time::{Duration, Time};

/// The period of a quota, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum QuotaPeriod {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
}

impl QuotaPeriod {
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// Returns `day` or `month`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// Returns when the period that contains `at` began.
    pub fn start(self, at: Timestamp) -> Timestamp {
        let date = at.to_utc().date();
        let first = match self {
            Self::Day => date,
            Self::Month => date.replace_day(1).unwrap_or(date),
        };
        let seconds = first.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp();
        Timestamp::from_millis(seconds * 1000)
    }

    /// Returns when the period that follows `at` begins.
    pub fn end(self, at: Timestamp) -> Timestamp {
        // The start of a period plus the longest possible period is always in the next period, and never in a later
        // one.
        let longest = match self {
            Self::Day => Duration::days(1),
            Self::Month => Duration::days(31),
        };
        self.start(self.start(at).plus_seconds(longest.whole_seconds()))
    }
}

/// The maximum number of calls with a credential in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Maximum number of calls in each period, from 1 to 1000000000000.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_LIMIT)))]
    pub limit: u64,
    /// The period after which the count starts again.
    pub period: QuotaPeriod,
}

/// More than any caller needs in a month, and exact in every JSON parser.
const MAX_LIMIT: u64 = 1_000_000_000_000;

impl Quota {
    /// Checks the range: 1 to 10^12 calls.
    pub(super) fn check(self, errors: &mut FieldErrors) -> Self {
        if !(1..=MAX_LIMIT).contains(&self.limit) {
            let flaw = Flaw::new(FlawCode::OutOfRange, "limit must be between 1 and 1000000000000.");
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
