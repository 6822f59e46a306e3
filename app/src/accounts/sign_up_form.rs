//! The sign-up form: a person and their first organisation. Plain form without script, inline errors with it.

use super::server_fns::SignUp;
use crate::{
    error::AppError,
    forms::{Refusal, Refused},
    ui::{Button, InputKind, Look, TextField},
};
use leptos::{form::ActionForm, prelude::*};

/// Name, email, organisation, password.
#[island]
pub fn SignUpForm(
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<SignUp>::new();
    let refused = Refused::new(move || action.value().get(), refusal);
    view! {
        <ActionForm action=action attr:class="form form-tight">
            <Refusal refused=refused fields=&["/name", "/email", "/organisation", "/password"]/>
            <TextField id="name" name="name" label="Your name" autocomplete="name" autofocus=true error=refused.at("/name")/>
            <TextField id="email" name="email" label="Email" kind=InputKind::Email autocomplete="username" length=(0, 254) error=refused.at("/email")/>
            <TextField
                id="organisation"
                name="organisation"
                label="Organisation"
                autocomplete="organization"
                help="The company or team your tokens belong to. You can add others later."
                error=refused.at("/organisation")
            />
            <TextField
                id="password"
                name="password"
                label="Password"
                kind=InputKind::Password
                autocomplete="new-password"
                length=(8, 128)
                help="8 to 128 characters, and not a common one. Any characters; pasting is fine."
                error=refused.at("/password")
            />
            <Button look=Look::Primary wide=true disabled=action.pending()>
                {move || if action.pending().get() { "Creating your account…" } else { "Create account" }}
            </Button>
        </ActionForm>
    }
    .into_any()
}
