//! The facts about one credential. Never includes a secret.

use super::{
    labels::{LabelsDraft, TeamDetail},
    scope_chips::ScopeChips,
    status_badge::StatusBadge,
    table::urgency,
};
use crate::ui::{CopyButton, ExactTime, RelativeTime};
use domain::{
    Timestamp,
    credential::{AuthMethod, ClientSettings, Credential, CredentialKind},
};
use leptos::prelude::*;

#[component]
pub(crate) fn Details(
    credential: Credential,
    /// Name of the owner.
    owner: String,
    now: Timestamp,
) -> impl IntoView {
    let status = credential.status(now);
    let expires = match credential.grant.expires_at {
        None => view! { <span>"Never; it works until somebody revokes it"</span> }.into_any(),
        Some(at) => {
            let class = if status.is_live() { urgency(at, now) } else { "" };
            view! { <ExactTime at=at/>" ("<RelativeTime at=at now=now class=class/>")" }.into_any()
        }
    };
    let kind = credential.kind();
    let id_label = if kind == CredentialKind::Client { "Client ID" } else { "Id" };
    view! {
        <section class="panel" aria-label="Details">
            <dl class="details">
                <dt>"Status"</dt>
                <dd><StatusBadge status=status/></dd>
                <dt>"Owner"</dt>
                <dd dir="auto">{owner}</dd>
                <TeamDetail team=LabelsDraft::of(&credential.grant).team/>
                <dt>"Scopes"</dt>
                <dd><ScopeChips scopes=credential.grant.scopes.clone() shown=40/></dd>
                {(kind == CredentialKind::ApiKey).then(|| view! {
                    <dt>"Environment"</dt>
                    <dd>{if credential.grant.env.as_str() == "test" { "Test" } else { "Live" }}</dd>
                })}
                {credential.grant.client.clone().map(|settings| view! { <ClientFacts settings=settings/> })}
                <Limits credential=credential.clone()/>
                <dt>"Expires"</dt>
                <dd>{expires}</dd>
                {credential.disabled_at.filter(|_| !status.is_final()).map(|at| view! { <dt>"Disabled"</dt><dd><ExactTime at=at/></dd> })}
                {credential.revoked_at.map(|at| view! { <dt>"Revoked"</dt><dd><ExactTime at=at/></dd> })}
                <dt>{id_label}</dt>
                <dd>
                    <span class="flex items-center gap-1 min-w-0">
                        <code class="truncate">{credential.id.to_string()}</code>
                        <CopyButton text=credential.id.to_string() label=format!("Copy the {}", id_label.to_lowercase().replace("client id", "client ID"))/>
                    </span>
                </dd>
            </dl>
        </section>
    }
    .into_any()
}

/// “10 minutes”, “1 hour”, “90 seconds”.
pub(crate) fn duration_in_words(seconds: i64) -> String {
    let (count, unit) = match seconds {
        s if s >= 86_400 && s % 86_400 == 0 => (s / 86_400, "day"),
        s if s >= 3600 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s >= 60 && s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[component]
fn ClientFacts(settings: ClientSettings) -> impl IntoView {
    let method = match settings.auth_method {
        AuthMethod::ClientSecret => "Client secret",
        AuthMethod::PrivateKeyJwt => "Its own key (private_key_jwt)",
    };
    view! {
        <dt>"Authentication"</dt>
        <dd>{method}</dd>
        <dt>"Audiences"</dt>
        <dd class="grid gap-1">
            {settings.audiences.is_empty().then_some("The default API")}
            {settings.audiences.iter().map(|audience| view! { <code class="break-all">{audience.clone()}</code> }).collect_view()}
        </dd>
        <dt>"Access tokens"</dt>
        <dd>{format!("Live {}", duration_in_words(i64::from(settings.access_token_seconds)))}</dd>
    }
    .into_any()
}

#[component]
fn Limits(credential: Credential) -> impl IntoView {
    let codes = |items: Vec<String>| {
        items.into_iter().map(|item| view! { <code class="break-all">{item}</code> }).collect_view()
    };
    let resources: Vec<_> = credential.grant.resources.iter().map(ToString::to_string).collect();
    let networks: Vec<_> = credential.grant.networks.iter().map(ToString::to_string).collect();
    view! {
        {(!resources.is_empty()).then(|| view! { <dt>"Resources"</dt><dd class="grid gap-1">{codes(resources)}</dd> })}
        {(!networks.is_empty()).then(|| view! { <dt>"Networks"</dt><dd class="grid gap-1">{codes(networks)}</dd> })}
        {credential.grant.rate_limit.map(|limit| view! {
            <dt>"Rate limit"</dt>
            <dd>{format!("{} calls in {}", limit.limit, duration_in_words(i64::from(limit.window_seconds)))}</dd>
        })}
        {credential.grant.quota.map(|quota| view! {
            <dt>"Quota"</dt>
            <dd>{format!("{} calls in each {}", quota.limit, quota.period.as_str())}</dd>
        })}
        {(!credential.grant.metadata.is_empty()).then(|| view! {
            <dt>"Notes"</dt>
            <dd class="grid gap-1">
                {credential.grant.metadata.iter().map(|(name, value)| view! { <span dir="auto">{format!("{name}: {value}")}</span> }).collect_view()}
            </dd>
        })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_in_its_largest_whole_unit() {
        for (seconds, words) in [(90, "90 seconds"), (60, "1 minute"), (600, "10 minutes"), (86_400, "1 day")] {
            assert_eq!(duration_in_words(seconds), words);
        }
    }
}
