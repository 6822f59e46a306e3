//! The units in which a longest life is written, so that every number of seconds can be.

use domain::credential::DAY_SECONDS;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// As select and address name it.
    pub(super) name: &'static str,
    /// How long it is.
    pub(super) seconds: i64,
}

pub(super) const DAYS: Unit = Unit { name: "days", seconds: DAY_SECONDS };

/// The longest first.
pub(super) const UNITS: [Unit; 4] = [
    DAYS,
    Unit { name: "hours", seconds: 3600 },
    Unit { name: "minutes", seconds: 60 },
    Unit { name: "seconds", seconds: 1 },
];

/// The longest unit of which these seconds are a whole number.
pub(super) fn unit_of(seconds: i64) -> Unit {
    UNITS.into_iter().find(|unit| seconds % unit.seconds == 0).unwrap_or(DAYS)
}

/// The unit of this name; days without one.
pub(super) fn unit_named(name: &str) -> Unit {
    UNITS.into_iter().find(|unit| unit.name == name).unwrap_or(DAYS)
}
