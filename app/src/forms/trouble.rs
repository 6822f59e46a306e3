//! The place in a form where its program says what went wrong, beside the fields.

use crate::ui::{Callout, CalloutTone};
use leptos::prelude::*;

/// Stands in what names the program, hidden until there is something to say.
#[component]
pub(crate) fn Trouble(
    /// What did not happen; empty: the message says it.
    #[prop(optional, into)]
    title: String,
) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Danger urgent=true>
            {(!title.is_empty()).then(|| view! { <p class="callout-title">{title}</p> })}
            <p data-says="trouble"></p>
            <p class="callout-note" hidden>"Request " <code></code></p>
        </Callout>
    }
    .into_any()
}
