//! The form that creates a credential of any kind, with a live summary beside it.
//!
//! The controls hold the input. The form's program (`issue_form.rs`) reads them, updates the summary and submits. Only
//! the program submits the form, because only it can show the reply with the secret.

use super::{
    Beginning, Offer, Prefill, issue_fields::IssueFields, kind_labels, lifetime_picker::usual_in_words,
    summary::Summary,
};
use crate::{
    forms::ErrorNotice,
    ui::{Button, ButtonLink, Look},
};
use domain::{Timestamp, credential::CredentialKind};
use leptos::prelude::*;

#[component]
pub(crate) fn IssueForm(
    /// Base URL of the new credential's pages.
    at: String,
    /// URL of the list to return to.
    list: String,
    /// Name of the owner.
    owner: String,
    organization: String,
    offer: Offer,
    /// Values prefilled from the URL.
    prefill: Prefill,
    /// Initial content of the summary.
    beginning: Beginning,
    now: Timestamp,
) -> impl IntoView {
    let (kind, reach) = (offer.reach.kind, offer.reach.clone());
    let (policy, more_operations) = (offer.policy.clone(), offer.more_operations);
    let until = usual_in_words(kind, offer.lifetimes, now);
    let name = prefill.name.clone();
    view! {
        <div class="issue">
            // No action: without script there is nothing to submit to, and the button stays disabled.
            <form class="form" autocomplete="off" novalidate>
                <div
                    data-program="issue"
                    data-at=at
                    data-kind=kind.as_str()
                    data-holds=reach.owner_holds.to_string()
                    data-now=now.millis().to_string()
                    hidden
                >
                    <ErrorNotice title=format!("The {} was not issued", kind_labels(kind).noun)/>
                </div>
                <IssueFields offer=offer prefill=prefill now=now/>
                <div class="form-actions issue-section">
                    <div class="form-actions">
                        <Button look=Look::Primary disabled=true>{kind_labels(kind).issue}</Button>
                        <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
                    </div>
                    {match kind {
                        CredentialKind::Client => view! {
                            <p class="form-note" data-when="auth=key" hidden>"No secret is made; the client signs with its own key."</p>
                            <p class="form-note" data-when="auth=secret">"The secret is shown once, right after this."</p>
                        }.into_any(),
                        _ => view! { <p class="form-note">"The secret is shown once, right after this."</p> }.into_any(),
                    }}
                </div>
            </form>
            <Summary
                kind=kind
                name=name
                until=until
                policy=policy
                more_operations=more_operations
                beginning=beginning
                owner=owner
                organization=organization
            />
        </div>
    }
    .into_any()
}
