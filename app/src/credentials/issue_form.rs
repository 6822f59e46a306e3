//! The island that issues a credential of any kind: form at the left, what the credential will be at the right.
//!
//! The fields are rendered on the server, `issue_fields.rs`; the controls on the page hold what was put in, and `browser` reads
//! them. Submits only from hydrated code, so that the one reply with the secret always has somebody to show it. Owns the
//! revealed secret for as long as its dialog is open (`reveal_once.rs`); nothing of it is written anywhere else.

use super::{
    OperationOffer, Revealed,
    draft::{Draft, KEY},
    issue_credential, kind_words, lifetime,
    offer::{Beginning, Reach},
    offered_operations,
    reveal_once::{RevealOnce, reveal_or_go_on},
    summary::Summary,
};
use crate::{
    error::AppError,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look},
};
use domain::{Timestamp, credential::CredentialKind};
use leptos::{ev, html, prelude::*};

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
    /// Of which kind it will be, and how far scopes reach in it.
    reach: Reach,
    /// What the organisation's policy asks of it, a sentence each.
    policy: Vec<String>,
    /// How many operations there are beyond those that can be chosen.
    more_operations: usize,
    /// What the summary shows at first.
    beginning: Beginning,
    /// The server's clock, in milliseconds.
    now_millis: i64,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let (kind, words) = (reach.kind, kind_words(reach.kind));
    let now = Timestamp::from_millis(now_millis);
    let draft = RwSignal::new(Draft::default());
    let until = Signal::derive(move || {
        draft.with(|draft| lifetime::in_words(kind, draft.value("lifetime"), draft.value("last-day"), now))
    });
    let operations = RwSignal::new(Vec::<OperationOffer>::new());
    let error = RwSignal::new(None::<AppError>);
    let (busy, ready) = (RwSignal::new(false), RwSignal::new(false));
    let revealed = RwSignal::new(None::<Revealed>);
    let form = NodeRef::<html::Form>::new();
    // Effects run in the browser only: this is the moment of hydration.
    Effect::new(move || {
        if let Some(form) = form.get() {
            draft.set(browser::read(&form));
            ready.set(true);
        }
    });
    ask_for_operations(at.clone(), draft, operations);
    browser::follow(form, draft, operations, until, error);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !ready.get_untracked() {
            return;
        }
        busy.set(true);
        let at = at.clone();
        leptos::task::spawn_local(async move {
            match issue_credential(at, draft.with_untracked(Draft::read)).await {
                Ok(issued) => {
                    error.set(None);
                    reveal_or_go_on(issued, revealed);
                }
                Err(refusal) => {
                    error.set(Some(refusal));
                    browser::focus_first_error(form);
                }
            }
            busy.set(false);
        });
    };
    view! {
        <div class="issue">
            // No action: without script there is nothing to submit to, and the button stays disabled.
            <form class="form" node_ref=form autocomplete="off" novalidate on:submit=submit>
                {move || error.get().filter(|error| !error.is_only_fields()).map(|error| view! { <Refusal kind=kind error=error/> })}
                {children()}
                <div class="form-actions issue-section">
                    <div class="form-actions">
                        <Button look=Look::Primary disabled=Signal::derive(move || busy.get() || !ready.get())>
                            {move || if busy.get() { "Issuing…" } else { words.issue }}
                        </Button>
                        <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
                    </div>
                    <p class="form-note">
                        {move || if draft.with(|draft| draft.has("auth", KEY)) {
                            "No secret is made; the client signs with its own key."
                        } else {
                            "The secret is shown once, right after this."
                        }}
                    </p>
                </div>
            </form>
            <Summary
                draft=draft
                until=until
                reach=reach
                policy=policy
                more_operations=more_operations
                operations=operations
                beginning=beginning
                owner=owner
                organisation=organisation
            />
        </div>
        <RevealOnce revealed=revealed/>
    }
    .into_any()
}

/// Asks once the form is alive, and with the next choice should it have failed.
fn ask_for_operations(at: String, draft: RwSignal<Draft>, operations: RwSignal<Vec<OperationOffer>>) {
    let asking = StoredValue::new(false);
    Effect::new(move || {
        draft.track();
        if operations.with_untracked(Vec::is_empty) && !asking.get_value() {
            asking.set_value(true);
            let at = at.clone();
            leptos::task::spawn_local(async move {
                operations.set(offered_operations(at).await.unwrap_or_default());
                asking.set_value(false);
            });
        }
    });
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

#[cfg(feature = "hydrate")]
mod browser;

/// On the server nothing is put in.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::*;

    pub(super) fn read<T>(_: &T) -> Draft {
        Draft::default()
    }
    pub(super) fn follow(
        _: NodeRef<html::Form>,
        _: RwSignal<Draft>,
        _: RwSignal<Vec<OperationOffer>>,
        _: Signal<String>,
        _: RwSignal<Option<AppError>>,
    ) {
    }
    pub(super) fn focus_first_error(_: NodeRef<html::Form>) {}
}
