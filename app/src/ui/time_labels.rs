//! Formats times for people, always in UTC. Reads no clock.

use domain::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// “19 February 2027”.
pub fn date_in_words(at: Timestamp) -> String {
    let date = at.to_utc().date();
    format!("{} {} {}", date.day(), date.month(), date.year())
}

/// “19 February 2027, 14:05 UTC”.
pub fn exact_in_words(at: Timestamp) -> String {
    let time = at.to_utc().time();
    format!("{}, {:02}:{:02} UTC", date_in_words(at), time.hour(), time.minute())
}

/// “2027-02-19”, the format of a date input.
pub fn input_date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// Whole days from `now` until `at`, rounded to the nearest day. Negative if `at` is in the past.
pub fn days_until(at: Timestamp, now: Timestamp) -> i64 {
    (at.seconds_since(now) + DAY / 2).div_euclid(DAY)
}

/// “3 hours ago”, “in 12 days”, “just now”.
pub fn relative_in_words(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.seconds_since(now);
    let (count, unit) = match seconds.abs() {
        0..45 => return if seconds > 0 { "in under a minute" } else { "just now" }.to_owned(),
        s if s < HOUR => ((s + 30) / MINUTE, "minute"),
        s if s < DAY => ((s + HOUR / 2) / HOUR, "hour"),
        s if s < 100 * DAY => ((s + DAY / 2) / DAY, "day"),
        s if s < 700 * DAY => ((s + 15 * DAY) / (30 * DAY + 10 * HOUR), "month"),
        s => ((s + 180 * DAY) / (365 * DAY + 6 * HOUR), "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_said_in_its_largest_unit() {
        let now = Timestamp::from_millis(1_795_287_600_000);
        for (seconds, words) in [
            (0, "just now"),
            (-44, "just now"),
            (20, "in under a minute"),
            (-60, "1 minute ago"),
            (-3 * HOUR, "3 hours ago"),
            (12 * DAY, "in 12 days"),
            (90 * DAY, "in 90 days"),
            (-120 * DAY, "4 months ago"),
            (730 * DAY, "in 2 years"),
        ] {
            assert_eq!(relative_in_words(now.plus_seconds(seconds), now), words);
        }
    }
}
