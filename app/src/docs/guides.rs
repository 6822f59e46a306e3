//! The guides: Markdown files of the repository that the server shows as pages.
//!
//! Owns the list of guides and the mapping from links between files to links between pages. The files are part of the
//! binary. `markdown` renders them.

use super::{
    Section,
    markdown::{Target, render},
};
use std::sync::LazyLock;

/// A Markdown file and its page.
struct Source {
    /// Last part of the page's path. `docs/api.md` can't be `api`, because that is the API reference.
    slug: &'static str,
    /// Path in the repository.
    file: &'static str,
    /// What the reader finds there, in one line.
    description: &'static str,
    markdown: &'static str,
}

macro_rules! sources {
    ($($slug:literal, $file:literal, $description:literal;)*) => {
        &[$(Source {
            slug: $slug,
            file: $file,
            description: $description,
            markdown: include_str!(concat!("../../../", $file)),
        }),*]
    };
}

/// In the order of the list that readers see.
const SOURCES: &[Source] = sources! {
    "api-guide", "docs/api.md", "Authentication, errors, retries, verification and OAuth.";
    "errors", "docs/errors.md", "Every error code, with its status and what to do about it.";
    "proxies", "docs/proxies/README.md", "Let nginx, Caddy or Envoy ask Mintmark about each request.";
    "rust-client", "client/README.md", "The Rust crate that checks credentials in front of your API.";
    "deployment", "docs/deployment.md", "From a build to an installation with TLS, proxy, mail and backup.";
    "configuration", "docs/configuration.md", "Every setting of the server, with its default.";
    "cli", "docs/cli.md", "Every command of the binary, with its options.";
    "high-availability", "docs/high-availability.md", "Several nodes, and what happens when a part fails.";
    "metrics", "docs/metrics.md", "Health checks, Prometheus metrics, alerts and the log.";
    "security-model", "docs/security-model.md", "How authority, tenancy, revocation and protection at rest work.";
    "security", "SECURITY.md", "Promises with the tests that hold them, and how to report a vulnerability.";
};

/// A guide, ready to show.
pub(crate) struct Guide {
    pub(crate) slug: &'static str,
    pub(crate) description: &'static str,
    pub(crate) title: String,
    /// Id and text of each chapter.
    pub(super) chapters: Vec<(String, String)>,
    pub(super) html: String,
}

impl Guide {
    pub(super) fn path(&self) -> String {
        path_of(self.slug)
    }
}

static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| SOURCES.iter().map(read).collect());

/// Every guide, in the order of the list.
pub(crate) fn guides() -> &'static [Guide] {
    &GUIDES
}

fn read(source: &Source) -> Guide {
    let document = render(source.markdown, |link| target(source.file, link));
    Guide {
        slug: source.slug,
        description: source.description,
        title: document.title,
        chapters: document.chapters,
        html: document.html,
    }
}

fn path_of(slug: &str) -> String {
    format!("{}/{slug}", Section::QuickStart.path())
}

/// Resolves a link in the file `from`.
fn target(from: &str, link: &str) -> Target {
    if link.starts_with("https://") || link.starts_with('#') {
        return Target::Url(link.to_owned());
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let file = joined(from, path);
    match SOURCES.iter().find(|source| source.file == file) {
        Some(source) => {
            let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            Target::Url(path_of(source.slug) + &anchor)
        }
        None => Target::File(file),
    }
}

/// Path in the repository of `relative`, as written in the file `from`.
fn joined(from: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." => (),
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeMap, path::Path};

    #[test]
    fn links_between_files_become_links_between_pages() {
        let url = |url: &str| Target::Url(url.to_owned());
        let file = |path: &str| Target::File(path.to_owned());
        for (from, link, expected) in [
            ("docs/cli.md", "configuration.md", url("/docs/configuration")),
            ("docs/cli.md", "configuration.md#mail", url("/docs/configuration#mail")),
            ("docs/cli.md", "#serve", url("#serve")),
            ("docs/cli.md", "api.md#errors", url("/docs/api-guide#errors")),
            ("docs/cli.md", "../SECURITY.md", url("/docs/security")),
            ("docs/cli.md", "./proxies/README.md", url("/docs/proxies")),
            ("SECURITY.md", "docs/cli.md", url("/docs/cli")),
            ("docs/cli.md", "https://example.com/x#y", url("https://example.com/x#y")),
            ("docs/cli.md", "adr/0004-islands.md#why", file("docs/adr/0004-islands.md")),
            ("docs/proxies/README.md", "nginx.conf", file("docs/proxies/nginx.conf")),
            ("docs/cli.md", "http://example.com", file("docs/http://example.com")),
        ] {
            assert_eq!(target(from, link), expected, "{from} {link}");
        }
    }

    fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
        let parts = html.split(&format!(" {name}=\"")).skip(1).collect::<Vec<_>>();
        parts.into_iter().filter_map(|part| part.split('"').next()).collect()
    }

    #[test]
    fn every_link_of_every_guide_leads_to_a_page_and_an_anchor_that_exist() {
        let pages: BTreeMap<String, Vec<&str>> =
            guides().iter().map(|guide| (guide.path(), attributes(&guide.html, "id"))).collect();
        assert_eq!(pages.len(), SOURCES.len(), "no two guides share a path");
        let mut links = 0;
        for guide in guides() {
            for href in attributes(&guide.html, "href") {
                links += 1;
                if href.starts_with("https://") {
                    continue;
                }
                let (path, anchor) = href.split_once('#').map_or((href, None), |(path, at)| (path, Some(at)));
                let path = if path.is_empty() { guide.path() } else { path.to_owned() };
                let ids = pages.get(&path);
                assert!(ids.is_some(), "{}: {href}", guide.slug);
                assert!(anchor.is_none_or(|id| ids.is_some_and(|ids| ids.contains(&id))), "{}: {href}", guide.slug);
            }
        }
        assert!(links > 20, "{links}");
    }

    #[test]
    fn every_file_that_a_guide_names_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for source in SOURCES {
            _ = render(source.markdown, |link| {
                let target = target(source.file, link);
                if let Target::File(path) = &target {
                    assert!(root.join(path).exists(), "{}: {link}", source.file);
                }
                target
            });
        }
    }

    #[test]
    fn every_guide_has_a_title_a_description_and_a_path_of_its_own() {
        for guide in guides() {
            assert!(!guide.title.is_empty() && guide.description.ends_with('.'), "{}", guide.slug);
            assert!(Section::ALL.iter().all(|section| section.path() != guide.path()), "{}", guide.slug);
            assert!(!guide.html.contains("data-label=\"\""), "{}: a column without a heading", guide.slug);
        }
    }
}
