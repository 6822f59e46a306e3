//! The secrets of a credential in redacted form: state, last use and end of each. While a roll is in progress, also the
//! forms to finish or cancel it.

use super::{CancelRoll, FinishRoll, details::duration_in_words, status_badge::SecretBadge};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, ExactTime, Look, RelativeTime},
};
use domain::{
    Timestamp,
    credential::{Credential, Secret, SecretState},
};
use leptos::prelude::*;

#[component]
pub(crate) fn Secrets(
    credential: Credential,
    /// Base URL of the credential's pages.
    at: String,
    page: String,
    may_change: bool,
    /// Whether the person may roll the credential.
    may_roll: bool,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    if credential.secrets.is_empty() {
        return ().into_any();
    }
    let status = credential.status(now);
    let (live, ended): (Vec<_>, Vec<_>) = credential
        .secrets
        .iter()
        .cloned()
        .partition(|secret| !status.is_final() && credential.secret_state(secret, now) != SecretState::Retired);
    let rolling = live.len() > 1;
    let lane = {
        let credential = credential.clone();
        move |secret: Secret| view! { <Lane credential=credential.clone() secret=secret now=now/> }
    };
    let lanes = lane.clone();
    view! {
        <section class="panel" aria-labelledby="secrets-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="secrets-heading">{if rolling { "Secrets" } else { "Secret" }}</h2>
                    <p class="panel-lead">
                        {if rolling { "Both work until the overlap ends. Only redacted forms are kept." } else { "Only the redacted form is kept." }}
                        {(may_change && !may_roll).then_some(" Only its owner can roll it. You can narrow, disable or revoke it.")}
                    </p>
                </div>
                {(may_roll && status.is_live() && !rolling).then(|| view! { <ButtonLink href=format!("{page}/roll")>"Roll"</ButtonLink> })}
            </div>
            {refusal.map(|error| view! {
                <div class="panel-body"><Refusal refused=Refused(Some(error)) fields=&[]/></div>
            })}
            {rolling.then(|| view! { <RollState credential=credential.clone() at=at may_change=may_change now=now/> })}
            <ul class="lanes">{live.into_iter().map(lane).collect_view()}</ul>
            {(!ended.is_empty()).then(|| view! {
                <details class="fold lanes-ended" open=status.is_final()>
                    <summary>{match ended.len() { 1 => "1 ended secret".to_owned(), count => format!("{count} ended secrets") }}</summary>
                    <ul class="lanes">{ended.into_iter().map(lanes).collect_view()}</ul>
                </details>
            })}
        </section>
    }
    .into_any()
}

/// State of the roll, with the forms that end it.
#[component]
fn RollState(credential: Credential, at: String, may_change: bool, now: Timestamp) -> impl IntoView {
    let pending = credential.pending_secret(now).cloned();
    let oldest = credential.live_secrets(now).skip(1).filter_map(|secret| credential.retires_at(secret)).min();
    let is_pending = pending.is_some();
    let sentence = match &pending {
        Some(secret) => {
            let overlap = duration_in_words(secret.overlap_seconds.unwrap_or_default());
            format!("The new secret has not been used yet. From its first use, the old one works for {overlap} more.")
        }
        None => "The new secret is in use; the old one retires when the overlap ends.".to_owned(),
    };
    let id = credential.id.to_string();
    let cancelled = is_pending.then(|| (at.clone(), id.clone()));
    view! {
        <div class="roll-state">
            <div class="roll-words">
                <p>{sentence}</p>
                {oldest.map(|at| view! {
                    <p class="text-faint">
                        {if is_pending { "Without a first use it retires " } else { "It retires " }}
                        <RelativeTime at=at now=now/>
                        ", on "
                        <ExactTime at=at/>
                        "."
                    </p>
                })}
            </div>
            {may_change.then(|| view! {
                <div class="form-actions">
                    {cancelled.map(|(at, id)| view! {
                        <PostForm action={posts_to::<CancelRoll>()}>
                            <input type="hidden" name="at" value=at/>
                            <input type="hidden" name="id" value=id/>
                            <Button>"Cancel roll"</Button>
                        </PostForm>
                    })}
                    <PostForm action={posts_to::<FinishRoll>()}>
                        <input type="hidden" name="at" value=at/>
                        <input type="hidden" name="id" value=id/>
                        <Button look=Look::DangerQuiet>"Finish now"</Button>
                    </PostForm>
                </div>
                <p class="field-help">
                    {is_pending.then_some("Cancel roll ends the new secret and keeps the old. ")}
                    "Finish now ends the old secret at once; whatever still uses it is refused."
                </p>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Lane(credential: Credential, secret: Secret, now: Timestamp) -> impl IntoView {
    let over = credential.status(now).is_final();
    let state = if over { SecretState::Retired } else { credential.secret_state(&secret, now) };
    let retires = credential.retires_at(&secret).filter(|_| !over);
    let from = secret.last_used_ip.map(|ip| ip.to_string());
    view! {
        <li class="lane" data-state=state.as_str()>
            <div class="lane-head">
                <code>{secret.redacted}</code>
                <SecretBadge state=state/>
            </div>
            <span class="lane-bar" aria-hidden="true"></span>
            <dl class="lane-details">
                <div><dt>"Issued"</dt><dd><RelativeTime at=secret.created_at now=now/></dd></div>
                <div>
                    <dt>"Last used"</dt>
                    <dd>
                        {match secret.last_used_at {
                            Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
                            None => view! { "Never" }.into_any(),
                        }}
                        {from.map(|ip| view! { " from " <code>{ip}</code> })}
                    </dd>
                </div>
                {retires.map(|at| view! {
                    <div><dt>{if at > now { "Retires" } else { "Retired" }}</dt><dd><RelativeTime at=at now=now/></dd></div>
                })}
            </dl>
        </li>
    }
    .into_any()
}
