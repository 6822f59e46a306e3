//! The calm column for whoever is not signed in, and for what is not there.

use super::{brand::Brand, tab_title::TabTitle, theme_switch::ThemeSwitch, too_late::TooLate};
use leptos::prelude::*;

/// Brand, title, one sentence, content.
#[component]
pub(crate) fn Threshold(
    /// What the page is called; also the tab's title.
    #[prop(into)]
    title: String,
    /// One sentence about it.
    #[prop(optional, into)]
    lead: String,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <TabTitle text=title.clone()/>
        <div class="threshold">
            <main id="content">
                <Brand/>
                <div class="page-words">
                    <h1 class="threshold-title">{title}</h1>
                    {(!lead.is_empty()).then(|| view! { <p class="threshold-lead">{lead}</p> })}
                </div>
                <TooLate/>
                {children()}
            </main>
            <footer><ThemeSwitch/></footer>
        </div>
    }
    .into_any()
}
