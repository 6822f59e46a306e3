//! How a credential is used: when, from where, with which secret, and which requests were denied.

use super::WhoNotices;
use crate::{
    audit::refusal_in_words,
    ui::{ExactTime, RelativeTime},
};
use domain::{
    Timestamp,
    credential::{Credential, Secret},
};
use leptos::prelude::*;
use service::{audit_log::AuditRecord, credentials::BlastRadius};

#[component]
pub(crate) fn UsagePanel(
    credential: Credential,
    /// Recent usage sources.
    radius: BlastRadius,
    /// Recent denials, newest first.
    refusals: Vec<AuditRecord>,
    now: Timestamp,
) -> impl IntoView {
    let first_used = credential.secrets.iter().filter_map(|secret| secret.first_used_at).min();
    let shown = shown(&credential, now);
    let several = shown.len() > 1;
    let last_used = shown
        .into_iter()
        .map(|secret| {
            view! {
                <li>
                    {several.then(|| view! { <code class="break-all">{secret.redacted.clone()}</code>": " })}
                    <Last secret=secret now=now/>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="usage-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="usage-heading">"Usage"</h2>
                    <p class="panel-lead">"A use shows here within a few seconds."</p>
                </div>
            </div>
            <dl class="details">
                <dt>"Last used"</dt>
                <dd>
                    {if first_used.is_none() {
                        view! { "It has never been used." }.into_any()
                    } else {
                        view! { <ul class="grid gap-1">{last_used}</ul> }.into_any()
                    }}
                </dd>
                <dt>"Depends on it"</dt>
                <dd><WhoNotices radius=radius/></dd>
                {first_used.map(|at| view! {
                    <dt>"First used"</dt>
                    <dd><ExactTime at=at/>" ("<RelativeTime at=at now=now/>")"</dd>
                })}
                <dt>"Issued"</dt>
                <dd>
                    <ExactTime at=credential.created_at/>
                    " by "
                    <bdi>{credential.created_by.name.to_string()}</bdi>
                </dd>
                <dt>"Refused lately"</dt>
                <dd>
                    {if refusals.is_empty() {
                        view! { "Nothing on record" }.into_any()
                    } else {
                        view! { <ul class="grid gap-1">{refusals.into_iter().map(|record| refusal(record, now)).collect_view()}</ul> }.into_any()
                    }}
                </dd>
            </dl>
        </section>
    }
    .into_any()
}

/// Secrets that work, plus the most recently used one if it has ended.
fn shown(credential: &Credential, now: Timestamp) -> Vec<Secret> {
    let mut shown: Vec<Secret> = match credential.status(now).is_final() {
        true => Vec::new(),
        false => credential.live_secrets(now).cloned().collect(),
    };
    let latest = credential.secrets.iter().filter(|secret| secret.last_used_at.is_some());
    if let Some(latest) = latest.max_by_key(|secret| secret.last_used_at)
        && shown.iter().all(|secret| secret.id != latest.id)
    {
        shown.push(latest.clone());
    }
    shown
}

#[component]
fn Last(secret: Secret, now: Timestamp) -> impl IntoView {
    match secret.last_used_at {
        None => view! { "never used" }.into_any(),
        Some(at) => view! {
            <RelativeTime at=at now=now/>
            {secret.last_used_ip.map(|ip| view! { " from "<code>{ip.to_string()}</code> })}
        }
        .into_any(),
    }
}

fn refusal(record: AuditRecord, now: Timestamp) -> impl IntoView {
    view! {
        <li>
            {refusal_in_words(&record)}
            ", "
            <RelativeTime at=record.at now=now/>
            {record.ip.map(|ip| view! { " from "<code>{ip}</code> })}
        </li>
    }
    .into_any()
}
