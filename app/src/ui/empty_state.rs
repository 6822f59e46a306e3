//! Content of an empty list: its purpose, and the way to get started.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[component]
pub fn EmptyState(
    glyph: Glyph,
    /// Says which items are missing.
    title: &'static str,
    lead: &'static str,
    /// Links or buttons to get started.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon glyph=glyph/></span>
            <div class="empty-words">
                <h2 class="empty-title">{title}</h2>
                <p class="empty-lead">{lead}</p>
            </div>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
