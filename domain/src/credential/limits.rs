//! Rate limits and metadata of a credential.
//!
//! This module checks them. For quotas, see [`super::Quota`].

use crate::{
    code::FlawCode,
    error::{FieldErrors, Flaw},
    name::{disturbs, is_invisible},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The maximum number of calls with a credential in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Maximum number of calls in each window, from 1 to 1000000.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_CALLS)))]
    pub limit: u32,
    /// Length of a window in seconds, from 1 to 86400.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_WINDOW_SECONDS)))]
    pub window_seconds: u32,
}

const MAX_CALLS: u32 = 1_000_000;
const MAX_WINDOW_SECONDS: u32 = 86_400;

impl RateLimit {
    /// Checks the ranges: 1 to 1,000,000 calls in 1 second to 1 day.
    pub(super) fn check(self, errors: &mut FieldErrors) -> Self {
        if !(1..=MAX_CALLS).contains(&self.limit) {
            errors
                .0
                .push(Flaw::new(FlawCode::OutOfRange, "limit must be between 1 and 1000000.").at("/rate_limit/limit"));
        }
        if !(1..=MAX_WINDOW_SECONDS).contains(&self.window_seconds) {
            let flaw = Flaw::new(FlawCode::OutOfRange, "window_seconds must be between 1 and 86400.");
            errors.0.push(flaw.at("/rate_limit/window_seconds"));
        }
        self
    }
}

const MAX_KEYS: usize = 50;
const MAX_KEY: usize = 40;
const MAX_VALUE: usize = 500;

/// Key-value pairs that programs store on a credential.
pub type Metadata = BTreeMap<String, String>;

/// Allows at most 50 pairs, with keys of 1 to 40 characters and values of at most 500. Unchanged pairs are not checked
/// again.
pub(super) fn check_metadata(metadata: &Metadata, current: &Metadata, errors: &mut FieldErrors) {
    if metadata.len() > MAX_KEYS {
        errors.0.push(Flaw::new(FlawCode::TooMany, format!("Keep at most {MAX_KEYS} notes.")).at("/metadata"));
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
        return Some(Flaw::new(FlawCode::InvalidMetadata, detail));
    }
    let hides = |text: &str| !text.trim().is_empty() && is_invisible(text);
    (is_invisible(key) || hides(value)).then(|| {
        Flaw::new(FlawCode::InvalidMetadata, "Names and values must not consist of invisible characters only.")
    })
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
