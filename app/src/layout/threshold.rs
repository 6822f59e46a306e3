//! The calm column for whoever is not signed in, and for what is not there.

use super::{brand::Brand, theme_switch::ThemeSwitch};
use leptos::prelude::*;
use leptos_meta::Title;

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
        <Title text=format!("{title} · Mintmark")/>
        <div class="threshold">
            <main id="content">
                <Brand/>
                <div class="page-words">
                    <h1 class="threshold-title">{title}</h1>
                    {(!lead.is_empty()).then(|| view! { <p class="threshold-lead">{lead}</p> })}
                </div>
                {children()}
            </main>
            <footer><ThemeSwitch/></footer>
        </div>
    }
    .into_any()
}
