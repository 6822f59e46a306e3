//! The header of a page: breadcrumbs, title, introduction and main action. Also sets the tab's title.

use super::tab_title::TabTitle;
use leptos::prelude::*;

/// URL and label of each ancestor page.
pub(crate) type Crumbs = Vec<(String, String)>;

#[component]
pub(crate) fn PageHead(
    /// Also the title of the tab.
    #[prop(into)]
    title: String,
    #[prop(optional, into)] lead: String,
    /// The ancestor pages; the page itself is added.
    #[prop(optional)]
    crumbs: Crumbs,
    #[prop(optional)] children: Option<Children>,
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
