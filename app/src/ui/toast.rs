//! One sentence about what just happened. Rendered with the page, so it needs no script; fades by itself unless touched.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// Says something once, quietly.
#[component]
pub fn Toast(
    /// The sentence.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="toast" role="status">
            <Icon glyph=Glyph::Check/>
            <p>{children()}</p>
        </div>
    }
    .into_any()
}
