//! The auth layout: a centered column without sidebar, for people who are not signed in and for missing pages.

use super::{brand::Brand, tab_title::TabTitle, theme_switch::ThemeSwitch, too_late::TooLate};
use leptos::prelude::*;

#[component]
pub(crate) fn AuthLayout(
    /// Also the title of the tab.
    #[prop(into)]
    title: String,
    #[prop(optional, into)] lead: String,
    children: Children,
) -> impl IntoView {
    view! {
        <TabTitle text=title.clone()/>
        <div class="auth">
            <main id="content">
                <Brand/>
                <div class="page-words">
                    <h1 class="auth-title">{title}</h1>
                    {(!lead.is_empty()).then(|| view! { <p class="auth-lead">{lead}</p> })}
                </div>
                <TooLate/>
                {children()}
            </main>
            <footer><ThemeSwitch/></footer>
        </div>
    }
    .into_any()
}
