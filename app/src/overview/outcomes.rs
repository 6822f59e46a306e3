//! Reasons of denied calls, and the most active credentials.

use super::numbers::grouped;
use crate::{
    server_side::CredentialPages,
    ui::{EmptyState, Glyph, Table},
};
use domain::verify::Verdict;
use leptos::prelude::*;
use service::overview::Overview;
use std::collections::BTreeMap;

/// Reasons of denied calls in the last days, most frequent first.
#[component]
pub(crate) fn Refused(overview: Overview) -> impl IntoView {
    let mut reasons = BTreeMap::new();
    for hour in overview.hours.iter().filter(|hour| hour.outcome != Verdict::Valid.as_str()) {
        *reasons.entry(hour.outcome.clone()).or_insert(0) += hour.count;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    view! {
        <section class="panel" aria-labelledby="refused-heading">
            <div class="panel-head"><h2 class="panel-title" id="refused-heading">"Refused calls"</h2></div>
            {if reasons.is_empty() {
                view! { <EmptyState glyph=Glyph::Check title="Nothing was refused" lead="Calls that are refused in a week are listed here by reason."/> }.into_any()
            } else {
                view! {
                    <Table caption="Refused calls by reason" heads=vec!["Reason", "Calls"]>
                        {reasons.into_iter().map(|(reason, count)| view! {
                            <tr>
                                <th scope="row">{outcome_in_words(&reason)}</th>
                                <td data-label="Calls" class="cell-end">{grouped(count)}</td>
                            </tr>
                        }).collect_view()}
                    </Table>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// Label for the code of a verdict.
fn outcome_in_words(code: &str) -> String {
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == code);
    verdict.map_or_else(|| code.replace('_', " "), |verdict| verdict.title().to_owned())
}

/// The credentials that were presented most often in the last day.
#[component]
pub(crate) fn TopCallers(overview: Overview, slug: String) -> impl IntoView {
    let top = overview.top;
    view! {
        <section class="panel" aria-labelledby="top-heading">
            <div class="panel-head"><h2 class="panel-title" id="top-heading">"Most used in a day"</h2></div>
            {if top.is_empty() {
                view! { <EmptyState glyph=Glyph::Clock title="No calls yet" lead="The credentials that are used most will be listed here."/> }.into_any()
            } else {
                view! {
                    <Table caption="Credentials that were used most in the last day" heads=vec!["Credential", "Calls"]>
                        {top.into_iter().map(|caller| {
                            let page = CredentialPages::of(&slug, caller.id.kind()).page(caller.id);
                            view! {
                                <tr>
                                    <th scope="row"><a class="link" dir="auto" href=page>{caller.name.to_string()}</a></th>
                                    <td data-label="Calls" class="cell-end">{grouped(caller.calls)}</td>
                                </tr>
                            }
                        }).collect_view()}
                    </Table>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}
