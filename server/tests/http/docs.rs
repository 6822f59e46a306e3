//! The guides: every one is a page for everybody, and its links lead somewhere.

use crate::{
    html::all,
    support::{Browser, TestServer},
};
use reqwest::StatusCode;
use scraper::Html;
use std::collections::BTreeMap;

/// The guides that the list of guides links to.
async fn listed(browser: &Browser) -> Vec<String> {
    let list = Html::parse_document(&browser.get("/docs/guides").await.body);
    all(&list, ".docs-guides a").into_iter().filter_map(|link| link.attr("href")).map(str::to_owned).collect()
}

#[tokio::test]
async fn everybody_reads_every_guide_and_its_links_lead_to_pages_and_anchors_that_exist() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let (stranger, ada) = (server.browser(), server.browser());
    ada.sign_in("ada@acme.test").await;
    let guides = listed(&stranger).await;
    assert!(guides.len() >= 10, "{guides:?}");
    assert_eq!(guides, listed(&ada).await);

    let mut pages: BTreeMap<String, Html> = BTreeMap::new();
    for path in &guides {
        assert_eq!(ada.get(path).await.status, StatusCode::OK, "{path}");
        let reply = stranger.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        pages.insert(path.clone(), Html::parse_document(&reply.body));
    }
    for (path, page) in &pages {
        let title: String = all(page, "h1").into_iter().flat_map(|title| title.text()).collect();
        assert!(!title.is_empty() && all(page, "h1").len() == 1, "{path}");
        for link in all(page, ".docs a[href]") {
            let href = link.attr("href").unwrap();
            if href.starts_with("https://") {
                continue;
            }
            let (target, anchor) = href.split_once('#').map_or((href, None), |(target, anchor)| (target, Some(anchor)));
            let target = if target.is_empty() { path } else { target };
            let there = pages.get(target).unwrap_or_else(|| panic!("{path}: {href}"));
            let has = |id: &str| all(there, "[id]").into_iter().any(|element| element.attr("id") == Some(id));
            assert!(anchor.is_none_or(has), "{path}: {href}");
        }
    }
    assert_eq!(stranger.get("/docs/no-such-guide").await.status, StatusCode::NOT_FOUND);
}
