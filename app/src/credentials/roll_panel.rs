//! The form that rolls a credential: the overlap of old and new secret, and a timeline that follows the choice.
//!
//! Contains a sentence for every overlap; the style sheet shows the chosen one. Its program (`roll_form.rs`) submits
//! it. The button stays disabled without the program.

use super::kind_labels;
use crate::{
    forms::ErrorNotice,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, Segment, exact_in_words},
};
use domain::{
    Timestamp,
    credential::{Credential, MAX_PENDING_SECONDS},
};
use leptos::prelude::*;

/// Overlap in seconds, label of the segment, and words for the sentence.
const OVERLAPS: [(&str, &str, &str); 5] = [
    ("0", "None", "no overlap"),
    ("3600", "1 hour", "1 hour"),
    ("86400", "1 day", "1 day"),
    ("259200", "3 days", "3 days"),
    ("604800", "7 days", "7 days"),
];
const DEFAULT: &str = "86400";

#[component]
pub(crate) fn RollForm(
    /// Base URL of the credential's pages.
    at: String,
    credential: Credential,
    page: String,
    now: Timestamp,
) -> impl IntoView {
    let noun = kind_labels(credential.kind()).noun;
    view! {
        <form class="panel roll" autocomplete="off">
            <div class="panel-body form">
                <noscript>
                    <Callout tone=CalloutTone::Warn>
                        <p>"Rolling shows the new secret exactly once, and only a page with script can do that safely. Turn script on, or roll through the API."</p>
                    </Callout>
                </noscript>
                <div data-program="roll" data-at=at data-id=credential.id.to_string() hidden>
                    <ErrorNotice title=format!("The {noun} was not rolled")/>
                </div>
                <fieldset class="form form-tight">
                    <legend class="field-label">"Overlap: how long the old secret goes on working after the new one is first used"</legend>
                    <div class="segments">
                        {OVERLAPS.into_iter().map(|(value, words, _)| view! {
                            <Segment name="overlap" value=value checked={value == DEFAULT}>{words}</Segment>
                        }).collect_view()}
                    </div>
                </fieldset>
                <Timeline now=now ends=credential.grant.expires_at/>
            </div>
            <div class="panel-foot">
                <ButtonLink href=page look=Look::Ghost>"Keep the secret"</ButtonLink>
                <Button look=Look::Primary disabled=true>"Roll and show the new secret"</Button>
            </div>
        </form>
    }
    .into_any()
}

/// Two lanes for old and new secret, from now through the first use to the end of the overlap. The sentence below says
/// it in words.
#[component]
fn Timeline(now: Timestamp, ends: Option<Timestamp>) -> impl IntoView {
    let latest = exact_in_words(now.plus_seconds(MAX_PENDING_SECONDS));
    let sentence = |(seconds, _, words): (&'static str, _, _)| {
        let sentence = match seconds {
            "0" => {
                "The old secret stops working the moment you press the button. Do this when it has leaked.".to_owned()
            }
            _ => format!(
                "Both secrets work until {words} after the new one is first used. If it is never used, the old one stops on {latest}; until then you can cancel.",
            ),
        };
        view! { <span data-overlap=seconds>{sentence}</span> }
    };
    view! {
        <div class="timeline" aria-hidden="true">
            <span class="timeline-mark timeline-now">"Now"</span>
            <span class="timeline-mark timeline-first">"First use"</span>
            <span class="timeline-mark timeline-end">"Overlap ends"</span>
            <span class="timeline-name timeline-old-name">"Old"</span>
            <span class="timeline-lane timeline-old"></span>
            <span class="timeline-name timeline-new-name">"New"</span>
            <span class="timeline-lane timeline-new"></span>
        </div>
        <p class="field-help roll-words" aria-live="polite">
            {OVERLAPS.map(sentence).into_iter().collect_view()}
            {ends.map(|end| format!(" Rolling does not extend its life: it ends on {} all the same.", exact_in_words(end)))}
        </p>
    }
    .into_any()
}
