//! Signing up.

use super::refusal_of;
use crate::{
    accounts::{SignUp, SignUpForm},
    layout::Threshold,
};
use leptos::prelude::*;

/// The form, and the way to sign in.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    view! {
        <Threshold title="Create an account" lead="You become the Owner of a new organisation and can issue your first token in a minute.">
            <SignUpForm refusal={refusal_of::<SignUp>()}/>
            <p class="threshold-foot">
                "You have an account? "
                <a class="link" href="/sign-in">"Sign in"</a>
            </p>
        </Threshold>
    }
}
