//! The events of a page, grouped by day.

use super::event::{Among, Event};
use crate::ui::date_in_words;
use leptos::prelude::*;
use service::audit_log::AuditRecord;

#[component]
pub(crate) fn AuditDays(slug: String, events: Vec<AuditRecord>) -> impl IntoView {
    let mut days: Vec<(String, Vec<AuditRecord>)> = Vec::new();
    for event in events {
        let day = date_in_words(event.at);
        match days.last_mut() {
            Some((last, events)) if *last == day => events.push(event),
            _ => days.push((day, vec![event])),
        }
    }
    view! {
        <div class="stack">
            {days
                .into_iter()
                .map(|(day, events)| view! {
                    <section class="panel">
                        <div class="panel-head"><h2 class="panel-title">{day}</h2></div>
                        <ol class="log">
                            {events.into_iter().map(|event| view! { <Event among=Among::Log(slug.clone()) record=event/> }).collect_view()}
                        </ol>
                    </section>
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

/// One event with everything that is stored about it.
#[component]
pub(crate) fn AuditEvent(slug: String, event: AuditRecord) -> impl IntoView {
    view! {
        <section class="panel">
            <ol class="log log-alone"><Event among=Among::Alone(slug) record=event/></ol>
        </section>
    }
    .into_any()
}
