//! Times on a page, in UTC. Short text, with the exact time as a tooltip and for screen readers.

use super::{exact_in_words, relative_in_words};
use domain::Timestamp;
use leptos::prelude::*;

/// “3 hours ago”, with the exact time as a tooltip and for screen readers.
#[component]
pub fn RelativeTime(
    at: Timestamp,
    now: Timestamp,
    /// CSS class, for instance to highlight a near date.
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
pub fn ExactTime(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string()>{exact_in_words(at)}</time> }
}
