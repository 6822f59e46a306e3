//! The fields of the create form, rendered on the server. Its program is `issue_form.rs`.

use super::{
    Offer, Prefill,
    client_fields::ClientFields,
    kind_labels,
    labels::{LabelsDraft, NewLabels},
    lifetime_picker::LifetimePicker,
    limits_fields::LimitsFields,
    scope_picker::ScopePicker,
};
use crate::ui::{Callout, CalloutTone, Segment, TextArea};
use domain::{Timestamp, credential::CredentialKind};
use leptos::prelude::*;

/// Name, scopes, lifetime, and the fields that the kind and the policy require.
#[component]
pub(crate) fn IssueFields(
    offer: Offer,
    /// Values prefilled from the URL.
    prefill: Prefill,
    now: Timestamp,
) -> impl IntoView {
    let (kind, words) = (offer.reach.kind, kind_labels(offer.reach.kind));
    let (needs_approval, lifetimes, audiences) = (offer.needs_approval, offer.lifetimes, offer.audiences.clone());
    view! {
        <noscript>
            <Callout tone=CalloutTone::Warn>
                <p>
                    {format!("Issuing shows the secret exactly once, and only a page with script can do that safely. Turn script on, or issue the {} through the API.", words.noun)}
                </p>
            </Callout>
        </noscript>
        <section class="issue-section issue-first">
            <NewLabels
                labels=LabelsDraft { name: prefill.name, description: Some(prefill.description), ..LabelsDraft::default() }
                name_help=format!("Say where it will be used, so that you know it again: {}.", words.name_examples)
            />
            {needs_approval.then(|| view! {
                <TextArea
                    id="token-justification"
                    name="justification"
                    label="What it is needed for"
                    help=format!("Your organization approves every {} before it works. Whoever decides reads this.", words.noun)
                    max_length=2000
                    required=true
                    at="/justification"
                />
            })}
        </section>
        {(kind == CredentialKind::ApiKey).then(|| view! { <Environments/> })}
        <ScopePicker offer=offer chosen=prefill.scopes/>
        {(kind == CredentialKind::Client).then(|| view! { <ClientFields audiences=audiences/> })}
        <LifetimePicker kind=kind lifetimes=lifetimes now=now/>
        <LimitsFields/>
    }
    .into_any()
}

/// Live or test. The choice is visible in the prefix of the secret.
#[component]
fn Environments() -> impl IntoView {
    view! {
        <fieldset class="issue-section">
            <legend class="unseen">"Environment"</legend>
            <div aria-hidden="true" class="issue-legend">"Environment"</div>
            <div class="segments">
                <Segment name="env" value="live" checked=true>"Live"</Segment>
                <Segment name="env" value="test">"Test"</Segment>
            </div>
            <p class="field-help">"Live is for real data, test for trying things. The prefix of the secret says which it is."</p>
        </fieldset>
    }
    .into_any()
}
