//! The island that rolls a credential: how long old and new secret overlap, a timeline that moves with the choice, and the
//! same reveal as at issue.

use super::{
    Revealed, kind_words,
    reveal_once::{RevealOnce, reveal_or_go_on},
    roll_credential,
};
use crate::{
    error::AppError,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, Segment, exact_in_words},
};
use domain::{
    Timestamp,
    credential::{CredentialKind, MAX_PENDING_SECONDS},
};
use leptos::prelude::*;

/// Overlaps in seconds, as the segments and as a sentence say them.
const OVERLAPS: [(&str, &str, &str); 5] = [
    ("0", "None", "no overlap"),
    ("3600", "1 hour", "1 hour"),
    ("86400", "1 day", "1 day"),
    ("259200", "3 days", "3 days"),
    ("604800", "7 days", "7 days"),
];
const DEFAULT: &str = "86400";

/// Overlap, timeline, button and, after success, the reveal dialog.
#[island]
pub fn RollForm(
    /// The address under which the credential is.
    at: String,
    /// The credential's id.
    id: String,
    /// Its kind.
    kind: CredentialKind,
    /// Its page.
    page: String,
    /// Its own end, in milliseconds.
    ends_millis: Option<i64>,
    /// The server's clock, in milliseconds.
    now_millis: i64,
) -> impl IntoView {
    let overlap = RwSignal::new(DEFAULT.to_owned());
    let (error, revealed) = (RwSignal::new(None::<AppError>), RwSignal::new(None::<Revealed>));
    let (busy, ready) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || ready.set(true));
    let noun = kind_words(kind).noun;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !ready.get_untracked() {
            return;
        }
        busy.set(true);
        let (at, id) = (at.clone(), id.clone());
        leptos::task::spawn_local(async move {
            let seconds = overlap.get_untracked().parse().unwrap_or_default();
            match roll_credential(at, id, seconds).await {
                Ok(rolled) => {
                    error.set(None);
                    reveal_or_go_on(rolled, revealed);
                }
                Err(refusal) => error.set(Some(refusal)),
            }
            busy.set(false);
        });
    };
    view! {
        <form class="panel" autocomplete="off" on:submit=submit>
            <div class="panel-body form">
                <noscript>
                    <Callout tone=CalloutTone::Warn>
                        <p>"Rolling shows the new secret exactly once, and only a page with script can do that safely. Turn script on, or roll through the API."</p>
                    </Callout>
                </noscript>
                {move || error.get().map(|error| view! {
                    <Callout tone=CalloutTone::Danger urgent=true>
                        <p class="callout-title">{format!("The {noun} was not rolled")}</p>
                        <p>{error.message}</p>
                        {error.request_id.map(|id| view! { <p class="callout-note">"Request " <code>{id}</code></p> })}
                    </Callout>
                })}
                <fieldset class="form form-tight">
                    <legend class="field-label">"Overlap: how long the old secret goes on working after the new one is first used"</legend>
                    <div class="segments">
                        {OVERLAPS.into_iter().map(|(value, words, _)| view! {
                            <Segment name="overlap" value=value checked={value == DEFAULT} state=overlap>{words}</Segment>
                        }).collect_view()}
                    </div>
                </fieldset>
                <Timeline overlap=overlap now=Timestamp::from_millis(now_millis) ends=ends_millis.map(Timestamp::from_millis)/>
            </div>
            <div class="panel-foot">
                <ButtonLink href=page look=Look::Ghost>"Keep the secret"</ButtonLink>
                <Button look=Look::Primary disabled=Signal::derive(move || busy.get() || !ready.get())>
                    {move || if busy.get() { "Rolling…" } else { "Roll and show the new secret" }}
                </Button>
            </div>
        </form>
        <RevealOnce revealed=revealed/>
    }
    .into_any()
}

/// Two lanes, old and new, from now over the first use to the end of the overlap; the sentence under them says the same.
#[component]
fn Timeline(overlap: RwSignal<String>, now: Timestamp, ends: Option<Timestamp>) -> impl IntoView {
    let words = move || {
        let chosen = overlap.get();
        OVERLAPS.into_iter().find(|(value, ..)| *value == chosen).map_or("", |(_, _, words)| words)
    };
    let at_once = move || overlap.with(|overlap| overlap == "0");
    let latest = now.plus_seconds(MAX_PENDING_SECONDS);
    view! {
        <div class="timeline" data-overlap=move || overlap.get() aria-hidden="true">
            <span class="timeline-mark timeline-now">"Now"</span>
            <span class="timeline-mark timeline-first">"First use"</span>
            <span class="timeline-mark timeline-end">"Overlap ends"</span>
            <span class="timeline-name timeline-old-name">"Old"</span>
            <span class="timeline-lane timeline-old"></span>
            <span class="timeline-name timeline-new-name">"New"</span>
            <span class="timeline-lane timeline-new"></span>
        </div>
        <p class="field-help" aria-live="polite">
            {move || if at_once() {
                "The old secret stops working the moment you press the button. Do this when it has leaked.".to_owned()
            } else {
                format!(
                    "Both secrets work until {} after the new one is first used. If it is never used, the old one stops on {}; until then you can cancel.",
                    words(),
                    exact_in_words(latest),
                )
            }}
            {ends.map(|end| format!(" Rolling does not extend its life: it ends on {} all the same.", exact_in_words(end)))}
        </p>
    }
    .into_any()
}
