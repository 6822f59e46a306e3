//! Instants in milliseconds since 1970 UTC, written as RFC 3339.
//!
//! This module owns the precision and the text form. Precision is milliseconds everywhere, so that a reply and the
//! stored value agree. It never reads a clock: `now` is always an argument.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// An instant in UTC with millisecond precision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The end of the year 9999 in milliseconds, which is the last instant that RFC 3339 can write.
const LAST: i64 = 253_402_300_799_999;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// Returns the instant this many milliseconds after [`Self::EPOCH`], clamped to the years 1970 to 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(0, LAST))
    }

    pub fn millis(self) -> i64 {
        self.0
    }

    /// Moves this instant by `seconds`, which may be negative. The result is clamped to the years 1970 to 9999.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Returns the whole seconds from `earlier` to this instant. The result is negative if `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1000)
    }

    /// Reads RFC 3339 with any offset and precision, and drops digits finer than a millisecond.
    ///
    /// # Errors
    /// Returns [`BadTimestamp`] if the text is not RFC 3339, or is outside the years 1970 to 9999.
    pub fn parse_rfc3339(text: &str) -> Result<Self, BadTimestamp> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| BadTimestamp)?;
        let millis = i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000_000)).map_err(|_| BadTimestamp)?;
        if (0..=LAST).contains(&millis) { Ok(Self(millis)) } else { Err(BadTimestamp) }
    }

    pub fn to_utc(self) -> OffsetDateTime {
        let (seconds, millis) = (self.0.div_euclid(1000), self.0.rem_euclid(1000));
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
            + Duration::milliseconds(millis)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time such as 2027-01-31T09:00:00Z")]
pub struct BadTimestamp;

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.to_utc();
        let (year, month, day) = at.date().to_calendar_date();
        let (hour, minute, second, millisecond) = at.time().as_hms_milli();
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let mut put = |end: usize, length: usize, mut number: u32| {
            for place in (end - length..end).rev() {
                text[place] = b'0' + (number % 10) as u8;
                number /= 10;
            }
        };
        put(4, 4, year.unsigned_abs());
        for (end, number) in [(7, u8::from(month)), (10, day), (13, hour), (16, minute), (19, second)] {
            put(end, 2, number.into());
        }
        put(23, 3, millisecond.into());
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse_rfc3339(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_in_utc_with_milliseconds() {
        assert_eq!(Timestamp::from_millis(1_795_287_600_007).to_string(), "2026-11-21T19:00:00.007Z");
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21T20:00:00.0079+01:00"), Ok(Timestamp(1_795_287_600_007)));
    }

    #[test]
    fn what_is_not_rfc_3339_or_out_of_range_is_refused() {
        for bad in ["", "tomorrow", "2026-11-21", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z", "1795287600"] {
            assert_eq!(Timestamp::parse_rfc3339(bad), Err(BadTimestamp), "{bad}");
        }
    }

    #[test]
    fn moving_never_overflows() {
        assert_eq!(Timestamp::from_millis(5).plus_seconds(i64::MAX).millis(), LAST);
        assert_eq!(Timestamp::from_millis(5).plus_seconds(i64::MIN).millis(), 0);
    }
}
