//! A state as a dot and a word. The dot only repeats the word.

use leptos::prelude::*;

/// Color of the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Ok,
    /// Needs attention soon.
    Warn,
    /// Needs attention now, or ended for a bad reason.
    Danger,
    /// Neither good nor bad.
    Quiet,
    /// Ended: an empty ring instead of a dot.
    Off,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Ok => "badge badge-ok",
            Tone::Warn => "badge badge-warn",
            Tone::Danger => "badge badge-danger",
            Tone::Quiet => "badge",
            Tone::Off => "badge badge-off",
        }
    }
}

#[component]
pub fn Badge(
    tone: Tone,
    /// In sentence case.
    word: &'static str,
) -> impl IntoView {
    view! { <span class=tone.class()>{word}</span> }
}
