//! Choosing scopes by what has to be done: ticking an operation ticks the scopes it needs.

use super::{Offer, OperationOffer};
use domain::{
    operation::UserContext,
    scope::{ALL, Scope},
};
use leptos::{html, prelude::*};

/// The operations of every API, searchable.
#[component]
pub(super) fn OperationPicker(
    /// The names of the ticked scopes.
    chosen: RwSignal<Vec<String>>,
    /// What can be ticked.
    offer: StoredValue<Offer>,
    /// The operations, as soon as they are there.
    operations: RwSignal<Vec<OperationOffer>>,
    /// What is searched for.
    query: RwSignal<String>,
) -> impl IntoView {
    let more = offer.with_value(|offer| offer.more_operations);
    let nothing_found = move || {
        query.with(|query| operations.with(|all| !all.iter().any(|operation| operation.matches(query))))
    };
    view! {
        <div class="scopes-list" tabindex="-1">
            {move || {
                let rows = operations.get().into_iter().map(|operation| {
                    let own = operation.clone();
                    let hidden = Signal::derive(move || query.with(|query| !own.matches(query)));
                    view! { <OperationRow operation=operation chosen=chosen offer=offer hidden=hidden/> }
                });
                rows.collect_view()
            }}
            <p class="scopes-none" hidden=move || !nothing_found()>"No operation matches. Try another word."</p>
            {(more > 0).then(|| view! {
                <p class="scopes-none">{format!("{more} more operations are on the page of their API. Choose their scopes by name.")}</p>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn OperationRow(
    operation: OperationOffer,
    chosen: RwSignal<Vec<String>>,
    offer: StoredValue<Offer>,
    hidden: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let rules = offer.with_value(|offer| offer.kind.rules());
    let obstacle = match (operation.operation.user_context, rules.has_user) {
        (UserContext::Required, false) => Some(format!("Acts for a person; an {} represents nobody.", rules.title)),
        (UserContext::Forbidden, true) => {
            Some(format!("For applications only; a {} represents a person.", rules.title))
        }
        _ => None,
    };
    let needs = operation.needs();
    let beyond = offer.with_value(|offer| {
        needs.iter().any(|name| offer.scopes.iter().any(|scope| scope.name == *name && !scope.may_give))
    });
    let disabled = obstacle.is_some() || beyond || needs.is_empty();
    let note = match obstacle {
        Some(obstacle) => obstacle,
        None if beyond => format!("Needs {}, which is not part of your role.", needs.join(" and ")),
        None if needs.is_empty() => "Needs no scope.".to_owned(),
        None => format!("Needs {}.", needs.join(" and ")),
    };
    let rule = operation.operation.scopes.clone();
    let satisfied = move |names: &Vec<String>| {
        let held = names.iter().filter_map(|name| Scope::parse(name).ok()).collect();
        names.iter().any(|name| name == ALL) || rule.missing(&held).is_empty()
    };
    let first = chosen.with_untracked(&satisfied);
    Effect::new(move || {
        let is = chosen.with(&satisfied);
        if let Some(input) = node.get() {
            input.set_checked(is);
        }
    });
    let toggle = move |now: bool| {
        chosen.update(|names| {
            names.retain(|name| !needs.contains(name));
            if now {
                names.extend(needs.iter().cloned());
            }
        });
    };
    view! {
        <label class="choice scope" hidden=hidden>
            <input
                node_ref=node
                type="checkbox"
                value=operation.operation.id.clone()
                checked=first
                disabled=disabled
                on:change=move |event| toggle(event_target_checked(&event))
            />
            <span class="scope-title mono">{operation.operation.id}</span>
            <span class="scope-name">{operation.operation.method}" "{operation.operation.path}</span>
            <span class="scope-words" dir="auto">{operation.api}": "{note}</span>
        </label>
    }
    .into_any()
}
