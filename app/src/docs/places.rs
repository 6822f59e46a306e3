//! The reader's own URLs, and the sections of the documentation.

use leptos::prelude::*;

/// URL written in the snippets. It is replaced with the reader's own.
const ORIGIN: &str = "http://localhost:3000";
const SLUG: &str = "acme";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Base URL of this installation.
    pub(crate) origin: String,
    /// Slug of the reader's organization, if the reader is signed in.
    pub(crate) slug: Option<String>,
}

impl Places {
    /// Replaces the URLs in a text with the reader's own.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    QuickStart,
    /// For API teams.
    Verification,
    /// Meaning of each verdict code.
    Verdicts,
    /// The API reference.
    Api,
    /// The list of guides.
    Guides,
}

impl Section {
    pub(super) const ALL: [Self; 5] = [Self::QuickStart, Self::Verification, Self::Verdicts, Self::Api, Self::Guides];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::QuickStart => "/docs",
            Self::Verification => "/docs/verification",
            Self::Verdicts => "/docs/verdicts",
            Self::Api => "/docs/api",
            Self::Guides => "/docs/guides",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::QuickStart => "Quick start",
            Self::Verification => "Verification",
            Self::Verdicts => "Verdicts",
            Self::Api => "API reference",
            Self::Guides => "Guides",
        }
    }
}

/// Links to the other sections.
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
