//! The events of a page, grouped by day.

use super::sentence::sentence;
use crate::ui::{date_in_words, exact_in_words};
use domain::{credential::CredentialKind, ids::CredentialId};
use leptos::prelude::*;
use service::audit_log::AuditRecord;

/// The page of what an event was done to, where it has one.
fn target_page(slug: &str, record: &AuditRecord) -> Option<String> {
    match record.target_type.as_str() {
        "credential" if record.target_name.is_some() => {
            let kind: CredentialKind = record.target_id.parse::<CredentialId>().ok()?.kind();
            Some(format!("/orgs/{slug}/{}/{}", kind.rules().path, record.target_id))
        }
        "api" => Some(format!("/orgs/{slug}/apis/{}", record.target_id)),
        "service_account" => Some(format!("/orgs/{slug}/service-accounts/{}", record.target_id)),
        _ => None,
    }
}

/// A heading and a list for each day.
#[component]
pub(crate) fn AuditDays(
    /// The organisation's name in addresses.
    slug: String,
    /// The events, newest first.
    events: Vec<AuditRecord>,
) -> impl IntoView {
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
                            {events.into_iter().map(|event| view! { <Event slug=slug.clone() record=event/> }).collect_view()}
                        </ol>
                    </section>
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn Event(slug: String, record: AuditRecord) -> impl IntoView {
    let said = sentence(&record);
    let page = target_page(&slug, &record);
    let time = record.at.to_utc().time();
    let raw = serde_json::to_string_pretty(&record).unwrap_or_default();
    let with = record.actor_credential_name.clone().filter(|name| *name != record.actor_name);
    let target = said.target.map(|name| match page {
        Some(page) => view! { " "<a class="quote log-target" href=page dir="auto">{name}</a> }.into_any(),
        None => view! { " "<span class="quote log-target" dir="auto">{name}</span> }.into_any(),
    });
    view! {
        <li class="log-event">
            <time class="log-time" datetime=record.at.to_string() title=exact_in_words(record.at)>
                {format!("{:02}:{:02}", time.hour(), time.minute())}
            </time>
            <div class="log-body">
                <p>
                    <strong class="log-actor" dir="auto">{record.actor_name.clone()}</strong>
                    " "
                    {said.verb}
                    {target}
                    {said.rest}
                </p>
                <details class="log-more">
                    <summary>
                        {record.ip.clone().map(|ip| view! { "from "<code>{ip}</code> })}
                        {with.map(|name| view! { " with the credential "<bdi>{name}</bdi> })}
                        " · details"
                        <span class="unseen">{format!(" of event {}", record.seq)}</span>
                    </summary>
                    <p class="log-note">
                        <a class="link" href=format!("/orgs/{slug}/audit?actor={}", record.actor_id)>"By the same actor"</a>
                        " · "
                        <a class="link" href=format!("/orgs/{slug}/audit?target={}", record.target_id)>"About the same thing"</a>
                    </p>
                    <pre class="raw" tabindex="0">{raw}</pre>
                </details>
            </div>
        </li>
    }
    .into_any()
}
