//! The one place that writes forms which change something.
//!
//! Owns: the token that shows that a page of ours wrote the form for this browser and for this address. A test refuses any
//! other form with `method="post"`.

use super::FORM_TOKEN;
use crate::server_side::form_token;
use leptos::prelude::*;

/// A form that posts to a server function; works without script.
#[component]
pub(crate) fn PostForm(
    /// Where it posts to: see [`posts_to`](crate::layout::posts_to).
    action: &'static str,
    /// How it looks.
    #[prop(optional)]
    class: &'static str,
    /// Whether browsers should remember nothing of it.
    #[prop(optional)]
    private: bool,
    /// Its fields.
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
