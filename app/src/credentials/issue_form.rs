//! The island that issues a credential of any kind: form at the left, what the credential will be at the right.
//!
//! Submits only from hydrated code, so that the one reply with the secret always has somebody to show it. Owns the
//! revealed secret for as long as its dialog is open (`reveal_once.rs`); nothing of it is written anywhere else.

use super::{
    Offer, OperationOffer, Prefill, Revealed,
    client_fields::ClientFields,
    draft::Draft,
    issue_credential, kind_words,
    offer::Beginning,
    offered_operations,
    lifetime_picker::LifetimePicker,
    limits_fields::LimitsFields,
    reveal_once::{RevealOnce, reveal_or_go_on},
    scope_picker::ScopePicker,
    summary::Summary,
};
use crate::{
    error::AppError,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, Segment, TextArea, TextField},
};
use domain::{Timestamp, credential::CredentialKind};
use leptos::{html, prelude::*};

/// The issue form with its live summary and, after success, the reveal dialog.
#[island]
pub fn IssueForm(
    /// The address under which the new credential will be.
    at: String,
    /// The list to go back to.
    list: String,
    /// Whose it will be.
    owner: String,
    /// In which organisation.
    organisation: String,
    /// What can be chosen.
    offer: Offer,
    /// What the summary shows at first.
    beginning: Beginning,
    /// What a link has put in already.
    prefill: Prefill,
    /// The server's clock, in milliseconds.
    now_millis: i64,
) -> impl IntoView {
    let (kind, words) = (offer.kind, kind_words(offer.kind));
    let (audiences, needs_approval) = (offer.audiences.clone(), offer.needs_approval);
    let draft = Draft::new(kind, &prefill, offer.lifetimes, Timestamp::from_millis(now_millis));
    let offer = StoredValue::new(offer);
    let operations = RwSignal::new(Vec::<OperationOffer>::new());
    let place = at.clone();
    let error = RwSignal::new(None::<AppError>);
    let (busy, ready) = (RwSignal::new(false), RwSignal::new(false));
    let revealed = RwSignal::new(None::<Revealed>);
    let form = NodeRef::<html::Form>::new();
    // Effects run in the browser only: this is the moment of hydration.
    Effect::new(move || {
        if let Some(form) = form.get() {
            adopt(&form, draft);
            ready.set(true);
        }
    });
    // They are asked for again with the next choice of scopes, should the first time have failed.
    let asking = StoredValue::new(false);
    Effect::new(move || {
        draft.scopes.track();
        if operations.with_untracked(Vec::is_empty) && !asking.get_value() {
            asking.set_value(true);
            let place = place.clone();
            leptos::task::spawn_local(async move {
                operations.set(offered_operations(place).await.unwrap_or_default());
                asking.set_value(false);
            });
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !ready.get_untracked() {
            return;
        }
        busy.set(true);
        let at = at.clone();
        leptos::task::spawn_local(async move {
            match issue_credential(at, draft.read()).await {
                Ok(issued) => {
                    error.set(None);
                    reveal_or_go_on(issued, revealed);
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
    let at_field = move |pointers: &'static [&'static str]| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at(pointers))))
    };
    let at_pointer =
        Callback::new(move |pointer: &'static str| error.with(|e| e.as_ref().and_then(|e| e.at(&[pointer]))));
    view! {
        <div class="issue">
            // No action: without script there is nothing to submit to, and the button stays disabled.
            <form class="form" node_ref=form autocomplete="off" novalidate on:submit=submit>
                <noscript>
                    <Callout tone=CalloutTone::Warn>
                        <p>
                            {format!("Issuing shows the secret exactly once, and only a page with script can do that safely. Turn script on, or issue the {} through the API.", words.noun)}
                        </p>
                    </Callout>
                </noscript>
                {move || error.get().filter(|error| !error.is_only_fields()).map(|error| view! { <Refusal kind=kind error=error/> })}
                <section class="issue-section issue-first">
                    <TextField
                        id="token-name"
                        name="name"
                        label="Name"
                        value=prefill.name
                        help=format!("Say where it will be used, so that you know it again: {}.", words.name_examples)
                        state=draft.name
                        error=at_field(&["/name"])
                    />
                    <TextArea
                        id="token-description"
                        name="description"
                        label="Description"
                        value=prefill.description
                        state=draft.description
                        error=at_field(&["/description"])
                    />
                    {needs_approval.then(|| view! {
                        <TextArea
                            id="token-justification"
                            name="justification"
                            label="What it is needed for"
                            help=format!("Your organisation approves every {} before it works. Whoever decides reads this.", words.noun)
                            max_length=2000
                            required=true
                            state=draft.justification
                            error=at_field(&["/justification"])
                        />
                    })}
                </section>
                {(kind == CredentialKind::ApiKey).then(|| view! { <Environments state=draft.env/> })}
                <ScopePicker chosen=draft.scopes offer=offer operations=operations error=at_field(&["/scopes"])/>
                {(kind == CredentialKind::Client).then(|| view! {
                    <ClientFields state=draft.client audiences=audiences at=at_pointer/>
                })}
                <LifetimePicker state=draft.lifetime error=at_field(&["/expires", "/never_expires", "/acknowledge", "/lifetime"])/>
                <LimitsFields state=draft.limits at=at_pointer/>
                <div class="form-actions issue-section">
                    <div class="form-actions">
                        <Button look=Look::Primary disabled=Signal::derive(move || busy.get() || !ready.get())>
                            {move || if busy.get() { "Issuing…" } else { words.issue }}
                        </Button>
                        <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
                    </div>
                    <p class="form-note">
                        {move || if kind == CredentialKind::Client && draft.client.has_own_key() {
                            "No secret is made; the client signs with its own key."
                        } else {
                            "The secret is shown once, right after this."
                        }}
                    </p>
                </div>
            </form>
            <Summary draft=draft offer=offer operations=operations beginning=beginning owner=owner organisation=organisation/>
        </div>
        <RevealOnce revealed=revealed/>
    }
    .into_any()
}

/// Live or test; visible in the prefix of the secret.
#[component]
fn Environments(state: RwSignal<String>) -> impl IntoView {
    view! {
        <fieldset class="issue-section">
            <legend class="unseen">"Environment"</legend>
            <div aria-hidden="true" class="issue-legend">"Environment"</div>
            <div class="segments">
                <Segment name="env" value="live" checked=true state=state>"Live"</Segment>
                <Segment name="env" value="test" state=state>"Test"</Segment>
            </div>
            <p class="field-help">"Live is for real data, test for trying things. The prefix of the secret says which it is."</p>
        </fieldset>
    }
    .into_any()
}

/// A refusal that belongs to no field.
#[component]
fn Refusal(
    /// What was to be issued.
    kind: CredentialKind,
    /// What was refused.
    error: AppError,
) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Danger urgent=true>
            <p class="callout-title">{format!("The {} was not issued", kind_words(kind).noun)}</p>
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
    on_change("/justification", |draft| draft.justification.track());
    on_change("/scopes", |draft| draft.scopes.track());
    on_change("/expires", |draft| draft.lifetime.track());
    on_change("/acknowledge", |draft| draft.lifetime.track());
    on_change("/resources", |draft| draft.limits.resources.track());
    on_change("/ip_allowlist", |draft| draft.limits.ip_allowlist.track());
    on_change("/rate_limit", |draft| draft.limits.rate.track());
    on_change("/quota", |draft| draft.limits.quota.track());
    on_change("/metadata", |draft| draft.limits.metadata.track());
    on_change("/jwks", |draft| draft.client.jwks.track());
    on_change("/audiences", |draft| draft.client.audiences.track());
}

/// Takes over what was ticked before hydration, and what was unticked of what a link had put in.
#[cfg(feature = "hydrate")]
fn adopt(form: &web_sys::HtmlFormElement, draft: Draft) {
    use leptos::wasm_bindgen::JsCast;
    let Ok(ticked) = form.query_selector_all("input:checked") else { return };
    draft.scopes.update_untracked(Vec::clear);
    for index in 0..ticked.length() {
        if let Some(input) = ticked.item(index).and_then(|node| node.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            draft.adopt(&input.name(), input.value());
        }
    }
    draft.scopes.notify();
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
