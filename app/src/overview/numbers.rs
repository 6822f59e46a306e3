//! The key numbers, each linked to its list.

use crate::ui::{Glyph, Icon};
use domain::credential::{CredentialKind, Status};
use leptos::prelude::*;
use service::overview::{IDLE_DAYS, Overview};

/// A number with its label, linked to the list that it counts.
#[component]
fn Number(href: String, value: u64, words: String, #[prop(optional)] worth_a_look: bool) -> impl IntoView {
    let marked = worth_a_look && value > 0;
    view! {
        <li>
            <a class="number" class:number-warn=marked href=href>
                <span class="number-value">{grouped(value)}</span>
                <span class="number-words">
                    {words}
                    {marked.then(|| view! { <Icon glyph=Glyph::Warning/> })}
                </span>
            </a>
        </li>
    }
    .into_any()
}

/// Working credentials by kind, and credentials that need a decision.
#[component]
pub(crate) fn Numbers(
    overview: Overview,
    /// URL of the inventory.
    list: String,
) -> impl IntoView {
    let to = |query: &str| format!("{list}?{query}");
    let live = CredentialKind::ALL.map(|kind| {
        let words = format!("live {}s", kind.rules().title);
        view! { <Number href=to(&format!("live=1&kind={}", kind.as_str())) value=overview.live(kind) words=words/> }
    });
    let state = |status: Status| overview.in_state(status);
    let counts = &overview.counts;
    view! {
        <section aria-labelledby="live-heading">
            <h2 class="section-title" id="live-heading">"In use"</h2>
            <ul class="numbers">{live.collect_view()}</ul>
        </section>
        <section aria-labelledby="look-heading">
            <h2 class="section-title" id="look-heading">"Worth a look"</h2>
            <ul class="numbers">
                <Number href=to("status=expires_soon") value=state(Status::ExpiresSoon) words="expire soon".to_owned() worth_a_look=true/>
                <Number href=to("live=1&expires=never") value=counts.never_ending words="never expire".to_owned()/>
                <Number href=to(&format!("live=1&idle={IDLE_DAYS}")) value=counts.idle words=format!("not used for {IDLE_DAYS} days") worth_a_look=true/>
                <Number href=format!("{}/offboarding", list.trim_end_matches("/credentials")) value=counts.abandoned words="whose owner has left".to_owned() worth_a_look=true/>
                <Number href=to("live=1&rolling=1") value=counts.rolling words="being rolled".to_owned()/>
                <Number href=to("status=pending_approval") value=state(Status::PendingApproval) words="wait for approval".to_owned() worth_a_look=true/>
                <Number href=to("status=blocked_by_policy") value=state(Status::BlockedByPolicy) words="blocked by policy".to_owned() worth_a_look=true/>
                <Number href=to("status=disabled") value=state(Status::Disabled) words="disabled".to_owned()/>
                <Number href=to("status=expired") value=state(Status::Expired) words="expired".to_owned()/>
                <Number href=to("status=revoked") value=state(Status::Revoked) words="revoked".to_owned()/>
            </ul>
        </section>
    }
    .into_any()
}

/// `12,345`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups = digits.as_bytes()[first..].chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (first > 0).then(|| digits[..first].to_owned());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
