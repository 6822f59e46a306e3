//! Shown instead of search results when the search text looks like a secret.

use crate::ui::{Callout, CalloutTone};
use leptos::prelude::*;

/// Says that nothing was searched, without repeating the text, and links to the page that finds a credential by its
/// value.
#[component]
pub(crate) fn NotSearched(
    /// URL of that page.
    find: String,
) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Warn>
            <p>
                "This looks like a secret, so it was not searched for. To see which credential it belongs to, use "
                <a class="link" href=find>"Find by value"</a>
                "."
            </p>
            <p>"It is in the history of this browser now. If others can see that, roll or revoke the credential."</p>
        </Callout>
    }
    .into_any()
}
