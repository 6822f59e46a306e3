//! The place in a form where its program shows an error beside the fields.

use crate::ui::{Callout, CalloutTone};
use leptos::prelude::*;

/// Goes inside the element that names the program. That element is hidden while there is no error.
#[component]
pub(crate) fn ErrorNotice(
    /// Says which action failed. Empty: the message says enough.
    #[prop(optional, into)]
    title: String,
) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Danger urgent=true>
            {(!title.is_empty()).then(|| view! { <p class="callout-title">{title}</p> })}
            <p data-says="error"></p>
            <p class="callout-note" hidden>"Request " <code></code></p>
        </Callout>
    }
    .into_any()
}
