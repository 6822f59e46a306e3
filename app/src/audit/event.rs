//! One event: a sentence, and on demand the event as it is stored. In the log the stored event is behind a link, which
//! keeps the page small.

use super::sentence::{actor_in_words, sentence};
use crate::ui::{ExactTime, RelativeTime, exact_in_words};
use domain::{Timestamp, credential::CredentialKind, ids::CredentialId};
use leptos::prelude::*;
use service::audit_log::AuditRecord;

/// Where an event is shown. Decides which parts can be left out.
#[derive(Clone)]
pub(super) enum Among {
    /// In the list of the log. The value is the organization's slug.
    Log(String),
    /// Alone on a page of the log. The value is the organization's slug.
    Alone(String),
    /// In the history of one resource, for a viewer who may not read the log. The value is the current time.
    History(Timestamp),
}

/// Page of the event's target, if it has one.
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

#[component]
pub(super) fn Event(among: Among, record: AuditRecord) -> impl IntoView {
    let said = sentence(&record);
    let time = match &among {
        Among::Log(_) => {
            let time = record.at.to_utc().time();
            view! {
                <time class="log-time" datetime=record.at.to_string() title=exact_in_words(record.at)>
                    {format!("{:02}:{:02}", time.hour(), time.minute())}
                </time>
            }
            .into_any()
        }
        Among::Alone(_) => view! { <span class="log-time"><ExactTime at=record.at/></span> }.into_any(),
        Among::History(now) => view! { <RelativeTime at=record.at now=*now class="log-time"/> }.into_any(),
    };
    let page = match &among {
        Among::Log(slug) | Among::Alone(slug) => target_page(slug, &record),
        Among::History(_) => None,
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
                <More among=among record=record/>
            </div>
        </li>
    }
    .into_any()
}

/// Where the event came from, and the stored event or a link to it.
#[component]
fn More(among: Among, record: AuditRecord) -> impl IntoView {
    let raw = || serde_json::to_string_pretty(&record).unwrap_or_default();
    let seq = record.seq;
    let with = record.actor_credential_name.clone().filter(|name| *name != record.actor_name);
    let known = record.ip.is_some() || with.is_some();
    let origin = view! {
        {record.ip.clone().map(|ip| view! { "from "<code>{ip}</code> })}
        {with.map(|name| view! { " with the credential "<bdi>{name}</bdi> })}
        {known.then_some(" · ")}
    };
    match among {
        Among::Log(_) => view! {
            <p class="log-note">
                {origin}
                <a class="link" href=format!("?event={seq}")>"details"<span class="unseen">{format!(" of event {seq}")}</span></a>
            </p>
        }
        .into_any(),
        Among::Alone(slug) => view! {
            <p class="log-note">
                {origin}
                <a class="link" href=format!("/orgs/{slug}/audit?actor={}", record.actor_id)>"By the same actor"</a>
                " · "
                <a class="link" href=format!("/orgs/{slug}/audit?target={}", record.target_id)>"About the same thing"</a>
            </p>
            <pre class="raw" tabindex="0">{raw()}</pre>
        }
        .into_any(),
        Among::History(_) => view! {
            <details class="log-more">
                <summary>{origin}"details"<span class="unseen">{format!(" of event {seq}")}</span></summary>
                <pre class="raw" tabindex="0">{raw()}</pre>
            </details>
        }
        .into_any(),
    }
}
