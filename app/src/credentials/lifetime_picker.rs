//! Choosing how long a credential lives, with the resulting date in words.
//!
//! Computes with the server's clock, which the page hands over; the server decides for real when the form arrives.

use super::kind_words;
use crate::ui::{
    Callout, CalloutTone, Choice, FieldNotes, Segment, date_in_words, days_until, described_by, input_date,
};
use domain::{
    Timestamp,
    credential::{CredentialKind, DAY_SECONDS, LifetimeDraft, MAX_LIFETIME_SECONDS},
    policy::Lifetimes,
};
use leptos::prelude::*;

const CUSTOM: &str = "custom";
/// No end, for a kind that must say so twice.
const NEVER: &str = "never";
/// No end, for a kind that has none unless somebody wants one.
const OPEN: &str = "open";

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct LifetimeState {
    kind: CredentialKind,
    /// What the organisation's policy allows.
    lifetimes: Lifetimes,
    now: Timestamp,
    /// A number of days, `custom`, and `never` or `open`.
    pub(super) choice: RwSignal<String>,
    /// The date of `custom`, as a date input writes it.
    pub(super) date: RwSignal<String>,
    /// That “never” was accepted.
    pub(super) acknowledged: RwSignal<bool>,
}

impl LifetimeState {
    pub(super) fn new(kind: CredentialKind, lifetimes: Lifetimes, now: Timestamp) -> Self {
        let date = longest(lifetimes).map_or(180 * DAY_SECONDS, |longest| longest.min(180 * DAY_SECONDS));
        Self {
            kind,
            lifetimes,
            now,
            choice: RwSignal::new(usual(kind, lifetimes).to_owned()),
            date: RwSignal::new(input_date(now.plus_seconds(date))),
            acknowledged: RwSignal::new(false),
        }
    }

    fn is(self, choice: &str) -> bool {
        self.choice.with(|chosen| chosen == choice)
    }

    /// When it ends, as far as the choice says it yet; tracked.
    pub(super) fn ends_at(self) -> Option<Timestamp> {
        match self.choice.get().as_str() {
            NEVER | OPEN => None,
            CUSTOM => end_of_day(&self.date.get()),
            days => days.parse::<i64>().ok().map(|days| self.now.plus_seconds(days * DAY_SECONDS)),
        }
    }

    /// “Ends on 19 February 2027, in 90 days”, for form and summary; tracked.
    pub(super) fn in_words(self) -> String {
        match self.ends_at() {
            Some(end) if end > self.now => match days_until(end, self.now) {
                1 => format!("{}, in 1 day", date_in_words(end)),
                days => format!("{}, in {days} days", date_in_words(end)),
            },
            Some(_) => "A date in the past".to_owned(),
            None if self.is(OPEN) => format!("Never by itself; only when somebody revokes this {}", self.noun()),
            None if self.is(NEVER) => "Never".to_owned(),
            None => "No date chosen yet".to_owned(),
        }
    }

    fn noun(self) -> &'static str {
        kind_words(self.kind).noun
    }

    /// Follows every part of the choice.
    pub(super) fn track(self) {
        self.choice.track();
        self.date.track();
        self.acknowledged.track();
    }

    /// What is sent.
    pub(super) fn read(self) -> LifetimeDraft {
        match self.choice.get_untracked().as_str() {
            NEVER => LifetimeDraft {
                never_expires: true,
                acknowledge_no_expiry: self.acknowledged.get_untracked(),
                ..LifetimeDraft::default()
            },
            OPEN => LifetimeDraft::default(),
            CUSTOM => {
                let date = self.date.get_untracked();
                LifetimeDraft {
                    expires_at: Some(end_of_day(&date).map_or(date, |end| end.to_string())),
                    ..LifetimeDraft::default()
                }
            }
            days => LifetimeDraft {
                expires_in: days.parse::<i64>().ok().map(|days| days * DAY_SECONDS),
                ..LifetimeDraft::default()
            },
        }
    }
}

/// A chosen day counts to its end, in UTC.
fn end_of_day(date: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&format!("{date}T23:59:59.999Z")).ok()
}

/// How far away the last day that can be chosen is: a chosen day counts to its end, so it is one less than the life.
fn longest(lifetimes: Lifetimes) -> Option<i64> {
    lifetimes.longest_seconds.map(|seconds| (seconds - DAY_SECONDS).max(0))
}

/// The choices that the policy leaves.
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

/// What is chosen before anybody chooses: the kind's own, or else the longest of up to ninety days that is left.
fn usual(kind: CredentialKind, lifetimes: Lifetimes) -> &'static str {
    let own = kind.rules().default_lifetime_seconds.map_or(OPEN.to_owned(), |life| (life / DAY_SECONDS).to_string());
    let left = segments(kind, lifetimes);
    let longest = || left.iter().rev().find(|(value, _)| value.parse::<i64>().is_ok_and(|days| days <= 90));
    left.iter().find(|(value, _)| *value == own).or_else(longest).map_or(CUSTOM, |(value, _)| value)
}

fn help(kind: CredentialKind, lifetimes: Lifetimes) -> String {
    let noun = kind_words(kind).noun;
    if let Some(days) = lifetimes.longest_seconds.map(|seconds| seconds / DAY_SECONDS) {
        return format!("The organisation's policy lets a {noun} live at most {days} days.");
    }
    match kind.rules().default_lifetime_seconds {
        Some(_) => format!("A {noun} that has ended is refused. The list marks every {noun} that ends within 30 days."),
        None if lifetimes.must_end => "The organisation's policy asks for an end.".to_owned(),
        None => "An end is only set if you choose one here. Rolling gives it a new secret at any time without a gap."
            .to_owned(),
    }
}

/// Segmented control, the date in words, and what “custom” and “never” need beyond.
#[component]
pub(super) fn LifetimePicker(
    /// What is chosen.
    state: LifetimeState,
    /// What is wrong with it.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let choice = state.choice;
    view! {
        <fieldset class="issue-section" aria-describedby=move || described_by("token-lifetime", true, error.get().is_some())>
            <legend class="unseen">"Lifetime"</legend>
            <div aria-hidden="true" class="issue-legend">"Lifetime"</div>
            <div class="segments">
                {segments(state.kind, state.lifetimes)
                    .into_iter()
                    .map(|(value, words)| {
                        let checked = choice.with_untracked(|chosen| chosen == value);
                        view! { <Segment name="lifetime" value=value checked=checked state=choice>{words}</Segment> }
                    })
                    .collect_view()}
            </div>
            <Show when=move || state.is(CUSTOM)>
                <div class="field max-w-48">
                    <label class="field-label" for="token-date">"Last day it works"</label>
                    <input
                        class="input"
                        id="token-date"
                        type="date"
                        min=input_date(state.now.plus_seconds(DAY_SECONDS))
                        max=input_date(state.now.plus_seconds(longest(state.lifetimes).unwrap_or(MAX_LIFETIME_SECONDS - DAY_SECONDS)))
                        value=state.date.get_untracked()
                        aria-invalid=move || error.get().map(|_| "true")
                        on:input=move |event| state.date.set(event_target_value(&event))
                    />
                </div>
            </Show>
            <Show when=move || state.is(NEVER)>
                <Callout tone=CalloutTone::Warn>
                    <p>
                        {format!("A {} without an end works until somebody revokes it, also for whoever finds it in an old backup.", state.noun())}
                    </p>
                    <Choice name="acknowledge" state=state.acknowledged>{format!("I accept that this {} may work for ever", state.noun())}</Choice>
                </Callout>
            </Show>
            <p class="until" aria-live="polite">
                "Stops working: "
                <strong>{move || state.in_words()}</strong>
            </p>
            <FieldNotes
                id="token-lifetime"
                help=help(state.kind, state.lifetimes)
                error=error
            />
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

    #[test]
    fn a_chosen_day_counts_to_its_end() {
        assert_eq!(end_of_day("2027-01-31").map(|end| end.to_string()).as_deref(), Some("2027-01-31T23:59:59.999Z"));
        assert_eq!(end_of_day(""), None);
    }
}
