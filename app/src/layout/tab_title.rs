//! The one place that names the tab.
//!
//! `leptos_meta` writes a title as it is given, so that a name could end the element and go on as markup. Here the text is
//! escaped before it gets there. A test refuses a `<Title` anywhere else.

use crate::ui::escaped;
use leptos::prelude::*;
use leptos_meta::Title;

/// The title of the page, as browsers show it on the tab.
#[component]
pub(super) fn TabTitle(
    /// What the page is called.
    text: String,
) -> impl IntoView {
    view! { <Title text=escaped(&format!("{text} · Mintmark"))/> }
}
