//! The scope picker: by scope, with search and presets, or by the operations the credential has to perform.
//!
//! Shows the scope `all` separately, with a warning. Scopes that the person may not grant are disabled, with the
//! reason. Its program is `issue_form.rs`, with the DOM updates in `issue_form/paint.rs`.

use super::{Offer, ScopeOffer, kind_labels};
use crate::ui::{Callout, CalloutTone, FieldNotes, Segment};
use domain::scope::ALL;
use leptos::prelude::*;

#[component]
pub(super) fn ScopePicker(
    offer: Offer,
    /// Scopes that are checked initially.
    chosen: Vec<String>,
) -> impl IntoView {
    let noun = kind_labels(offer.reach.kind).noun;
    let row = {
        let chosen = chosen.clone();
        move |scope: ScopeOffer| {
            let ticked = chosen.contains(&scope.name);
            view! { <ScopeRow scope=scope ticked=ticked/> }
        }
    };
    let everything = offer.scopes.iter().find(|scope| scope.name == ALL).cloned();
    let groups = offer.groups().into_iter().map(|(name, members)| {
        let rows = members.into_iter().map(row.clone()).collect_view();
        view! {
            <div role="group" aria-label=name.clone()>
                <p class="scopes-group" aria-hidden="true" dir="auto">{name.clone()}</p>
                {rows}
            </div>
        }
    });
    let groups = groups.collect_view();
    view! {
        <fieldset class="issue-section" id="token-scopes" aria-describedby="token-scopes-help">
            <legend class="unseen">"Scopes"</legend>
            <div aria-hidden="true" class="issue-legend">"Scopes"</div>
            <FieldNotes
                id="token-scopes"
                help=format!("What the {noun} may do. Choose as little as the job needs; you can narrow or widen it later without a new secret.")
                at="/scopes"
            />
            <div class="scopes-ways">
                <div class="segments" role="group" aria-label="Choose">
                    <Segment name="scopes-by" value="scope" checked=true>"By scope"</Segment>
                    <Segment name="scopes-by" value="operation">"By operation"</Segment>
                </div>
                <div class="scopes-presets">
                    <button type="button" class="button button-ghost" data-preset="reading">"Only reading"</button>
                    <button type="button" class="button button-ghost" data-preset="none">"Clear"</button>
                </div>
            </div>
            <div class="scopes">
                <div class="scopes-bar">
                    <input class="input" type="search" data-search="" aria-label="Search scopes" placeholder="Search scopes"/>
                    <span class="scopes-count" aria-live="polite" data-says="count">{format!("{} chosen", chosen.len())}</span>
                </div>
                <div class="scopes-list" tabindex="-1" data-when="scopes-by=scope">
                    {groups}
                    <p class="scopes-none" hidden>"No scope matches. Try another word."</p>
                </div>
                <Operations more=offer.more_operations/>
                {everything.map(|scope| view! { <div class="scope-all">{row(scope)}</div> })}
            </div>
            <div data-when="scope=all" hidden>
                <Callout tone=CalloutTone::Warn>
                    <p>
                        {format!("This {noun} will be able to do whatever its owner can do, and whatever they are allowed to do later. Choose single scopes unless a program really needs this.")}
                    </p>
                </Callout>
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn ScopeRow(scope: ScopeOffer, ticked: bool) -> impl IntoView {
    view! {
        <label class="choice scope">
            <input
                type="checkbox"
                name="scope"
                value=scope.name.clone()
                checked=ticked
                disabled=!scope.may_give
                data-beyond={(!scope.may_give).then_some("")}
            />
            <span class="scope-title" dir="auto">{scope.title}</span>
            <span class="scope-name">{scope.name}</span>
            <span class="scope-words" dir="auto">
                {scope.description}
                {(!scope.may_give).then_some(" Not part of your role.")}
            </span>
        </label>
    }
    .into_any()
}

/// The list of operations: one template row, which the program copies for each operation. Checking an operation checks
/// the scopes it needs.
#[component]
fn Operations(more: usize) -> impl IntoView {
    view! {
        <div class="scopes-list" tabindex="-1" data-operations="" data-when="scopes-by=operation" hidden>
            <template>
                <label class="choice scope">
                    <input type="checkbox"/>
                    <span class="scope-title mono"></span>
                    <span class="scope-name"></span>
                    <span class="scope-words" dir="auto"></span>
                </label>
            </template>
            <p class="scopes-none" hidden>"No operation matches. Try another word."</p>
            {(more > 0).then(|| view! {
                <p class="scopes-none">{format!("{more} more operations are on the page of their API. Choose their scopes by name.")}</p>
            })}
        </div>
    }
    .into_any()
}
