//! What stands in place of a search for something that looks like a secret.

use crate::ui::{Callout, CalloutTone};
use leptos::prelude::*;

/// Says that it was not searched for, without repeating it, and where to find out whose it is.
#[component]
pub(crate) fn NotSearched(
    /// The page that finds a credential by its value.
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
