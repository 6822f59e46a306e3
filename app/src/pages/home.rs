//! The root URL redirects to the person's tokens, or to the sign-in page.

use crate::server_side::redirect;
use leptos::prelude::*;

#[component]
pub(crate) fn Home() -> impl IntoView {
    redirect("/settings/tokens");
    view! { <a href="/settings/tokens">"My tokens"</a> }
}
