//! Choosing what a credential may do: by scope with search and presets, or by the operations it has to perform.
//!
//! “Everything” stands apart with its warning. Scopes the person may not give away are shown, disabled, with the reason.

use super::{Offer, OperationOffer, ScopeOffer, kind_words, operation_picker::OperationPicker};
use crate::ui::{Callout, CalloutTone, FieldNotes, Segment, described_by};
use domain::scope::ALL;
use leptos::{html, prelude::*};

const BY_SCOPE: &str = "scope";
const BY_OPERATION: &str = "operation";

/// The picker; `chosen` holds scope names.
#[component]
pub(super) fn ScopePicker(
    /// The names of the ticked scopes.
    chosen: RwSignal<Vec<String>>,
    /// What can be ticked.
    offer: StoredValue<Offer>,
    /// The operations, as soon as they are there.
    operations: RwSignal<Vec<OperationOffer>>,
    /// What is wrong with the choice.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let noun = offer.with_value(|offer| kind_words(offer.kind).noun);
    let (query, by) = (RwSignal::new(String::new()), RwSignal::new(BY_SCOPE.to_owned()));
    let all = Signal::derive(move || chosen.with(|names| names.iter().any(|name| name == ALL)));
    let by_operation = Signal::derive(move || by.with(|by| by == BY_OPERATION));
    let everything = offer.with_value(|offer| offer.scopes.iter().find(|scope| scope.name == ALL).cloned());
    view! {
        <fieldset class="issue-section" aria-describedby=move || described_by("token-scopes", true, error.get().is_some())>
            <legend class="unseen">"Scopes"</legend>
            <div aria-hidden="true" class="issue-legend">"Scopes"</div>
            <FieldNotes
                id="token-scopes"
                help=format!("What the {noun} may do. Choose as little as the job needs; you can narrow or widen it later without a new secret.")
                error=error
            />
            <div class="scopes-ways">
                <div class="segments" role="group" aria-label="Choose">
                    <Segment name="scopes-by" value=BY_SCOPE checked=true state=by>"By scope"</Segment>
                    <Segment name="scopes-by" value=BY_OPERATION state=by>"By operation"</Segment>
                </div>
                <Presets chosen=chosen offer=offer/>
            </div>
            <div class="scopes">
                <div class="scopes-bar">
                    <input
                        class="input"
                        type="search"
                        aria-label=move || if by_operation.get() { "Search operations" } else { "Search scopes" }
                        placeholder=move || if by_operation.get() { "Search operations" } else { "Search scopes" }
                        on:input=move |event| query.set(event_target_value(&event))
                        on:keydown=move |event| if event.key() == "Enter" { event.prevent_default() }
                    />
                    <span class="scopes-count" aria-live="polite">
                        {move || match (all.get(), chosen.with(Vec::len)) {
                            (true, _) => "Everything".to_owned(),
                            (false, count) => format!("{count} chosen"),
                        }}
                    </span>
                </div>
                <ScopeList chosen=chosen offer=offer query=query all=all hidden=by_operation/>
                <Show when=move || by_operation.get()>
                    <OperationPicker chosen=chosen offer=offer operations=operations query=query/>
                </Show>
                {everything.map(|scope| view! {
                    <div class="scope-all">
                        <ScopeRow scope=scope chosen=chosen implied=Signal::stored(false) hidden=Signal::stored(false)/>
                    </div>
                })}
            </div>
            <Show when=move || all.get()>
                <Callout tone=CalloutTone::Warn>
                    <p>
                        {format!("This {noun} will be able to do whatever its owner can do, and whatever they are allowed to do later. Choose single scopes unless a program really needs this.")}
                    </p>
                </Callout>
            </Show>
        </fieldset>
    }
    .into_any()
}

/// Two common beginnings.
#[component]
fn Presets(chosen: RwSignal<Vec<String>>, offer: StoredValue<Offer>) -> impl IntoView {
    let only_reading = move || {
        offer.with_value(|offer| {
            let reading = offer.scopes.iter().filter(|scope| scope.may_give && scope.name.ends_with(":read"));
            reading.map(|scope| scope.name.clone()).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="scopes-presets">
            <button type="button" class="button button-ghost" on:click=move |_| chosen.set(only_reading())>"Only reading"</button>
            <button type="button" class="button button-ghost" on:click=move |_| chosen.set(Vec::new())>"Clear"</button>
        </div>
    }
    .into_any()
}

#[component]
fn ScopeList(
    chosen: RwSignal<Vec<String>>,
    offer: StoredValue<Offer>,
    query: RwSignal<String>,
    all: Signal<bool>,
    hidden: Signal<bool>,
) -> impl IntoView {
    let groups = offer.with_value(Offer::groups);
    let nothing_found = move || {
        query
            .with(|query| offer.with_value(|o| !o.scopes.iter().any(|scope| scope.name != ALL && scope.matches(query))))
    };
    view! {
        <div class="scopes-list" tabindex="-1" hidden=hidden>
            {groups
                .into_iter()
                .map(|(name, members)| {
                    let shown = members.clone();
                    let label = name.clone();
                    let none = move || query.with(|query| !shown.iter().any(|scope| scope.matches(query)));
                    view! {
                        <div role="group" aria-label=label hidden=none>
                            <p class="scopes-group" aria-hidden="true" dir="auto">{name}</p>
                            {members
                                .into_iter()
                                .map(|scope| {
                                    let own = scope.clone();
                                    let hidden = Signal::derive(move || query.with(|query| !own.matches(query)));
                                    view! { <ScopeRow scope=scope chosen=chosen implied=all hidden=hidden/> }
                                })
                                .collect_view()}
                        </div>
                    }
                })
                .collect_view()}
            <p class="scopes-none" hidden=move || !nothing_found()>"No scope matches. Try another word."</p>
        </div>
    }
    .into_any()
}

#[component]
fn ScopeRow(
    scope: ScopeOffer,
    chosen: RwSignal<Vec<String>>,
    /// Whether “everything” is ticked, which includes this one.
    implied: Signal<bool>,
    hidden: Signal<bool>,
) -> impl IntoView {
    let (node, allowed) = (NodeRef::<html::Input>::new(), scope.may_give);
    let name = StoredValue::new(scope.name.clone());
    let ticked = move |names: &Vec<String>| name.with_value(|own| names.iter().any(|name| name == own));
    // The first run leaves the box alone: what was ticked before the form came alive is taken over, not wiped out.
    Effect::new(move |before: Option<()>| {
        let is = chosen.with(ticked);
        if let (Some(()), Some(input)) = (before, node.get()) {
            input.set_checked(is);
        }
    });
    let toggle = move |now: bool| {
        chosen.update(|names| {
            name.with_value(|own| names.retain(|name| name != own));
            if now {
                names.push(name.get_value());
            }
        });
    };
    view! {
        <label class="choice scope" hidden=hidden>
            <input
                node_ref=node
                type="checkbox"
                name="scope"
                value=scope.name.clone()
                checked=chosen.with_untracked(ticked)
                disabled=move || !allowed || implied.get()
                on:change=move |event| toggle(event_target_checked(&event))
            />
            <span class="scope-title" dir="auto">{scope.title}</span>
            <span class="scope-name">{scope.name}</span>
            <span class="scope-words" dir="auto">
                {scope.description}
                {(!allowed).then_some(" Not part of your role.")}
            </span>
        </label>
    }
    .into_any()
}
