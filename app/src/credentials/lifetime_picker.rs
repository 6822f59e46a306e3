//! The picker for a credential's lifetime. Offers only choices that the organization's policy allows. `lifetime`
//! interprets the choice.

use super::{
    kind_labels,
    lifetime::{CUSTOM, NEVER, OPEN, in_words},
};
use crate::ui::{Callout, CalloutTone, Choice, FieldNotes, Segment, input_date};
use domain::{
    Timestamp,
    credential::{CredentialKind, DAY_SECONDS, MAX_LIFETIME_SECONDS},
    policy::Lifetimes,
    text::duration_in_words,
};
use leptos::prelude::*;

/// Seconds until the last day that can be chosen. A chosen day counts to its end, so this is a day less than the
/// longest lifetime.
fn longest(lifetimes: Lifetimes) -> Option<i64> {
    lifetimes.longest_seconds.map(|seconds| (seconds - DAY_SECONDS).max(0))
}

/// Choices that the policy allows.
fn segments(kind: CredentialKind, lifetimes: Lifetimes) -> Vec<(&'static str, &'static str)> {
    let all: &[_] = match kind.rules().default_lifetime_seconds {
        Some(_) => &[
            ("7", "7 days"),
            ("30", "30 days"),
            ("60", "60 days"),
            ("90", "90 days"),
            (CUSTOM, "Custom date"),
            (NEVER, "Never expires"),
        ],
        None => &[(OPEN, "No end"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year"), (CUSTOM, "Custom date")],
    };
    let is_left = |(value, _): &(&str, &str)| match value.parse::<i64>() {
        Ok(days) => lifetimes.longest_seconds.is_none_or(|longest| days * DAY_SECONDS <= longest),
        Err(_) => *value == CUSTOM || !lifetimes.must_end,
    };
    all.iter().copied().filter(is_left).collect()
}

/// The default choice: that of the kind if the policy allows it, or else the longest allowed one of up to 90 days.
fn usual(kind: CredentialKind, lifetimes: Lifetimes) -> &'static str {
    let own = kind.rules().default_lifetime_seconds.map_or(OPEN.to_owned(), |life| (life / DAY_SECONDS).to_string());
    let left = segments(kind, lifetimes);
    let longest = || left.iter().rev().find(|(value, _)| value.parse::<i64>().is_ok_and(|days| days <= 90));
    left.iter().find(|(value, _)| *value == own).or_else(longest).map_or(CUSTOM, |(value, _)| value)
}

/// Initial value of the date input.
fn day(lifetimes: Lifetimes, now: Timestamp) -> String {
    input_date(now.plus_seconds(longest(lifetimes).unwrap_or(i64::MAX).min(180 * DAY_SECONDS)))
}

/// The default expiry.
pub(super) fn usual_in_words(kind: CredentialKind, lifetimes: Lifetimes, now: Timestamp) -> String {
    in_words(kind, usual(kind, lifetimes), &day(lifetimes, now), now)
}

fn help(kind: CredentialKind, lifetimes: Lifetimes) -> String {
    let noun = kind_labels(kind).noun;
    if let Some(longest) = lifetimes.longest_seconds.map(duration_in_words) {
        return format!("The organization's policy lets a {noun} live at most {longest}.");
    }
    match kind.rules().default_lifetime_seconds {
        Some(_) => format!("A {noun} that has ended is refused. The list marks every {noun} that ends within 30 days."),
        None if lifetimes.must_end => "The organization's policy asks for an end.".to_owned(),
        None => "An end is only set if you choose one here. Rolling gives it a new secret at any time without a gap."
            .to_owned(),
    }
}

#[component]
pub(super) fn LifetimePicker(
    kind: CredentialKind,
    /// Limits set by the organization's policy.
    lifetimes: Lifetimes,
    now: Timestamp,
) -> impl IntoView {
    let (noun, chosen) = (kind_labels(kind).noun, usual(kind, lifetimes));
    let date = day(lifetimes, now);
    let last = input_date(now.plus_seconds(longest(lifetimes).unwrap_or(MAX_LIFETIME_SECONDS - DAY_SECONDS)));
    let until = usual_in_words(kind, lifetimes, now);
    view! {
        <fieldset class="issue-section" id="token-lifetime" aria-describedby="token-lifetime-help">
            <legend class="unseen">"Lifetime"</legend>
            <div aria-hidden="true" class="issue-legend">"Lifetime"</div>
            <div class="segments">
                {segments(kind, lifetimes)
                    .into_iter()
                    .map(|(value, words)| {
                        view! { <Segment name="lifetime" value=value checked={value == chosen}>{words}</Segment> }
                    })
                    .collect_view()}
            </div>
            <div class="field max-w-48" data-when="lifetime=custom" hidden={chosen != CUSTOM}>
                <label class="field-label" for="token-date">"Last day it works"</label>
                <input
                    class="input"
                    id="token-date"
                    name="last-day"
                    type="date"
                    min=input_date(now.plus_seconds(DAY_SECONDS))
                    max=last
                    value=date
                />
            </div>
            <div data-when="lifetime=never" hidden>
                <Callout tone=CalloutTone::Warn>
                    <p>
                        {format!("A {noun} without an end works until somebody revokes it, also for whoever finds it in an old backup.")}
                    </p>
                    <Choice name="acknowledge">{format!("I accept that this {noun} may work for ever")}</Choice>
                </Callout>
            </div>
            <p class="until" aria-live="polite">
                "Stops working: "
                <strong data-says="until">{until}</strong>
            </p>
            <FieldNotes id="token-lifetime" help=help(kind, lifetimes) at="/expires /never_expires /acknowledge /lifetime"/>
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_leaves_what_it_allows_and_the_longest_of_it_is_chosen() {
        use CredentialKind::{ApiKey, PersonalAccessToken};
        let days = |days: i64| Lifetimes { longest_seconds: Some(days * DAY_SECONDS), must_end: true };
        let must_end = Lifetimes { longest_seconds: None, must_end: true };
        let left = |kind, lifetimes| {
            segments(kind, lifetimes).into_iter().map(|(value, _)| value).collect::<Vec<_>>().join(" ")
        };
        for (kind, lifetimes, expected, chosen) in [
            (PersonalAccessToken, Lifetimes::default(), "7 30 60 90 custom never", "90"),
            (PersonalAccessToken, must_end, "7 30 60 90 custom", "90"),
            (PersonalAccessToken, days(60), "7 30 60 custom", "60"),
            (PersonalAccessToken, days(3), "custom", "custom"),
            (ApiKey, Lifetimes::default(), "open 30 90 365 custom", "open"),
            (ApiKey, must_end, "30 90 365 custom", "90"),
            (ApiKey, days(100), "30 90 custom", "90"),
        ] {
            assert_eq!((left(kind, lifetimes).as_str(), usual(kind, lifetimes)), (expected, chosen));
        }
    }
}
