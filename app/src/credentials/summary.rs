//! The summary beside the create form: says for every operation whether the new credential can call it, and why not.
//! The server renders the initial content; the program of the form keeps it up to date.

use super::{
    kind_labels,
    offer::{Beginning, FirstLines},
};
use crate::ui::{Glyph, Icon, shortened};
use domain::credential::CredentialKind;
use leptos::prelude::*;

#[component]
pub(super) fn Summary(
    kind: CredentialKind,
    /// Prefilled name.
    name: String,
    /// When it expires, in words.
    until: String,
    /// Requirements of the organization's policy.
    policy: Vec<String>,
    /// Number of operations that the form does not load.
    more_operations: usize,
    /// Initial content of the two lists.
    beginning: Beginning,
    /// Name of the owner.
    owner: String,
    organization: String,
) -> impl IntoView {
    let (words, more, (able, unable)) = (kind_labels(kind), more_operations, beginning);
    let is_able_to_all = unable.0.is_empty();
    let represents = if kind.rules().has_user { "It acts for" } else { "It acts for the organization" };
    let title = if name.trim().is_empty() { words.your_new.to_owned() } else { shortened(name.trim(), 60) };
    view! {
        <aside class="issue-side panel summary" aria-labelledby="summary-title">
            <div class="panel-head">
                <h2 class="panel-title" id="summary-title" dir="auto" data-says="name" data-unnamed=words.your_new>{title}</h2>
            </div>
            <div class="summary-body">
                <div>
                    <h3>{format!("This {} will be able to", words.noun)}</h3>
                    <Lines name="able" class="is-able" glyph=Glyph::Check lines=able none="Nothing yet. Choose a scope."/>
                </div>
                <div hidden=is_able_to_all>
                    <h3>"It will not be able to"</h3>
                    <Lines name="unable" class="is-not" glyph=Glyph::Dash lines=unable/>
                </div>
                {(more > 0).then(|| view! { <p class="text-faint">{format!("{more} more operations are not listed here.")}</p> })}
                <div>
                    <h3>{represents}</h3>
                    {kind.rules().has_user.then(|| view! { <p class="break-words" dir="auto">{owner}</p> })}
                    <p class="break-words" class:text-faint=kind.rules().has_user dir="auto">
                        {if kind.rules().has_user { format!("in {organization}") } else { organization }}
                    </p>
                </div>
                {(!policy.is_empty()).then(|| view! {
                    <div>
                        <h3>"Your organization asks"</h3>
                        <ul class="bullets">{policy.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}</ul>
                    </div>
                })}
                <div>
                    <h3>"It stops working"</h3>
                    <p data-says="until">{until}</p>
                </div>
            </div>
        </aside>
    }
    .into_any()
}

/// The first lines, the number of remaining lines, and a template for each line.
#[component]
fn Lines(
    /// Identifies one of the two lists.
    name: &'static str,
    class: &'static str,
    glyph: Glyph,
    lines: FirstLines,
    /// Text for an empty list.
    #[prop(optional)]
    none: &'static str,
) -> impl IntoView {
    let FirstLines(lines, more) = lines;
    let is_empty = lines.is_empty();
    let row = move |operation: String, why: Option<String>| {
        view! {
            <li class=class>
                <Icon glyph=glyph/>
                <span><code>{operation}</code><span class="summary-why">{why}</span></span>
            </li>
        }
    };
    view! {
        <div data-lines=name>
            <template>{row(String::new(), None)}</template>
            {(!none.is_empty()).then(|| view! { <p class="text-faint" hidden=!is_empty>{none}</p> })}
            <ul class="summary-list" hidden=is_empty>
                {lines.into_iter().map(|(operation, why)| row(operation, why)).collect_view()}
            </ul>
            <details class="summary-more" hidden=more == 0>
                <summary>{format!("and {more} more")}</summary>
                <ul class="summary-list"></ul>
            </details>
        </div>
    }
    .into_any()
}
