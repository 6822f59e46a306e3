//! What can be chosen in the palette, and which of it fits what was typed.

use serde::{Deserialize, Serialize};

/// Something that the server found: a credential, or a place in the documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is called.
    pub words: String,
    /// What tells it from others of that name.
    pub note: String,
    /// Its page.
    pub href: String,
    /// The heading it stands under.
    pub group: String,
}

/// What choosing an entry does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Go to this address.
    Go(String),
    /// Press the command of this number in the frame.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the frame is looked at in the browser"))]
    Press(u32),
    /// Show the list of shortcuts.
    ShowKeys,
}

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) words: String,
    pub(super) note: String,
    pub(super) group: String,
    pub(super) deed: Deed,
}

impl Entry {
    pub(super) fn new(group: &str, words: &str, note: &str, deed: Deed) -> Self {
        Self { words: words.to_owned(), note: note.to_owned(), group: group.to_owned(), deed }
    }
}

impl From<Hit> for Entry {
    fn from(hit: Hit) -> Self {
        Self { words: hit.words, note: hit.note, group: hit.group, deed: Deed::Go(hit.href) }
    }
}

/// Those with every typed word in them, in any order; within a group those that begin with what was typed come first.
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
        let entry = |group, words| Entry::new(group, words, "", Deed::ShowKeys);
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
