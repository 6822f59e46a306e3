//! Entries of the palette, and matching them against the input.

use serde::{Deserialize, Serialize};

/// A search result of the server: a credential, or a place in the documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub words: String,
    /// Distinguishes entries with the same name.
    pub note: String,
    pub href: String,
    /// Heading of its group.
    pub group: String,
}

/// Effect of choosing an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EntryAction {
    Go(String),
    /// Press the command with this index on the page.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the frame is looked at in the browser"))]
    Press(u32),
    ShowKeys,
}

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) words: String,
    pub(super) note: String,
    pub(super) group: String,
    pub(super) action: EntryAction,
}

impl Entry {
    pub(super) fn new(group: &str, words: &str, note: &str, action: EntryAction) -> Self {
        Self { words: words.to_owned(), note: note.to_owned(), group: group.to_owned(), action }
    }
}

impl From<Hit> for Entry {
    fn from(hit: Hit) -> Self {
        Self { words: hit.words, note: hit.note, group: hit.group, action: EntryAction::Go(hit.href) }
    }
}

/// Entries that contain every word, in any order. Within a group, entries that begin with the input come first.
pub(super) fn fitting(entries: Vec<Entry>, typed: &str) -> Vec<Entry> {
    let typed = typed.trim().to_lowercase();
    let fits = |entry: &Entry| {
        let words = entry.words.to_lowercase();
        typed.split_whitespace().all(|word| words.contains(word))
    };
    let mut found: Vec<_> = entries.into_iter().filter(fits).collect();
    let mut groups: Vec<String> = Vec::new();
    for entry in &found {
        if !groups.contains(&entry.group) {
            groups.push(entry.group.clone());
        }
    }
    found.sort_by_key(|entry| {
        let group = groups.iter().position(|group| *group == entry.group);
        (group, !entry.words.to_lowercase().starts_with(&typed))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |group, words| Entry::new(group, words, "", EntryAction::ShowKeys);
        vec![
            entry("Pages", "My tokens"),
            entry("Actions", "Issue token"),
            entry("Pages", "Audit log"),
            entry("Actions", "Switch to Tokenworks"),
        ]
    }

    fn words(typed: &str) -> Vec<String> {
        fitting(entries(), typed).into_iter().map(|entry| entry.words).collect()
    }

    #[test]
    fn every_word_must_fit_in_any_order_and_case() {
        assert_eq!(words("LOG aud"), ["Audit log"]);
        assert_eq!(words("issue log"), [""; 0]);
    }

    #[test]
    fn groups_stay_together_and_beginnings_come_first() {
        assert_eq!(words(""), ["My tokens", "Audit log", "Issue token", "Switch to Tokenworks"]);
        assert_eq!(words("token"), ["My tokens", "Issue token", "Switch to Tokenworks"]);
        assert_eq!(words("s"), ["My tokens", "Switch to Tokenworks", "Issue token"]);
    }
}
