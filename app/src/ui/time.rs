//! A moment on the page: short for the eye, exact on hover and for screen readers, in UTC.

use super::{exact_in_words, relative_in_words};
use domain::Timestamp;
use leptos::prelude::*;

/// “3 hours ago”, with the exact time on hover and for screen readers.
#[component]
pub fn RelativeTime(
    /// The moment.
    at: Timestamp,
    /// The moment the page is made.
    now: Timestamp,
    /// Colours the words, when something is due.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let exact = exact_in_words(at);
    view! {
        <time class=class datetime=at.to_string() title=exact.clone()>
            {relative_in_words(at, now)}
            <span class="unseen">{format!(" ({exact})")}</span>
        </time>
    }
    .into_any()
}

/// “19 February 2027, 14:05 UTC”.
#[component]
pub fn ExactTime(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    view! { <time datetime=at.to_string()>{exact_in_words(at)}</time> }
}
