//! Signing up.

use super::refusal_of;
use crate::{
    accounts::{SignUp, SignUpForm},
    layout::AuthLayout,
    server_side::{SignUpMode, refused, service},
    ui::{Callout, CalloutTone},
};
use leptos::prelude::*;

/// The form, and a link to sign in. If sign-up is closed, a sentence says so.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    let refusal = refusal_of::<SignUp>();
    Suspend::new(async move {
        let (lead, step) = match sign_up_mode().await {
            SignUpMode::Open => (OPEN, view! { <SignUpForm refusal=refusal/> }.into_any()),
            SignUpMode::Invite => (
                "Use the address to which your invitation was sent.",
                view! { <SignUpForm refusal=refusal/> }.into_any(),
            ),
            SignUpMode::Closed => (
                "Nobody can create an account here.",
                view! { <Callout tone=CalloutTone::Warn><p>"Ask the operator of this server for an account."</p></Callout> }
                    .into_any(),
            ),
        };
        view! {
            <AuthLayout title="Create an account" lead=lead>
                {step}
                <p class="auth-foot">
                    "You have an account? "
                    <a class="link" href="/sign-in">"Sign in"</a>
                </p>
            </AuthLayout>
        }
        .into_any()
    })
}

const OPEN: &str = "You become the Owner of a new organization and can issue your first token in a minute.";

/// Who can create an account. If that is unknown, the form is shown and reports the error when it is sent.
pub(super) async fn sign_up_mode() -> SignUpMode {
    match service() {
        Ok(service) => service.accounts().sign_up_mode().await.map_err(refused).unwrap_or_default(),
        Err(_) => SignUpMode::Open,
    }
}
