//! Blocks of code, in one language or with a switch between several.

use crate::ui::CopyButton;
use leptos::prelude::*;

/// A snippet in one language.
#[derive(Clone, Debug)]
pub(super) struct Snippet {
    /// Identifies the language in HTML and CSS.
    pub(super) key: &'static str,
    /// Label of the language.
    pub(super) title: &'static str,
    pub(super) code: String,
}

/// A block with a copy button. The language switch selects it by `language`.
#[component]
pub(super) fn Code(
    #[prop(into)] code: String,
    #[prop(into)] title: String,
    #[prop(optional)] language: &'static str,
) -> impl IntoView {
    view! {
        <div class="snippet" data-language=(!language.is_empty()).then_some(language) role="group" aria-label=title.clone()>
            <pre class="raw" tabindex="0" translate="no">{code.clone()}</pre>
            <CopyButton text=code label=format!("Copy: {title}")/>
        </div>
    }
    .into_any()
}

/// Shows one language at a time. A browser whose CSS can't hide the others shows all of them.
#[component]
pub(super) fn Languages(name: &'static str, snippets: Vec<Snippet>) -> impl IntoView {
    let tabs = snippets.iter().enumerate().map(|(index, Snippet { key, title, .. })| {
        view! {
            <label class="segment">
                <input type="radio" name=name value=*key checked={index == 0}/>
                <span>{*title}</span>
            </label>
        }
    });
    let tabs = tabs.collect_view();
    let panes =
        snippets.into_iter().map(|Snippet { key, title, code }| view! { <Code code=code title=title language=key/> });
    view! {
        <div class="snippets">
            <fieldset>
                <legend class="unseen">"Language"</legend>
                <div class="segments">{tabs}</div>
            </fieldset>
            {panes.collect_view()}
        </div>
    }
    .into_any()
}
