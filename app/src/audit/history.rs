//! History of one resource, on its own page.

use super::event::{Among, Event};
use crate::ui::ButtonLink;
use domain::Timestamp;
use leptos::prelude::*;
use service::audit_log::AuditRecord;

#[component]
pub(crate) fn History(
    events: Vec<AuditRecord>,
    /// Whether there are older events.
    more: bool,
    /// Link to the audit log, filtered to this resource. `None` if the viewer may not read the log.
    #[prop(optional_no_strip)]
    log: Option<String>,
    now: Timestamp,
) -> impl IntoView {
    let lead = match (more, log.is_some()) {
        (false, _) => "Everything that was done to it, and what it was refused.",
        (true, true) => "The latest of what was done to it; the audit log has the rest.",
        (true, false) => "The latest of what was done to it. An Owner or Admin can see the rest in the audit log.",
    };
    view! {
        <section class="panel" aria-labelledby="history-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="history-heading">"History"</h2>
                    <p class="panel-lead">{lead}</p>
                </div>
                {log.map(|href| view! { <ButtonLink href=href>"Open in the audit log"</ButtonLink> })}
            </div>
            <ol class="log log-dated">
                {events.into_iter().map(|event| view! { <Event among=Among::History(now) record=event/> }).collect_view()}
            </ol>
        </section>
    }
    .into_any()
}
