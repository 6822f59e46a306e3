//! Quick start for each kind of credential, in six languages.

use super::{
    Places, Section,
    code::{Languages, Snippet},
};
use crate::{
    credentials::{kind_labels, sentence_case},
    ui::ButtonLink,
};
use domain::credential::CredentialKind;
use leptos::prelude::*;

macro_rules! snippets {
    ($($name:literal),*) => {
        [$(
            ("curl", "curl", include_str!(concat!("../../../docs/snippets/", $name, ".sh"))),
            ("javascript", "JavaScript", include_str!(concat!("../../../docs/snippets/", $name, ".mjs"))),
            ("python", "Python", include_str!(concat!("../../../docs/snippets/", $name, ".py"))),
            ("go", "Go", include_str!(concat!("../../../docs/snippets/", $name, ".go"))),
            ("rust", "Rust", include_str!(concat!("../../../docs/snippets/", $name, ".rust"))),
            ("java", "Java", include_str!(concat!("../../../docs/snippets/", $name, ".java"))),
        )*]
    };
}

const TOKEN: [(&str, &str, &str); 6] = snippets!("token");
const API_KEY: [(&str, &str, &str); 6] = snippets!("api-key");
const CLIENT: [(&str, &str, &str); 6] = snippets!("client");

fn lines(kind: CredentialKind) -> [(&'static str, &'static str, &'static str); 6] {
    match kind {
        CredentialKind::PersonalAccessToken => TOKEN,
        CredentialKind::ApiKey => API_KEY,
        CredentialKind::Client => CLIENT,
    }
}

/// Explains the snippet.
fn explained(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::PersonalAccessToken => {
            "The answer says who you are: the token, its owner, its organization and its scopes. Basic with the token as password works too, for tools such as git."
        }
        CredentialKind::ApiKey => {
            "The answer lists the organization's API keys, which needs the scope credentials:read. Authorization: Bearer works too."
        }
        CredentialKind::Client => {
            "The answer has an access token that lives for minutes. Send it as Authorization: Bearer, and ask for another one when it ends; there is no refresh token."
        }
    }
}

/// URL of the form that creates a credential of this kind.
fn issue_path(kind: CredentialKind, places: &Places) -> String {
    match (kind, &places.slug) {
        (CredentialKind::PersonalAccessToken, _) | (_, None) => "/settings/tokens/new".to_owned(),
        (kind, Some(slug)) => format!("/orgs/{slug}/{}/new", kind.rules().path),
    }
}

/// The steps for one kind, with links to the other kinds.
#[component]
pub(crate) fn QuickStart(kind: CredentialKind, places: Places) -> impl IntoView {
    let words = kind_labels(kind);
    let variables = match kind {
        CredentialKind::Client => format!("MINTMARK_CLIENT_ID and {}", words.variable),
        _ => words.variable.to_owned(),
    };
    let snippets = lines(kind).map(|(key, title, code)| Snippet { key, title, code: places.fill(code) });
    view! {
        <nav class="docs-kinds" aria-label="Kind of credential">
            {CredentialKind::ALL
                .into_iter()
                .map(|other| {
                    let href = format!("{}?kind={}", Section::QuickStart.path(), other.as_str());
                    view! {
                        <a href=href aria-current=(other == kind).then_some("true")>{sentence_case(other.rules().title)}</a>
                    }
                })
                .collect_view()}
        </nav>
        <ol class="steps">
            <li>
                <h2 class="panel-title">{words.issue_title}</h2>
                <p class="text-muted">{words.purpose}</p>
                <div class="form-actions">
                    <ButtonLink href=issue_path(kind, &places)>{words.issue}</ButtonLink>
                    <a class="link link-quiet" href="/settings/new-credential">"Which kind do I need?"</a>
                </div>
            </li>
            <li>
                <h2 class="panel-title">"Keep its secret in the environment"</h2>
                <p class="text-muted">"Put what you stored into "<code>{variables}</code>", and never into code."</p>
            </li>
            <li>
                <h2 class="panel-title">"Call"</h2>
                <Languages name="language" snippets=snippets.to_vec()/>
                <p class="text-muted">{explained(kind)}</p>
            </li>
            <li>
                <h2 class="panel-title">"Before it ends, roll it"</h2>
                <p class="text-muted">
                    "Replies say in "<code>"X-Token-Expires-At"</code>" when it ends. Rolling makes a new secret, and the old one goes on working while you change over. If a call is refused, the answer says why: see "
                    <a class="link" href=Section::Verdicts.path()>"the verdicts"</a>"."
                </p>
            </li>
        </ol>
    }
    .into_any()
}
