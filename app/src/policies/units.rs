//! Units for the maximum lifetime. Seconds are included, so that every value can be written.

use domain::credential::DAY_SECONDS;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// Name in URLs and in the select.
    pub(super) name: &'static str,
    pub(super) seconds: i64,
}

pub(super) const DAYS: Unit = Unit { name: "days", seconds: DAY_SECONDS };

/// Longest first.
pub(super) const UNITS: [Unit; 4] = [
    DAYS,
    Unit { name: "hours", seconds: 3600 },
    Unit { name: "minutes", seconds: 60 },
    Unit { name: "seconds", seconds: 1 },
];

/// The longest unit that divides these seconds evenly.
pub(super) fn unit_of(seconds: i64) -> Unit {
    UNITS.into_iter().find(|unit| seconds % unit.seconds == 0).unwrap_or(DAYS)
}

/// The unit with this name. Days if there is none.
pub(super) fn unit_named(name: &str) -> Unit {
    UNITS.into_iter().find(|unit| unit.name == name).unwrap_or(DAYS)
}
