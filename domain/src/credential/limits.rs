//! Limits that a credential can carry besides scopes and time.
//!
//! Owns: how often it may be used, and the notes that programs keep on it.

use crate::{
    error::{FieldErrors, Flaw},
    name::{disturbs, is_invisible},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often a credential may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Calls in each window.
    pub limit: u32,
    /// The length of a window.
    pub window_seconds: u32,
}

impl RateLimit {
    /// Whether the numbers make sense: 1 to 1,000,000 calls in a second to a day.
    pub(super) fn check(self, errors: &mut FieldErrors) -> Self {
        if !(1..=1_000_000).contains(&self.limit) {
            errors.0.push(Flaw::new("out_of_range", "limit must be between 1 and 1000000.").at("/rate_limit/limit"));
        }
        if !(1..=86_400).contains(&self.window_seconds) {
            let flaw = Flaw::new("out_of_range", "window_seconds must be between 1 and 86400.");
            errors.0.push(flaw.at("/rate_limit/window_seconds"));
        }
        self
    }
}

const MAX_KEYS: usize = 50;
const MAX_KEY: usize = 40;
const MAX_VALUE: usize = 500;

/// Notes that programs keep on a credential: text under names.
pub type Metadata = BTreeMap<String, String>;

/// At most 50 notes, with names of 1 to 40 and values of at most 500 characters. A note that is there already stays as it is.
pub(super) fn check_metadata(metadata: &Metadata, current: &Metadata, errors: &mut FieldErrors) {
    if metadata.len() > MAX_KEYS {
        errors.0.push(Flaw::new("too_many", format!("Keep at most {MAX_KEYS} notes.")).at("/metadata"));
    }
    let mut new = metadata.iter().filter(|(key, value)| current.get(*key) != Some(value));
    if let Some(flaw) = new.find_map(|(key, value)| note_flaw(key, value)) {
        errors.0.push(flaw.at("/metadata"));
    }
}

fn note_flaw(key: &str, value: &str) -> Option<Flaw> {
    let fits = (1..=MAX_KEY).contains(&key.chars().count()) && value.chars().count() <= MAX_VALUE;
    if !fits || key.chars().chain(value.chars()).any(|c| disturbs(c) && c != '\n') {
        let detail = format!(
            "Names have 1 to {MAX_KEY} characters, values at most {MAX_VALUE}, without control characters and \
             text-direction controls."
        );
        return Some(Flaw::new("invalid_metadata", detail));
    }
    let hides = |text: &str| !text.trim().is_empty() && is_invisible(text);
    (is_invisible(key) || hides(value))
        .then(|| Flaw::new("invalid_metadata", "Names and values must not consist of invisible characters only."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_nobody_can_see_is_refused_and_one_that_is_there_stays() {
        let flaws = |key: &str, value: &str, current: &Metadata| {
            let mut errors = FieldErrors::default();
            check_metadata(&Metadata::from([(key.to_owned(), value.to_owned())]), current, &mut errors);
            errors.0.len()
        };
        let none = Metadata::new();
        for unseen in ["\u{200b}", "\u{2060}\u{ad}", "\u{3164}"] {
            assert_eq!((flaws(unseen, "crm", &none), flaws("team", unseen, &none)), (1, 1), "{unseen:?}");
            assert_eq!(flaws("team", unseen, &Metadata::from([("team".to_owned(), unseen.to_owned())])), 0);
        }
        assert_eq!((flaws("team", "", &none), flaws("team", "می\u{200c}خواهم", &none)), (0, 0));
    }
}
