//! A state as dot and word. The dot repeats what the word says; it never speaks alone.

use leptos::prelude::*;

/// What the dot's colour says once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Ok,
    /// Needs attention soon.
    Warn,
    /// Needs attention now, or is over for a bad reason.
    Danger,
    /// Neither good nor bad.
    Quiet,
    /// Over: an empty ring instead of a dot.
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

/// Dot and word.
#[component]
pub fn Badge(
    /// The colour of the dot.
    tone: Tone,
    /// The word, in sentence case.
    word: &'static str,
) -> impl IntoView {
    view! { <span class=tone.class()>{word}</span> }
}
