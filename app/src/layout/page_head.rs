//! The head of a page: where it is, what it is called, what it is, and its main action. Also names the tab.

use super::tab_title::TabTitle;
use leptos::prelude::*;

/// The way back up, for pages about one thing.
pub(crate) type Crumbs = Vec<(String, String)>;

/// Breadcrumb, title, one sentence, main action.
#[component]
pub(crate) fn PageHead(
    /// What the page is called; also the tab's title.
    #[prop(into)]
    title: String,
    /// One sentence about it.
    #[prop(optional, into)]
    lead: String,
    /// Address and words of the pages above; the page itself is added.
    #[prop(optional)]
    crumbs: Crumbs,
    /// The main action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let tab = title.clone();
    let above = (!crumbs.is_empty()).then(|| {
        view! {
            <nav class="crumbs" aria-label="Breadcrumb">
                <ol>
                    {crumbs.into_iter().map(|(href, words)| view! { <li><a href=href dir="auto">{words}</a></li> }).collect_view()}
                    <li><span aria-current="page" dir="auto" title=title.clone()>{title.clone()}</span></li>
                </ol>
            </nav>
        }
    });
    view! {
        <TabTitle text=tab/>
        {above}
        <div class="page-head">
            <div class="page-words">
                <h1 class="page-title" dir="auto">{title}</h1>
                {(!lead.is_empty()).then(|| view! { <p class="page-lead">{lead}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </div>
    }
    .into_any()
}
