//! Search in the documentation, for the palette.

use super::{guides::guides, places::Section, reference::groups, reference_view::address, verdicts::in_words};
use crate::palette::Hit;
use domain::verify::Verdict;

const MOST: usize = 8;
const PARTS: [(&str, &str); 9] = [
    ("Quick start", "/docs"),
    ("Verify with one call", "/docs/verification#verify"),
    ("Forward-auth with nginx", "/docs/verification#nginx"),
    ("Forward-auth with Caddy", "/docs/verification#caddy"),
    ("Token introspection", "/docs/verification#introspection"),
    ("Access tokens and JWKS", "/docs/verification#jwks"),
    ("Verdicts", "/docs/verdicts"),
    ("API reference", "/docs/api"),
    ("Guides", "/docs/guides"),
];

/// The first results that contain every word: pages, then guides, operations and verdicts.
pub(crate) fn found(q: &str) -> Vec<Hit> {
    let q = q.to_lowercase();
    let fits = |text: &str| {
        let text = text.to_lowercase();
        q.split_whitespace().all(|word| text.contains(word))
    };
    let hit = |words: String, note: &str, href: String| Hit {
        words,
        note: note.to_owned(),
        href,
        group: "Documentation".to_owned(),
    };
    let parts = PARTS.into_iter().map(|(words, href)| (words.to_owned(), "", href.to_owned()));
    let guides = guides().iter().map(|guide| (guide.title.clone(), guide.description, guide.path()));
    let operations = groups().iter().flat_map(|group| {
        let each = group.operations.iter();
        each.map(move |operation| {
            (format!("{} {}", operation.method, operation.path), operation.id.as_str(), address(group, operation))
        })
    });
    let verdicts = Verdict::ALL.into_iter().map(|verdict| {
        let href = format!("{}#{}", Section::Verdicts.path(), verdict.as_str());
        (verdict.as_str().to_owned(), in_words(verdict).0, href)
    });
    parts
        .chain(guides)
        .chain(operations)
        .chain(verdicts)
        .filter(|(words, note, _)| fits(&format!("{words} {note}")))
        .take(MOST)
        .map(|(words, note, href)| hit(words, note, href))
        .collect()
}
