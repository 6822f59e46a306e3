//! The dialog that shows a new secret, once. It closes only after “I have stored it” is checked.
//!
//! The server renders it into the one reply that contains the secret, and `reveal_once.rs` puts it on the page. It is
//! never part of a page that the server sends.

use super::kind_labels;
use crate::ui::{Button, Choice, CopyOf, Dialog, Glyph, Icon, Look, TextToCopy, shortened};
use domain::credential::{Credential, CredentialKind};
use leptos::prelude::*;

/// The dialog, initially closed.
#[component]
pub(crate) fn RevealDialog(
    credential: Credential,
    secret: String,
    /// Base URL of this server.
    origin: String,
) -> impl IntoView {
    let (kind, id) = (credential.kind(), credential.id.to_string());
    let words = kind_labels(kind);
    let is_client = kind == CredentialKind::Client;
    let first_step = first_step(&credential);
    let (before_secret, curl) = (before_secret(kind, &id), example(kind, &secret, &origin));
    view! {
        <Dialog
            node=NodeRef::new()
            id="reveal-title"
            title=format!("{} is ready", shortened(credential.grant.name.as_str(), 60))
            held=true
        >
            <div class="dialog-body">
                <p class="text-muted">
                    "Copy the secret now and put it where your program reads it. It is shown this once; nobody, not even an administrator, can show it again."
                </p>
                {is_client.then(|| view! {
                    <Line id="reveal-id" label="Client ID" text=id copy="Copy the client ID"/>
                })}
                <div class="reveal-secret">
                    <label class="unseen" for="reveal-secret">"Secret"</label>
                    <TextToCopy id="reveal-secret" rows=2 text=secret/>
                    <div class="reveal-actions">
                        <CopyOf id="reveal-secret" class="button button-primary" autofocus=true>"Copy secret"</CopyOf>
                        <button type="button" class="button button-secondary" data-save=words.file data-before=before_secret>
                            <Icon glyph=Glyph::Download/>
                            "Download as .env"
                        </button>
                    </div>
                </div>
                {(!is_client).then(|| view! {
                    <Line id="reveal-curl" label="Try it" text=curl copy="Copy the command"/>
                })}
                <div class="field">
                    <span class="field-label">"What happens next"</span>
                    <ol class="reveal-steps">
                        <li>{first_step}</li>
                        <li>"In the list you will see its redacted form, when it was last used and when it ends."</li>
                        <li>"If the secret is lost, roll it: a new secret takes over without a gap. If it leaks, revoke it."</li>
                    </ol>
                </div>
            </div>
            <div class="dialog-foot">
                <Choice name="stored">"I have stored it"</Choice>
                <Button kind="button" look=Look::Primary disabled=true>"Done"</Button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Says when the secret starts to work.
fn first_step(credential: &Credential) -> String {
    let noun = kind_labels(credential.kind()).noun;
    if credential.pending_since.is_some() {
        format!("The {noun} works as soon as it is approved. Keep the secret until then.")
    } else if credential.secrets.len() > 1 {
        format!("The new secret works at once. The page of the {noun} says when the old one stops.")
    } else {
        format!("The {noun} with this secret works at once.")
    }
}

/// A labeled line with a copy button.
#[component]
fn Line(id: &'static str, label: &'static str, text: String, copy: &'static str) -> impl IntoView {
    let label_id = format!("{id}-label");
    view! {
        <div class="field">
            <span class="field-label" id=label_id.clone()>{label}</span>
            <div class="code-line">
                <code id=id tabindex="0" aria-labelledby=label_id translate="no">{text}</code>
                <CopyOf id=id class="button button-ghost"><span class="unseen">{copy}</span></CopyOf>
            </div>
        </div>
    }
    .into_any()
}

/// The lines of an environment file, up to the secret.
fn before_secret(kind: CredentialKind, id: &str) -> String {
    let variable = kind_labels(kind).variable;
    match kind {
        CredentialKind::Client => format!("MINTMARK_CLIENT_ID={id}\n{variable}="),
        _ => format!("{variable}="),
    }
}

/// A command that checks the secret.
fn example(kind: CredentialKind, secret: &str, origin: &str) -> String {
    let header = match kind {
        CredentialKind::ApiKey => "X-API-Key:",
        _ => "Authorization: Bearer",
    };
    format!("curl -H \"{header} {secret}\" {origin}/v1/me")
}
