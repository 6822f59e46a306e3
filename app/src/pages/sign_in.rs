//! Signing in.

use super::{query, refusal_of, sign_up::sign_up_mode};
use crate::{
    accounts::{SignIn, SignInForm},
    layout::AuthLayout,
    server_side::{SignUpMode, page_of_ours},
};
use leptos::prelude::*;

#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let next = query("next").filter(|next| page_of_ours(Some(next)) == next);
    let refusal = refusal_of::<SignIn>();
    Suspend::new(async move {
        let can_sign_up = sign_up_mode().await != SignUpMode::Closed;
        view! {
            <AuthLayout title="Sign in" lead="Issue, see and revoke the credentials your programs use.">
                <SignInForm next=next refusal=refusal/>
                {can_sign_up.then(|| view! {
                    <p class="auth-foot">
                        "New here? "
                        <a class="link" href="/sign-up">"Create an account"</a>
                    </p>
                })}
            </AuthLayout>
        }
        .into_any()
    })
}
