//! The filter form of the inventory. It only changes the URL, so every view can be linked to and works without script.

use super::Filter;
use crate::{
    credentials::{sentence_case, status_in_words},
    ui::{Button, ButtonLink, Field, Look, Select},
};
use domain::credential::{CredentialKind, Status};
use leptos::prelude::*;

fn with_any(any: &str, rest: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), any.to_owned())).chain(rest).collect()
}

/// Search, kind, status and owner. The other filters are collapsed.
#[component]
pub(crate) fn FilterForm(
    path: String,
    filter: Filter,
    /// ID and name of each owner.
    owners: Vec<(String, String)>,
) -> impl IntoView {
    let kinds = CredentialKind::ALL.map(|kind| (kind.as_str().to_owned(), sentence_case(kind.rules().title)));
    let states = Status::ALL.map(|status| (status.as_str().to_owned(), status_in_words(status).to_owned()));
    let idle = [("30", "30 days"), ("60", "60 days"), ("90", "90 days"), ("180", "180 days")]
        .map(|(days, words)| (days.to_owned(), format!("Not used for {words}")));
    let ends = [("never".to_owned(), "Never expires".to_owned())];
    let lives = [("1".to_owned(), "Working".to_owned())];
    let lefts = [("gone".to_owned(), "Owner has left".to_owned())];
    let rolls = [("1".to_owned(), "Being rolled".to_owned())];
    let envs = [("live", "Live"), ("test", "Test")].map(|(value, words)| (value.to_owned(), words.to_owned()));
    let mut owners = owners;
    if !filter.owner.is_empty() && !owners.iter().any(|(id, _)| *id == filter.owner) {
        owners.push((filter.owner.clone(), filter.owner.clone()));
    }
    let more = !(filter.scope.is_empty()
        && filter.env.is_empty()
        && filter.team.is_empty()
        && filter.idle.is_empty()
        && [&filter.live, &filter.expires, &filter.left, &filter.rolling].into_iter().all(String::is_empty));
    let (action, find) = (path.clone(), format!("{path}/find"));
    let filtered = !filter.is_empty();
    view! {
        <form class="filter" method="get" action=action role="search">
            <div data-program="search" data-find=find hidden></div>
            <div class="filter-row">
                <div class="filter-search">
                    <Field id="filter-q" label="Search">
                        <input class="input" id="filter-q" type="search" name="q" value=filter.q.clone() maxlength="200" placeholder="Name, id or redacted form"/>
                    </Field>
                </div>
                <Select id="filter-kind" name="kind" label="Kind" options=with_any("Any kind", kinds) chosen=filter.kind.clone()/>
                <Select id="filter-status" name="status" label="Status" options=with_any("Any status", states) chosen=filter.status.clone()/>
                <Select id="filter-owner" name="owner" label="Owner" options=with_any("Anybody", owners) chosen=filter.owner.clone()/>
            </div>
            <details class="fold" open=more>
                <summary class="fold-small">"More filters"</summary>
                <div class="filter-row fold-body">
                    <Field id="filter-scope" label="Scope">
                        <input class="input input-code" id="filter-scope" type="text" name="scope" value=filter.scope.clone() maxlength="128" autocomplete="off" spellcheck="false" placeholder="contacts:read"/>
                    </Field>
                    <Select id="filter-env" name="env" label="Environment" options=with_any("Live and test", envs) chosen=filter.env.clone()/>
                    <Field id="filter-team" label="Team">
                        <input class="input" id="filter-team" type="text" name="team" value=filter.team.clone() maxlength="200" autocomplete="off"/>
                    </Field>
                    <Select id="filter-idle" name="idle" label="Idle" options=with_any("Used or not", idle) chosen=filter.idle.clone()/>
                    <Select id="filter-live" name="live" label="Life" options=with_any("Working or ended", lives) chosen=filter.live.clone()/>
                    <Select id="filter-expires" name="expires" label="Expiry" options=with_any("Expires or not", ends) chosen=filter.expires.clone()/>
                    <Select id="filter-left" name="left" label="Owner's membership" options=with_any("Member or not", lefts) chosen=filter.left.clone()/>
                    <Select id="filter-rolling" name="rolling" label="Roll" options=with_any("Rolled or not", rolls) chosen=filter.rolling.clone()/>
                </div>
            </details>
            <div class="form-actions">
                <Button>"Filter"</Button>
                {filtered.then(|| view! { <ButtonLink href=path look=Look::Ghost>"Show all"</ButtonLink> })}
            </div>
        </form>
    }
    .into_any()
}
