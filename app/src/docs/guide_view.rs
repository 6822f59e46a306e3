//! The list of guides, and the content of one guide.

use super::guides::Guide;
use leptos::prelude::*;

/// Shorter guides need no table of contents.
const CHAPTERS: usize = 5;

#[component]
pub(crate) fn GuideList(guides: &'static [Guide]) -> impl IntoView {
    view! {
        <section class="panel" aria-label="Guides">
            <ul class="docs-guides">
                {guides
                    .iter()
                    .map(|guide| view! {
                        <li>
                            <a class="link" href=guide.path()>{guide.title.as_str()}</a>
                            <p class="text-muted">{guide.description}</p>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
pub(crate) fn GuideView(guide: &'static Guide) -> impl IntoView {
    let contents = (guide.chapters.len() >= CHAPTERS).then(|| {
        view! {
            <nav class="docs-contents" aria-label="On this page">
                <ul>
                    {guide
                        .chapters
                        .iter()
                        .map(|(id, text)| view! { <li><a class="link" href=format!("#{id}")>{text.as_str()}</a></li> })
                        .collect_view()}
                </ul>
            </nav>
        }
    });
    view! {
        {contents}
        <div class="guide" inner_html=guide.html.as_str()></div>
    }
    .into_any()
}
