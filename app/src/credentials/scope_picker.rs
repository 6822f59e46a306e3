//! Choosing what a credential may do: scopes in groups, searchable, each with a title and a sentence.
//!
//! “Everything” stands apart with its warning. Scopes the person may not give away are shown, disabled, with the reason.

use crate::ui::{Callout, CalloutTone, FieldNotes, described_by};
use domain::scope::{
    ALL,
    catalogue::{MANAGEMENT, ScopeInfo},
};
use leptos::prelude::*;

/// The groups in the order of the catalogue.
fn groups() -> Vec<(&'static str, Vec<&'static ScopeInfo>)> {
    let mut groups: Vec<(&str, Vec<&ScopeInfo>)> = Vec::new();
    for info in MANAGEMENT.iter().filter(|info| info.name != ALL) {
        match groups.iter_mut().find(|(name, _)| *name == info.group) {
            Some((_, members)) => members.push(info),
            None => groups.push((info.group, vec![info])),
        }
    }
    groups
}

fn matches(info: &ScopeInfo, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    [info.name, info.title, info.description, info.group].iter().any(|text| text.to_lowercase().contains(&query))
}

/// The picker; `chosen` holds scope names.
#[component]
pub(super) fn ScopePicker(
    /// The names of the ticked scopes.
    chosen: RwSignal<Vec<String>>,
    /// The names that may be ticked.
    grantable: Vec<String>,
    /// What is wrong with the choice.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let grantable = StoredValue::new(grantable);
    let may = move |name: &str| grantable.with_value(|names| names.iter().any(|own| own == name));
    let all = Signal::derive(move || chosen.with(|names| names.iter().any(|name| name == ALL)));
    let nothing_found =
        move || query.with(|query| !MANAGEMENT.iter().any(|info| info.name != ALL && matches(info, query)));
    view! {
        <fieldset
            class="issue-section"
            aria-describedby=move || described_by("token-scopes", true, error.get().is_some())
        >
            <legend class="unseen">"Scopes"</legend>
            <div aria-hidden="true" class="issue-legend">"Scopes"</div>
            <FieldNotes
                id="token-scopes"
                help="What the token may do. Choose as little as the job needs."
                error=error
            />
            <div class="scopes">
                <div class="scopes-bar">
                    <input
                        class="input"
                        type="search"
                        aria-label="Search scopes"
                        placeholder="Search scopes"
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
                <div class="scopes-list" tabindex="-1">
                    {groups()
                        .into_iter()
                        .map(|(name, members)| {
                            let shown = members.clone();
                            let hidden = move || query.with(|query| !shown.iter().any(|info| matches(info, query)));
                            view! {
                                <div role="group" aria-label=name hidden=hidden>
                                    <p class="scopes-group" aria-hidden="true">{name}</p>
                                    {members
                                        .into_iter()
                                        .map(|info| {
                                            view! {
                                                <ScopeRow
                                                    info=info
                                                    chosen=chosen
                                                    allowed=may(info.name)
                                                    implied=all
                                                    hidden=Signal::derive(move || query.with(|query| !matches(info, query)))
                                                />
                                            }
                                        })
                                        .collect_view()}
                                </div>
                            }
                        })
                        .collect_view()}
                    <p class="scopes-none" hidden=move || !nothing_found()>"No scope matches. Try another word."</p>
                </div>
                {MANAGEMENT
                    .iter()
                    .find(|info| info.name == ALL)
                    .map(|info| {
                        view! {
                            <div class="scope-all">
                                <ScopeRow info=info chosen=chosen allowed=may(ALL) implied=Signal::stored(false) hidden=Signal::stored(false)/>
                            </div>
                        }
                    })}
            </div>
            <Show when=move || all.get()>
                <Callout tone=CalloutTone::Warn>
                    <p>
                        "This token will be able to do whatever you can do, and whatever you are allowed to do later. Choose single scopes unless a program really needs this."
                    </p>
                </Callout>
            </Show>
        </fieldset>
    }
    .into_any()
}

#[component]
fn ScopeRow(
    info: &'static ScopeInfo,
    chosen: RwSignal<Vec<String>>,
    allowed: bool,
    /// Whether “everything” is ticked, which includes this one.
    #[prop(into)]
    implied: Signal<bool>,
    #[prop(into)] hidden: Signal<bool>,
) -> impl IntoView {
    let toggle = move |ticked: bool| {
        chosen.update(|names| {
            names.retain(|name| name != info.name);
            if ticked {
                names.push(info.name.to_owned());
            }
        });
    };
    view! {
        <label class="choice scope" hidden=hidden>
            <input
                type="checkbox"
                name="scope"
                value=info.name
                disabled=move || !allowed || implied.get()
                on:change=move |event| toggle(event_target_checked(&event))
            />
            <span class="scope-title">{info.title}</span>
            <span class="scope-name">{info.name}</span>
            <span class="scope-words">
                {info.description}
                {(!allowed).then_some(" Not part of your role.")}
            </span>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_but_all_is_in_exactly_one_group() {
        let grouped: usize = groups().iter().map(|(_, members)| members.len()).sum();
        assert_eq!(grouped, MANAGEMENT.len() - 1);
    }

    #[test]
    fn a_search_finds_by_name_title_and_sentence() {
        for query in ["audit:read", "Audit LOG", " export "] {
            assert!(MANAGEMENT.iter().any(|info| info.name == "audit:read" && matches(info, query)), "{query}");
        }
    }
}
