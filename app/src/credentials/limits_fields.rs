//! “Restrict further”: resources, networks, rate limit, quota, notes. Folded, because most credentials need none of it.

use super::draft::LimitsState;
use crate::ui::{Select, TextArea, TextField};
use leptos::{html, prelude::*};

/// The windows that a rate limit can have, as select and page name them.
pub(super) fn windows() -> Vec<(String, String)> {
    [("1", "second"), ("60", "minute"), ("3600", "hour"), ("86400", "day")]
        .map(|(seconds, words)| (seconds.to_owned(), format!("in each {words}")))
        .into()
}

/// The periods that a quota can have, in the same way.
pub(super) fn periods() -> Vec<(String, String)> {
    [("day", "day"), ("month", "month")].map(|(period, words)| (period.to_owned(), format!("in each {words}"))).into()
}

/// The fields of the issue form; `at` finds what is wrong with the field of a pointer.
#[component]
pub(super) fn LimitsFields(
    /// What is put in.
    state: LimitsState,
    /// What is wrong with which field.
    at: Callback<&'static str, Option<String>>,
) -> impl IntoView {
    let wrong = move |pointer: &'static str| Signal::derive(move || at.run(pointer));
    let any_wrong = move || {
        ["/resources", "/ip_allowlist", "/rate_limit", "/quota", "/metadata"]
            .iter()
            .any(|pointer| at.run(pointer).is_some())
    };
    // Opened when something in it is wrong; never closed under somebody's hands.
    let fold = NodeRef::<html::Details>::new();
    Effect::new(move || {
        if let (true, Some(fold)) = (any_wrong(), fold.get()) {
            let _ = fold.set_attribute("open", "");
        }
    });
    view! {
        <details class="fold issue-section" node_ref=fold>
            <summary>"Restrict further"<span class="fold-note">"resources, networks, rate limit, quota, notes"</span></summary>
            <div class="fold-body">
                <TextArea
                    id="limit-resources"
                    name="resources"
                    label="Resources"
                    code=true
                    max_length=30_000
                    placeholder="project:prj_a"
                    help="One a line, as type:id. workspace:w1 covers everything in it, also what is made later. Empty: everything of the organisation."
                    state=state.resources
                    error=wrong("/resources")
                />
                <TextArea
                    id="limit-networks"
                    name="ip_allowlist"
                    label="Networks"
                    code=true
                    max_length=10_000
                    placeholder="203.0.113.0/24"
                    help="Addresses and networks from which it may be used, one a line. Empty: from anywhere."
                    state=state.ip_allowlist
                    error=wrong("/ip_allowlist")
                />
                <div class="field-pair">
                    <TextField
                        id="limit-rate"
                        name="rate"
                        label="Rate limit"
                        optional=true
                        length=(0, 12)
                        placeholder="No limit"
                        help="Calls it may make; more are refused until the window is over."
                        state=state.rate
                        error=wrong("/rate_limit")
                    />
                    <Select id="limit-window" name="rate_window" label="Window" options=windows() chosen="60" state=state.rate_window/>
                </div>
                <div class="field-pair">
                    <TextField
                        id="limit-quota"
                        name="quota"
                        label="Quota"
                        optional=true
                        length=(0, 20)
                        placeholder="No quota"
                        help="Calls it has for a calendar day or month, in UTC; then none until the next begins."
                        state=state.quota
                        error=wrong("/quota")
                    />
                    <Select id="limit-period" name="quota_period" label="Period" options=periods() chosen="month" state=state.quota_period/>
                </div>
                <TextArea
                    id="limit-metadata"
                    name="metadata"
                    label="Notes for programs"
                    code=true
                    max_length=30_000
                    placeholder="team: payments"
                    help="Metadata as name: value, one a line. Shown here and in the API; never a secret."
                    state=state.metadata
                    error=wrong("/metadata")
                />
            </div>
        </details>
    }
    .into_any()
}
