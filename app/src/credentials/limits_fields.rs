//! “Restrict further”: resources, IP allowlist, rate limit, quota and metadata. Collapsed, because most credentials
//! need none of these.

use crate::ui::{Select, TextArea, TextField};
use leptos::prelude::*;

/// Rate limit windows, in seconds, with their labels.
pub(super) fn windows() -> Vec<(String, String)> {
    [("1", "second"), ("60", "minute"), ("3600", "hour"), ("86400", "day")]
        .map(|(seconds, words)| (seconds.to_owned(), format!("in each {words}")))
        .into()
}

/// The offered windows, plus this one if it is not among them.
pub(super) fn windows_with(seconds: u32) -> Vec<(String, String)> {
    let mut windows = windows();
    if windows.iter().all(|(value, _)| *value != seconds.to_string()) {
        windows.push((seconds.to_string(), format!("in each {seconds} seconds")));
    }
    windows
}

/// Quota periods with their labels.
pub(super) fn periods() -> Vec<(String, String)> {
    [("day", "day"), ("month", "month")].map(|(period, words)| (period.to_owned(), format!("in each {words}"))).into()
}

/// The fields of the create form. An error in one of them opens the section.
#[component]
pub(super) fn LimitsFields() -> impl IntoView {
    view! {
        <details class="fold issue-section">
            <summary>"Restrict further"<span class="fold-note">"resources, networks, rate limit, quota, notes"</span></summary>
            <div class="fold-body">
                <TextArea
                    id="limit-resources"
                    name="resources"
                    label="Resources"
                    code=true
                    max_length=30_000
                    placeholder="project:prj_a"
                    help="One a line, as type:id. workspace:w1 covers everything in it, also what is made later. Empty: everything of the organization."
                    at="/resources"
                />
                <TextArea
                    id="limit-networks"
                    name="ip_allowlist"
                    label="Networks"
                    code=true
                    max_length=10_000
                    placeholder="203.0.113.0/24"
                    help="Addresses and networks from which it may be used, one a line. Empty: from anywhere."
                    at="/ip_allowlist"
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
                        at="/rate_limit"
                    />
                    <Select id="limit-window" name="rate_window" label="Window" options=windows() chosen="60"/>
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
                        at="/quota"
                    />
                    <Select id="limit-period" name="quota_period" label="Period" options=periods() chosen="month"/>
                </div>
                <TextArea
                    id="limit-metadata"
                    name="metadata"
                    label="Notes for programs"
                    code=true
                    max_length=30_000
                    placeholder="team: payments"
                    help="Metadata as name: value, one a line. Shown here and in the API; never a secret."
                    at="/metadata"
                />
            </div>
        </details>
    }
    .into_any()
}
