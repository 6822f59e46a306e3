//! Logo and product name.

use leptos::prelude::*;

/// Not a link.
#[component]
pub(super) fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <svg viewBox="0 0 24 24" aria-hidden="true">
                <circle cx="12" cy="12" r="11" fill="var(--accent)"></circle>
                <path
                    d="M7 16.5V8l5 5.5L17 8v8.5"
                    fill="none"
                    stroke="var(--on-accent)"
                    stroke-width="2"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                ></path>
            </svg>
            "Mintmark"
        </span>
    }
}
