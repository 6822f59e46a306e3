//! One approval request, with the forms to approve or deny it.

use super::DecideRequest;
use crate::{
    forms::PostForm,
    layout::posts_to,
    server_side::CredentialPages,
    ui::{Badge, Button, ExactTime, Look, RelativeTime, Tone},
};
use domain::{
    Timestamp,
    credential::{Credential, Outcome, TokenRequest},
};
use leptos::prelude::*;

/// A pending request.
#[component]
pub(crate) fn RequestPanel(
    slug: String,
    request: TokenRequest,
    /// People can't decide on their own requests.
    is_own: bool,
    now: Timestamp,
) -> impl IntoView {
    let TokenRequest { credential, requested_by, justification, requested_at, .. } = request;
    let page = CredentialPages::of(&slug, credential.kind()).page(credential.id);
    let (id, name) = (credential.id.to_string(), credential.grant.name.to_string());
    let heading = format!("request-{id}");
    let labeled_by = heading.clone();
    let forms = (!is_own).then(|| {
        view! {
            <ApproveForm slug=slug.clone() credential=credential.clone()/>
            <DenyForm slug=slug credential=credential.clone()/>
        }
        .into_any()
    });
    let ends = match credential.grant.expires_at {
        Some(at) => view! { <ExactTime at=at/>" ("<RelativeTime at=at now=now/>")" }.into_any(),
        None => view! { "Never" }.into_any(),
    };
    let limits = |text: String| if text.is_empty() { "Everywhere".to_owned() } else { text };
    view! {
        <section class="panel" aria-labelledby=labeled_by id=id>
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id=heading dir="auto"><a class="link" href=page>{name}</a></h2>
                    <p class="panel-lead">
                        <bdi>{requested_by.name.to_string()}</bdi>" asked "<RelativeTime at=requested_at now=now/>
                    </p>
                </div>
            </div>
            <div class="panel-body stack">
                <blockquote class="quote-block" dir="auto">{justification}</blockquote>
                <dl class="details">
                    <dt>"Ends"</dt><dd>{ends}</dd>
                    <dt>"Resources"</dt><dd>{match credential.grant.resources.to_string() { text if text.is_empty() => "Everything of the organization".to_owned(), text => text }}</dd>
                    <dt>"Networks"</dt><dd>{limits(credential.grant.networks.to_string())}</dd>
                </dl>
                {is_own.then(|| view! { <p class="text-muted">"You asked for this yourself. Somebody else decides."</p> })}
                {forms}
            </div>
        </section>
    }
    .into_any()
}

/// Hidden fields that identify the request and the outcome.
#[component]
fn Hidden(slug: String, credential: Credential, outcome: Outcome) -> impl IntoView {
    view! {
        <input type="hidden" name="slug" value=slug/>
        <input type="hidden" name="id" value=credential.id.to_string()/>
        <input type="hidden" name="version" value=credential.version()/>
        <input type="hidden" name="outcome" value=outcome.as_str()/>
    }
    .into_any()
}

#[component]
fn ApproveForm(slug: String, credential: Credential) -> impl IntoView {
    let scopes = credential.grant.scopes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let id = format!("approve-note-{}", credential.id);
    let named = id.clone();
    let lead = match scopes.is_empty() {
        true => "No scope: it can say who it is, and nothing else.",
        false => "Untick what it should not get.",
    };
    view! {
        <PostForm class="form" action={posts_to::<DecideRequest>()}>
            <Hidden slug=slug credential=credential outcome=Outcome::Approved/>
            <fieldset class="field">
                <legend class="field-label">"It would hold"</legend>
                <p class="field-help">{lead}</p>
                {scopes.into_iter().map(|scope| view! { <Scope scope=scope/> }).collect_view()}
            </fieldset>
            <div class="field">
                <label class="field-label" for=named>"Note"<span class="field-optional">"Optional"</span></label>
                <input class="input" id=id name="note" maxlength="1000" dir="auto" autocomplete="off"/>
            </div>
            <div class="form-actions"><Button look=Look::Primary>"Approve"</Button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Scope(scope: String) -> impl IntoView {
    let words = scope.clone();
    view! {
        <label class="choice">
            <input type="checkbox" name="kept[]" value=scope checked/>
            <span class="mono break-all">{words}</span>
        </label>
    }
    .into_any()
}

#[component]
fn DenyForm(slug: String, credential: Credential) -> impl IntoView {
    let id = format!("deny-note-{}", credential.id);
    let named = id.clone();
    view! {
        <details class="fold">
            <summary class="fold-small">"Deny"</summary>
            <PostForm class="form fold-body" action={posts_to::<DecideRequest>()}>
                <Hidden slug=slug credential=credential outcome=Outcome::Denied/>
                <div class="field">
                    <label class="field-label" for=named>"Why, for whoever asked"</label>
                    <input class="input" id=id name="note" maxlength="1000" required dir="auto" autocomplete="off"/>
                </div>
                <div class="form-actions"><Button look=Look::Danger>"Deny and revoke"</Button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// The outcome of a request on one line. Requesters see it too.
#[component]
pub(crate) fn Decided(request: TokenRequest, now: Timestamp) -> impl IntoView {
    let (name, asked) = (request.credential.grant.name.to_string(), request.requested_by.name.to_string());
    let (badge, words) = match &request.decision {
        Some(decision) => {
            let (tone, word) = match decision.outcome {
                Outcome::Approved => (Tone::Ok, "Approved"),
                Outcome::Denied => (Tone::Off, "Denied"),
            };
            let by = format!(" by {} ", decision.by.name);
            let note = (!decision.note.is_empty()).then(|| format!(": {}", decision.note));
            let at = decision.at;
            (
                view! { <Badge tone=tone word=word/> }.into_any(),
                view! { <span dir="auto">{by}<RelativeTime at=at now=now/>{note}</span> }.into_any(),
            )
        }
        None => (view! { <Badge tone=Tone::Quiet word="Taken back"/> }.into_any(), ().into_any()),
    };
    view! {
        <li class="log-line">
            {badge}" "<bdi>{name}</bdi>", asked for by "<bdi>{asked}</bdi>{words}
        </li>
    }
    .into_any()
}
