//! An address where there is nothing.

use crate::layout::{Absent, Threshold};
use leptos::prelude::*;

/// The page for every other path.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Threshold title="Not found">
            <Absent/>
        </Threshold>
    }
}
