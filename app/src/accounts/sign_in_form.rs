//! The sign-in form. Hydrated it keeps what was typed and shows refusals in place; without script it is a plain form.

use super::server_fns::SignIn;
use crate::{
    error::AppError,
    forms::{Refusal, Refused},
    ui::{Button, Choice, InputKind, Look, TextField},
};
use leptos::{form::ActionForm, prelude::*};

/// Email, password, and whether to stay signed in.
#[island]
pub fn SignInForm(
    /// The page to show afterwards.
    next: Option<String>,
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let refused = Refused::new(move || action.value().get(), refusal);
    view! {
        <ActionForm action=action attr:class="form form-tight">
            <Refusal refused=refused fields=&[]/>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <TextField id="email" name="email" label="Email" kind=InputKind::Email autocomplete="username" length=(0, 254) autofocus=true/>
            <TextField id="password" name="password" label="Password" kind=InputKind::Password autocomplete="current-password" length=(0, 128)/>
            <Choice name="remember">"Keep me signed in for 30 days"</Choice>
            <Button look=Look::Primary wide=true disabled=action.pending()>
                {move || if action.pending().get() { "Signing in…" } else { "Sign in" }}
            </Button>
        </ActionForm>
    }
    .into_any()
}
