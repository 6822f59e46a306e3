//! What the token will be, in words, while the form is filled in: so that nobody is surprised after pressing the button.

use super::issue_form::Draft;
use crate::ui::{Glyph, Icon, shortened};
use domain::scope::{ALL, catalogue::MANAGEMENT};
use leptos::prelude::*;

/// How many lines of either list are spelt out.
const SPELT_OUT: usize = 6;

/// The card beside the form.
#[component]
pub(super) fn Summary(
    /// What is filled in.
    draft: Draft,
    /// Whose token it will be.
    owner: String,
    /// In which organisation.
    organisation: String,
) -> impl IntoView {
    let chosen = move |name: &str| draft.scopes.with(|names| names.iter().any(|own| own == name));
    let titles = move |wanted: bool| {
        MANAGEMENT
            .iter()
            .filter(|info| info.name != ALL && chosen(info.name) == wanted)
            .map(|info| info.title)
            .collect::<Vec<_>>()
    };
    view! {
        <aside class="issue-side panel summary" aria-labelledby="summary-title">
            <div class="panel-head">
                <h2 class="panel-title" id="summary-title" dir="auto">
                    {move || draft.name.with(|name| match name.trim() {
                        "" => "Your new token".to_owned(),
                        name => shortened(name, 60),
                    })}
                </h2>
            </div>
            <div class="summary-body">
                <div>
                    <h3>"This token will be able to"</h3>
                    {move || if chosen(ALL) {
                        view! { <Lines class="is-wide" glyph=Glyph::Warning lines=vec!["Everything you may do, now and later"]/> }.into_any()
                    } else {
                        match titles(true) {
                            lines if lines.is_empty() => view! { <p class="text-faint">"Nothing but show whose it is. Choose a scope for more."</p> }.into_any(),
                            lines => view! { <Lines class="is-able" glyph=Glyph::Check lines=lines/> }.into_any(),
                        }
                    }}
                </div>
                {move || {
                    let lines = titles(false);
                    (!chosen(ALL) && !lines.is_empty()).then(|| view! {
                        <div>
                            <h3>"It will not be able to"</h3>
                            <Lines class="is-not" glyph=Glyph::Dash lines=lines/>
                        </div>
                    })
                }}
                <div>
                    <h3>"It acts for"</h3>
                    <p class="break-words" dir="auto">{owner}</p>
                    <p class="text-faint break-words" dir="auto">{format!("in {organisation}")}</p>
                </div>
                <div>
                    <h3>"It stops working"</h3>
                    <p>{move || draft.lifetime.in_words()}</p>
                </div>
            </div>
        </aside>
    }
    .into_any()
}

#[component]
fn Lines(class: &'static str, glyph: Glyph, lines: Vec<&'static str>) -> impl IntoView {
    let more = lines.len().saturating_sub(SPELT_OUT);
    view! {
        <ul class="summary-list">
            {lines
                .into_iter()
                .take(SPELT_OUT)
                .map(|line| view! { <li class=class><Icon glyph=glyph/><span>{line}</span></li> })
                .collect_view()}
            {(more > 0).then(|| view! { <li class=class><span></span><span>{format!("and {more} more")}</span></li> })}
        </ul>
    }
    .into_any()
}
