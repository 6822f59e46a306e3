//! Interprets the chosen lifetime: when the credential expires, how that is shown, and what is sent.
//!
//! Computes with the server's time from when the page was rendered. The server checks again when the form arrives.

use super::kind_labels;
use crate::ui::{date_in_words, days_until};
use domain::{
    Timestamp,
    credential::{CredentialKind, DAY_SECONDS},
};

/// A date chosen by the user.
pub(super) const CUSTOM: &str = "custom";
/// No expiry, for a kind that normally expires. The user must also acknowledge it.
pub(super) const NEVER: &str = "never";
/// No expiry, for a kind that has none by default.
pub(super) const OPEN: &str = "open";

/// A credential works until the end of the chosen day, in UTC.
fn end_of_day(date: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&format!("{date}T23:59:59.999Z")).ok()
}

/// When the credential expires. `choice` is a number of days, `custom` with a date, `never` or `open`. `None` if there
/// is no expiry, or no valid date yet.
fn ends_at(choice: &str, date: &str, now: Timestamp) -> Option<Timestamp> {
    match choice {
        NEVER | OPEN => None,
        CUSTOM => end_of_day(date),
        days => days.parse::<i64>().ok().map(|days| now.plus_seconds(days * DAY_SECONDS)),
    }
}

/// “19 February 2027, in 90 days”, for the form and the summary.
pub(super) fn in_words(kind: CredentialKind, choice: &str, date: &str, now: Timestamp) -> String {
    match (ends_at(choice, date, now), choice) {
        (Some(end), _) if end > now => match days_until(end, now) {
            1 => format!("{}, in 1 day", date_in_words(end)),
            days => format!("{}, in {days} days", date_in_words(end)),
        },
        (Some(_), _) => "A date in the past".to_owned(),
        (None, OPEN) => format!("Never by itself; only when somebody revokes this {}", kind_labels(kind).noun),
        (None, NEVER) => "Never".to_owned(),
        (None, _) => "No date chosen yet".to_owned(),
    }
}

/// The lifetime as the service takes it.
#[cfg(any(feature = "hydrate", test))]
pub(super) fn draft(choice: &str, date: &str, acknowledged: bool) -> domain::credential::LifetimeDraft {
    use domain::credential::LifetimeDraft;
    let none = LifetimeDraft::default();
    match choice {
        NEVER => LifetimeDraft { never_expires: true, acknowledge_no_expiry: acknowledged, ..none },
        OPEN => none,
        CUSTOM => {
            let end = end_of_day(date).map_or_else(|| date.to_owned(), |end| end.to_string());
            LifetimeDraft { expires_at: Some(end), ..none }
        }
        days => LifetimeDraft { expires_in: days.parse::<i64>().ok().map(|days| days * DAY_SECONDS), ..none },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_day_counts_to_its_end() {
        assert_eq!(end_of_day("2027-01-31").map(|end| end.to_string()).as_deref(), Some("2027-01-31T23:59:59.999Z"));
        assert_eq!(end_of_day(""), None);
        assert_eq!(draft(CUSTOM, "soon", false).expires_at.as_deref(), Some("soon"));
    }

    #[test]
    fn every_choice_has_its_words() {
        let now = Timestamp::EPOCH.plus_seconds(10 * DAY_SECONDS);
        let words = |choice, date| in_words(CredentialKind::ApiKey, choice, date, now);
        assert_eq!(words("7", ""), "18 January 1970, in 7 days");
        assert_eq!(words(CUSTOM, "1970-01-12"), "12 January 1970, in 2 days");
        assert_eq!(
            (words(CUSTOM, "1970-01-05"), words(CUSTOM, "")),
            ("A date in the past".into(), "No date chosen yet".into())
        );
        assert!(words(OPEN, "").starts_with("Never by itself"));
    }
}
