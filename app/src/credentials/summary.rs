//! What the credential will be, in words, while the form is filled in: so that nobody is surprised after pressing the
//! button. Says for every operation whether it will work, and why not.

use super::{
    OperationOffer,
    draft::Draft,
    kind_words,
    offer::{Beginning, FirstLines, Reach},
};
use crate::ui::{Glyph, Icon, shortened};
use leptos::prelude::*;

/// The card beside the form.
#[component]
pub(super) fn Summary(
    /// What is filled in.
    draft: RwSignal<Draft>,
    /// When it ends, in words.
    until: Signal<String>,
    /// Of which kind it will be, and how far scopes reach in it.
    reach: Reach,
    /// What the organisation's policy asks of it.
    policy: Vec<String>,
    /// How many operations there are beyond those that can be chosen.
    more_operations: usize,
    /// The operations, as soon as they are there.
    operations: RwSignal<Vec<OperationOffer>>,
    /// What to show until then.
    beginning: Beginning,
    /// Whose it will be.
    owner: String,
    /// In which organisation.
    organisation: String,
) -> impl IntoView {
    let (kind, more) = (reach.kind, more_operations);
    let words = kind_words(kind);
    let lines = Memo::new(move |_| {
        operations.with(|operations| match operations.as_slice() {
            [] => beginning.clone(),
            operations => spell_out(&reach, operations, &draft.with(Draft::scopes)),
        })
    });
    let represents = if kind.rules().has_user { "It acts for" } else { "It acts for the organisation" };
    view! {
        <aside class="issue-side panel summary" aria-labelledby="summary-title">
            <div class="panel-head">
                <h2 class="panel-title" id="summary-title" dir="auto">
                    {move || draft.with(|draft| match draft.value("name").trim() {
                        "" => words.your_new.to_owned(),
                        name => shortened(name, 60),
                    })}
                </h2>
            </div>
            <div class="summary-body">
                <div>
                    <h3>{format!("This {} will be able to", words.noun)}</h3>
                    {move || lines.with(|(able, _)| view! { <Lines class="is-able" glyph=Glyph::Check lines=able.clone()/> })}
                </div>
                {move || lines.with(|(_, unable)| (!unable.0.is_empty()).then(|| view! {
                    <div>
                        <h3>"It will not be able to"</h3>
                        <Lines class="is-not" glyph=Glyph::Dash lines=unable.clone()/>
                    </div>
                }))}
                {(more > 0).then(|| view! { <p class="text-faint">{format!("{more} more operations are not listed here.")}</p> })}
                <div>
                    <h3>{represents}</h3>
                    {kind.rules().has_user.then(|| view! { <p class="break-words" dir="auto">{owner}</p> })}
                    <p class="break-words" class:text-faint=kind.rules().has_user dir="auto">
                        {if kind.rules().has_user { format!("in {organisation}") } else { organisation }}
                    </p>
                </div>
                {(!policy.is_empty()).then(|| view! {
                    <div>
                        <h3>"Your organisation asks"</h3>
                        <ul class="bullets">{policy.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}</ul>
                    </div>
                })}
                <div>
                    <h3>"It stops working"</h3>
                    <p>{until}</p>
                </div>
            </div>
        </aside>
    }
    .into_any()
}

/// All lines of both lists.
fn spell_out(reach: &Reach, operations: &[OperationOffer], chosen: &[String]) -> Beginning {
    let (able, unable) = reach.outlook(operations, chosen).lines();
    (FirstLines(able, 0), FirstLines(unable, 0))
}

#[component]
fn Lines(class: &'static str, glyph: Glyph, lines: FirstLines) -> impl IntoView {
    let FirstLines(mut lines, more) = lines;
    let rest = lines.split_off(lines.len().min(FirstLines::SHOWN));
    let list = move |lines: Vec<(String, Option<String>)>| {
        view! {
            <ul class="summary-list">
                {lines
                    .into_iter()
                    .map(|(operation, why)| view! {
                        <li class=class>
                            <Icon glyph=glyph/>
                            <span><code>{operation}</code>{why.map(|why| view! { <span class="summary-why">{why}</span> })}</span>
                        </li>
                    })
                    .collect_view()}
            </ul>
        }
    };
    let count = rest.len() + more;
    view! {
        {if lines.is_empty() { view! { <p class="text-faint">"Nothing yet. Choose a scope."</p> }.into_any() } else { list(lines).into_any() }}
        {(count > 0).then(|| view! {
            <details class="summary-more">
                <summary>{format!("and {count} more")}</summary>
                {list(rest)}
            </details>
        })}
    }
    .into_any()
}
