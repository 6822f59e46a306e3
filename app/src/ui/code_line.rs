//! One line to copy into a terminal.

use super::CopyButton;
use leptos::prelude::*;

/// A line of code with a copy button. Never for a secret, because the line is part of the page.
#[component]
pub fn CodeLine(
    #[prop(into)] code: String,
    /// Label of the button for screen readers: “Copy the command”.
    label: &'static str,
) -> impl IntoView {
    view! {
        <div class="code-line">
            <code tabindex="0">{code.clone()}</code>
            <CopyButton text=code label=label.to_owned()/>
        </div>
    }
    .into_any()
}
