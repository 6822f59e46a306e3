//! Where things are for this reader, and the parts of the documentation.

use leptos::prelude::*;

/// The addresses that snippets are written with; the reader's own take their place.
const ORIGIN: &str = "http://localhost:3000";
const SLUG: &str = "acme";

/// The reader's own addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Where Mintmark is reached.
    pub(crate) origin: String,
    /// The organisation's name in addresses, for whoever is signed in.
    pub(crate) slug: Option<String>,
}

impl Places {
    /// The text with this reader's addresses.
    pub(crate) fn fill(&self, text: &str) -> String {
        let text = text.trim_end().replace(ORIGIN, &self.origin);
        match &self.slug {
            Some(slug) => text
                .replace(&format!("/orgs/{SLUG}/"), &format!("/orgs/{slug}/"))
                .replace(&format!("org={SLUG}&"), &format!("org={slug}&")),
            None => text,
        }
    }
}

/// A part of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// First steps.
    QuickStart,
    /// For API teams.
    Verification,
    /// What each code means.
    Verdicts,
    /// The reference.
    Api,
}

impl Section {
    pub(super) const ALL: [Self; 4] = [Self::QuickStart, Self::Verification, Self::Verdicts, Self::Api];

    /// Its address.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::QuickStart => "/docs",
            Self::Verification => "/docs/verification",
            Self::Verdicts => "/docs/verdicts",
            Self::Api => "/docs/api",
        }
    }

    /// What it is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::QuickStart => "Quick start",
            Self::Verification => "Verification",
            Self::Verdicts => "Verdicts",
            Self::Api => "API reference",
        }
    }
}

/// The way from one part to another.
#[component]
pub(crate) fn SectionLinks(here: Section) -> impl IntoView {
    view! {
        <nav class="docs-nav" aria-label="Documentation">
            {Section::ALL
                .into_iter()
                .map(|section| {
                    view! { <a href=section.path() aria-current=(section == here).then_some("true")>{section.title()}</a> }
                })
                .collect_view()}
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_are_filled_with_the_readers_own_addresses() {
        let text = "http://localhost:3000/v1/orgs/acme/api-keys ?org=acme&scope=x\n";
        let own = Places { origin: "https://tokens.example.com".into(), slug: Some("globex".into()) };
        assert_eq!(own.fill(text), "https://tokens.example.com/v1/orgs/globex/api-keys ?org=globex&scope=x");
        let stranger = Places { slug: None, ..own };
        assert_eq!(stranger.fill(text), "https://tokens.example.com/v1/orgs/acme/api-keys ?org=acme&scope=x");
    }
}
