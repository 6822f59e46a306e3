//! The one moment a secret is on screen: a dialog that closes only after “I have stored it” is ticked.
//!
//! The secret lives in the `revealed` signal and in one read-only control, nowhere else: not in HTML from the server,
//! not in the address, not in storage. Both are emptied on Done, when the page is left, and when it is shown again
//! from the browser's cache; in the last case the list takes the page's place.

use super::{Revealed, kind_words, sentence_case};
use crate::ui::{Button, Choice, CopyControl, Dialog, Glyph, Icon, Look, shortened};
use domain::credential::CredentialKind;
use leptos::{html, prelude::*};

/// Opens the dialog; where there is no secret to show, goes on at once.
pub(super) fn reveal_or_go_on(answer: Revealed, revealed: RwSignal<Option<Revealed>>) {
    if answer.secret.is_some() {
        revealed.set(Some(answer));
    } else {
        browser::go_on(&answer.next);
    }
}

/// Shows `revealed` as soon as it holds something.
#[component]
pub(super) fn RevealOnce(
    /// The one copy of the secret.
    revealed: RwSignal<Option<Revealed>>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let stored = RwSignal::new(false);
    let secret =
        Signal::derive(move || revealed.with(|r| r.as_ref().and_then(|r| r.secret.clone()).unwrap_or_default()));
    let id = Signal::derive(move || revealed.with(|r| r.as_ref().map(|r| r.id.clone()).unwrap_or_default()));
    let kind =
        Memo::new(move |_| revealed.with(|r| r.as_ref().map_or(CredentialKind::PersonalAccessToken, |r| r.kind)));
    let is_client = move || kind.get() == CredentialKind::Client;
    let lines = Signal::derive(move || environment_lines(kind.get(), &id.get(), &secret.get()));
    let curl = Signal::derive(move || example(kind.get(), &secret.get()));
    let title = Signal::derive(move || {
        revealed.with(|r| r.as_ref().map(|r| format!("{} is ready", shortened(&r.name, 60))).unwrap_or_default())
    });
    browser::open_when_revealed(dialog, revealed);
    browser::forget_when_left(dialog, revealed, stored);
    let done = move || {
        if stored.get_untracked() {
            browser::leave(revealed);
        }
    };
    view! {
        <Dialog node=dialog id="reveal-title" title=title held=Signal::derive(move || !stored.get()) on:close=move |_| {
            if stored.get_untracked() { done() } else { browser::reopen(dialog, revealed) }
        }>
            <div class="dialog-body">
                <p class="text-muted">
                    "Copy the secret now and put it where your program reads it. It is shown this once; nobody, not even an administrator, can show it again."
                </p>
                <Show when=is_client>
                    <div class="field">
                        <span class="field-label" id="reveal-id">"Client ID"</span>
                        <div class="code-line">
                            <code tabindex="0" aria-labelledby="reveal-id" translate="no">{id}</code>
                            <CopyControl text=id class="button button-ghost"><span class="unseen">"Copy the client ID"</span></CopyControl>
                        </div>
                    </div>
                </Show>
                <div class="reveal-secret">
                    <label class="unseen" for="reveal-secret">"Secret"</label>
                    <textarea
                        id="reveal-secret"
                        rows="2"
                        readonly
                        spellcheck="false"
                        autocomplete="off"
                        translate="no"
                        prop:value=secret
                        on:focus=move |event| browser::select(&event)
                        on:click=move |event| browser::select(&event)
                    ></textarea>
                    <div class="reveal-actions">
                        <CopyControl text=secret class="button button-primary" autofocus=true>"Copy secret"</CopyControl>
                        <Button kind="button" on:click=move |_| browser::download(&lines.get_untracked(), kind_words(kind.get_untracked()).file)>
                            <Icon glyph=Glyph::Download/>
                            "Download as .env"
                        </Button>
                    </div>
                </div>
                <div class="field" hidden=is_client>
                    <span class="field-label" id="reveal-try">"Try it"</span>
                    <div class="code-line">
                        <code id="reveal-curl" tabindex="0" aria-labelledby="reveal-try" translate="no">{curl}</code>
                        <CopyControl text=curl class="button button-ghost"><span class="unseen">"Copy the command"</span></CopyControl>
                    </div>
                </div>
                <div class="field">
                    <span class="field-label">"What happens next"</span>
                    <ol class="reveal-steps">
                        <li>{move || format!("{} with this secret works at once.", sentence_case(&format!("the {}", kind_words(kind.get()).noun)))}</li>
                        <li>"In the list you will see its redacted form, when it was last used and when it ends."</li>
                        <li>"If the secret is lost, roll it: a new secret takes over without a gap. If it leaks, revoke it."</li>
                    </ol>
                </div>
            </div>
            <div class="dialog-foot">
                <Choice name="stored" state=stored>"I have stored it"</Choice>
                <Button kind="button" look=Look::Primary disabled=Signal::derive(move || !stored.get()) on:click=move |_| done()>
                    "Done"
                </Button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// What a program's environment file needs.
fn environment_lines(kind: CredentialKind, id: &str, secret: &str) -> String {
    let variable = kind_words(kind).variable;
    match kind {
        CredentialKind::Client => format!("MINTMARK_CLIENT_ID={id}\n{variable}={secret}\n"),
        _ => format!("{variable}={secret}\n"),
    }
}

/// A command that shows that the secret works.
fn example(kind: CredentialKind, secret: &str) -> String {
    let header = match kind {
        CredentialKind::ApiKey => "X-API-Key:",
        _ => "Authorization: Bearer",
    };
    format!("curl -H \"{header} {secret}\" {}/v1/me", origin())
}

fn origin() -> String {
    #[cfg(feature = "hydrate")]
    return window().location().origin().unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

#[cfg(feature = "hydrate")]
mod browser;

/// On the server the dialog is empty and closed, and stays so.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::*;

    pub(super) fn open_when_revealed(_: NodeRef<html::Dialog>, _: RwSignal<Option<Revealed>>) {}
    pub(super) fn forget_when_left(_: NodeRef<html::Dialog>, _: RwSignal<Option<Revealed>>, _: RwSignal<bool>) {}
    pub(super) fn reopen(_: NodeRef<html::Dialog>, _: RwSignal<Option<Revealed>>) {}
    pub(super) fn leave(_: RwSignal<Option<Revealed>>) {}
    pub(super) fn select<T>(_: &T) {}
    pub(super) fn go_on(_: &str) {}
    pub(super) fn download(_: &str, _: &str) {}
}
