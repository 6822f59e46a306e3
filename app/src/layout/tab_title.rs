//! The only place that sets the title of the tab.
//!
//! `leptos_meta` does not escape a title, so a name could close the element and inject markup. Here the text is escaped
//! first. A test rejects a `<Title` anywhere else.

use crate::ui::escaped;
use leptos::prelude::*;
use leptos_meta::Title;

/// Title of the page, as the tab shows it.
#[component]
pub(super) fn TabTitle(text: String) -> impl IntoView {
    view! { <Title text=escaped(&format!("{text} · Mintmark"))/> }
}
