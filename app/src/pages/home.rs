//! The bare address leads to one's tokens, or to signing in.

use crate::server_side::redirect;
use leptos::prelude::*;

/// A redirect.
#[component]
pub(crate) fn Home() -> impl IntoView {
    redirect("/settings/tokens");
    view! { <a href="/settings/tokens">"My tokens"</a> }
}
