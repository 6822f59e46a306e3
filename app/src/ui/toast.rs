//! A short notice about something that just happened. Rendered with the page, so it needs no script. Fades on its own
//! unless touched.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[component]
pub fn Toast(children: Children) -> impl IntoView {
    view! {
        <div class="toast" role="status">
            <Icon glyph=Glyph::Check/>
            <p>{children()}</p>
        </div>
    }
    .into_any()
}
