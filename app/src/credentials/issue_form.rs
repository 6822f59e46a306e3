//! The island that issues a personal access token: form at the left, what the token will be at the right.
//!
//! Submits only from hydrated code, so that the one reply with the secret always has somebody to show it. Owns the
//! revealed secret for as long as its dialog is open (`reveal_once.rs`); nothing of it is written anywhere else.

use super::{
    lifetime_picker::{LifetimePicker, LifetimeState},
    reveal_once::RevealOnce,
    scope_picker::ScopePicker,
    server_fns::{IssueDraft, Revealed, issue_token},
    summary::Summary,
};
use crate::{
    error::AppError,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, TextArea, TextField},
};
use domain::Timestamp;
use leptos::{html, prelude::*};

/// Everything the person has put in, as signals.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    pub(super) description: RwSignal<String>,
    pub(super) scopes: RwSignal<Vec<String>>,
    pub(super) lifetime: LifetimeState,
}

impl Draft {
    fn new(now: Timestamp) -> Self {
        Self {
            name: RwSignal::default(),
            description: RwSignal::default(),
            scopes: RwSignal::default(),
            lifetime: LifetimeState::new(now),
        }
    }

    fn read(self) -> IssueDraft {
        IssueDraft {
            name: self.name.get_untracked(),
            description: self.description.get_untracked(),
            scopes: self.scopes.get_untracked(),
            lifetime: self.lifetime.read(),
        }
    }
}

/// The issue form with its live summary and, after success, the reveal dialog.
#[island]
pub fn IssueForm(
    /// Whose token it will be.
    owner: String,
    /// In which organisation.
    organisation: String,
    /// The scopes the person may give away.
    grantable: Vec<String>,
    /// The server's clock, in milliseconds.
    now_millis: i64,
) -> impl IntoView {
    let draft = Draft::new(Timestamp::from_millis(now_millis));
    let error = RwSignal::new(None::<AppError>);
    let busy = RwSignal::new(false);
    let ready = RwSignal::new(false);
    let revealed = RwSignal::new(None::<Revealed>);
    let form = NodeRef::<html::Form>::new();
    // Effects run in the browser only: this is the moment of hydration.
    Effect::new(move || {
        if let Some(form) = form.get() {
            adopt(&form, draft);
            ready.set(true);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !ready.get_untracked() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            match issue_token(draft.read()).await {
                Ok(issued) => {
                    error.set(None);
                    revealed.set(Some(issued));
                }
                Err(refusal) => {
                    error.set(Some(refusal));
                    focus_first_error(form);
                }
            }
            busy.set(false);
        });
    };
    forgive(error, draft);
    let at = move |pointers: &'static [&'static str]| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at(pointers))))
    };
    view! {
        <div class="issue">
            // No action: without script there is nothing to submit to, and the button stays disabled.
            <form class="form" node_ref=form autocomplete="off" novalidate on:submit=submit>
                <noscript>
                    <Callout tone=CalloutTone::Warn>
                        <p>
                            "Issuing shows the secret exactly once, and only a page with script can do that safely. Turn script on, or issue the token through the API."
                        </p>
                    </Callout>
                </noscript>
                {move || error.get().filter(|error| !error.is_only_fields()).map(|error| view! { <Refusal error=error/> })}
                <section class="issue-section issue-first">
                    <TextField
                        id="token-name"
                        name="name"
                        label="Name"
                        help="Say where it will be used, so that you know it again: “CI deploy”, “Laptop backup”."
                        state=draft.name
                        error=at(&["/name"])
                    />
                    <TextArea
                        id="token-description"
                        name="description"
                        label="Description"
                        state=draft.description
                        error=at(&["/description"])
                    />
                </section>
                <ScopePicker chosen=draft.scopes grantable=grantable error=at(&["/scopes"])/>
                <LifetimePicker state=draft.lifetime error=at(&["/expires", "/never_expires", "/acknowledge", "/lifetime"])/>
                <div class="form-actions issue-section">
                    <div class="form-actions">
                        <Button look=Look::Primary disabled=Signal::derive(move || busy.get() || !ready.get())>
                            {move || if busy.get() { "Issuing…" } else { "Issue token" }}
                        </Button>
                        <ButtonLink href="/settings/tokens" look=Look::Ghost>"Cancel"</ButtonLink>
                    </div>
                    <p class="form-note">"The secret is shown once, right after this."</p>
                </div>
            </form>
            <Summary draft=draft owner=owner organisation=organisation/>
        </div>
        <RevealOnce revealed=revealed/>
    }
    .into_any()
}

/// A refusal that belongs to no field.
#[component]
fn Refusal(
    /// What was refused.
    error: AppError,
) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Danger urgent=true>
            <p class="callout-title">"The token was not issued"</p>
            <p>{error.message}</p>
            {error.request_id.map(|id| view! { <p class="callout-note">"Request " <code>{id}</code></p> })}
        </Callout>
    }
    .into_any()
}

/// A field that is being changed is not marked as wrong any more.
fn forgive(error: RwSignal<Option<AppError>>, draft: Draft) {
    let on_change = move |pointer: &'static str, track: fn(Draft)| {
        Effect::new(move |before: Option<()>| {
            track(draft);
            if before.is_some() && error.with_untracked(|e| e.as_ref().is_some_and(|e| e.at(&[pointer]).is_some())) {
                error.update(|e| *e = e.take().and_then(|e| e.without(pointer)));
            }
        });
    };
    on_change("/name", |draft| draft.name.track());
    on_change("/description", |draft| draft.description.track());
    on_change("/scopes", |draft| draft.scopes.track());
    on_change("/expires", |draft| draft.lifetime.track());
    on_change("/acknowledge", |draft| draft.lifetime.track());
}

/// Takes over what was ticked before hydration.
#[cfg(feature = "hydrate")]
fn adopt(form: &web_sys::HtmlFormElement, draft: Draft) {
    use leptos::wasm_bindgen::JsCast;
    let Ok(ticked) = form.query_selector_all("input:checked") else { return };
    for index in 0..ticked.length() {
        let Some(input) = ticked.item(index).and_then(|node| node.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            continue;
        };
        match input.name().as_str() {
            "scope" => draft.scopes.update(|scopes| scopes.push(input.value())),
            "lifetime" => draft.lifetime.choice.set(input.value()),
            "acknowledge" => draft.lifetime.acknowledged.set(true),
            _ => {}
        }
    }
}

#[cfg(not(feature = "hydrate"))]
fn adopt<T>(_: &T, _: Draft) {}

/// Moves the focus to the first control that is marked as wrong, once the marks are on the page.
#[cfg(feature = "hydrate")]
fn focus_first_error(form: NodeRef<html::Form>) {
    use leptos::wasm_bindgen::JsCast;
    request_animation_frame(move || {
        let marked = form.get_untracked().and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten());
        if let Some(control) = marked.and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = control.focus();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn focus_first_error(_: NodeRef<html::Form>) {}
