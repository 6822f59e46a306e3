//! The one moment a secret is on screen: a dialog that closes only after “I have stored it” is ticked.
//!
//! The secret lives in the `revealed` signal and in one read-only control, nowhere else: not in HTML from the server,
//! not in the address, not in storage. Both are emptied on Done, when the page is left, and when it is shown again
//! from the browser's cache; in the last case the list takes the page's place.

use super::server_fns::Revealed;
use crate::ui::{Button, Choice, CopyControl, Dialog, Glyph, Icon, Look, shortened};
use leptos::{html, prelude::*};

/// Shows `revealed` as soon as it holds something.
#[component]
pub(super) fn RevealOnce(
    /// The one copy of the secret.
    revealed: RwSignal<Option<Revealed>>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let stored = RwSignal::new(false);
    let secret = Signal::derive(move || revealed.with(|r| r.as_ref().map(|r| r.secret.clone()).unwrap_or_default()));
    let curl = Signal::derive(move || format!("curl -H \"Authorization: Bearer {}\" {}/v1/me", secret.get(), origin()));
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
                        <Button kind="button" on:click=move |_| browser::download(&secret.get_untracked())>
                            <Icon glyph=Glyph::Download/>
                            "Download as .env"
                        </Button>
                    </div>
                </div>
                <div class="field">
                    <span class="field-label" id="reveal-try">"Try it"</span>
                    <div class="code-line">
                        <code id="reveal-curl" tabindex="0" aria-labelledby="reveal-try" translate="no">{curl}</code>
                        <CopyControl text=curl class="button button-ghost"><span class="unseen">"Copy the command"</span></CopyControl>
                    </div>
                </div>
                <div class="field">
                    <span class="field-label">"What happens next"</span>
                    <ol class="reveal-steps">
                        <li>"The token works at once, from anywhere."</li>
                        <li>"In the list you will see its redacted form, when it was last used and when it ends."</li>
                        <li>"If the secret is lost or leaks, revoke the token and issue another."</li>
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
    pub(super) fn download(_: &str) {}
}
