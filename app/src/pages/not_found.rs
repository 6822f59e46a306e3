//! The page for unknown URLs.

use crate::layout::{Absent, AuthLayout};
use leptos::prelude::*;

#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <AuthLayout title="Not found">
            <Absent/>
        </AuthLayout>
    }
}
