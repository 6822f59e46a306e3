//! The only place that renders forms that change something.
//!
//! Owns the form token. It proves that this server rendered the form for this browser and this URL. A test rejects any
//! other form with `method="post"`.

use super::FORM_TOKEN;
use crate::server_side::form_token;
use leptos::prelude::*;

/// A form that posts to a server function. Works without script.
#[component]
pub(crate) fn PostForm(
    /// URL it posts to: see [`posts_to`](crate::layout::posts_to).
    action: &'static str,
    #[prop(optional)] class: &'static str,
    /// Turns off autocomplete for the whole form.
    #[prop(optional)]
    private: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <form
            class=(!class.is_empty()).then_some(class)
            method="post"
            action=action
            autocomplete=private.then_some("off")
        >
            <input type="hidden" name=FORM_TOKEN value=form_token(action)/>
            {children()}
        </form>
    }
    .into_any()
}
