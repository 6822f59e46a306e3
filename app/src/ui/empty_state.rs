//! What a list says when there is nothing in it: what it is for and the one way to begin.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// Icon, title, one sentence, and the way to begin as children.
#[component]
pub fn EmptyState(
    /// The icon.
    glyph: Glyph,
    /// What is missing.
    title: &'static str,
    /// What it is for.
    lead: &'static str,
    /// The way to begin, if there is one.
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
