//! One event: a sentence, and on demand the event as it is stored.

use super::sentence::{actor_in_words, sentence};
use crate::ui::{RelativeTime, exact_in_words};
use domain::{Timestamp, credential::CredentialKind, ids::CredentialId};
use leptos::prelude::*;
use service::audit_log::AuditRecord;

/// Where an event stands, which decides what it can leave out.
#[derive(Clone)]
pub(super) enum Among {
    /// The events of a day in the log of the organisation with this name in addresses.
    Log(String),
    /// The history of one thing, seen at this moment, by somebody who may not read the log.
    History(Timestamp),
}

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

/// Who did what to what, when and from where.
#[component]
pub(super) fn Event(
    /// Where it stands.
    among: Among,
    /// The event.
    record: AuditRecord,
) -> impl IntoView {
    let said = sentence(&record);
    let raw = serde_json::to_string_pretty(&record).unwrap_or_default();
    let with = record.actor_credential_name.clone().filter(|name| *name != record.actor_name);
    let (time, page, links) = match among {
        Among::Log(slug) => {
            let time = record.at.to_utc().time();
            let time = view! {
                <time class="log-time" datetime=record.at.to_string() title=exact_in_words(record.at)>
                    {format!("{:02}:{:02}", time.hour(), time.minute())}
                </time>
            };
            let links = view! {
                <p class="log-note">
                    <a class="link" href=format!("/orgs/{slug}/audit?actor={}", record.actor_id)>"By the same actor"</a>
                    " · "
                    <a class="link" href=format!("/orgs/{slug}/audit?target={}", record.target_id)>"About the same thing"</a>
                </p>
            };
            (time.into_any(), target_page(&slug, &record), Some(links.into_any()))
        }
        Among::History(now) => (view! { <RelativeTime at=record.at now=now class="log-time"/> }.into_any(), None, None),
    };
    let target = said.target.map(|name| match page {
        Some(page) => view! { " "<a class="quote log-target" href=page dir="auto">{name}</a> }.into_any(),
        None => view! { " "<span class="quote log-target" dir="auto">{name}</span> }.into_any(),
    });
    view! {
        <li class="log-event">
            {time}
            <div class="log-body">
                <p>
                    <strong class="log-actor" dir="auto">{actor_in_words(&record)}</strong>
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
                    {links}
                    <pre class="raw" tabindex="0">{raw}</pre>
                </details>
            </div>
        </li>
    }
    .into_any()
}
