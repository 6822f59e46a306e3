//! The page for unknown URLs.

use crate::layout::{Absent, Threshold};
use leptos::prelude::*;

#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Threshold title="Not found">
            <Absent/>
        </Threshold>
    }
}
