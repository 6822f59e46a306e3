//! The sign-in form.

use super::server_fns::SignIn;
use crate::{
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, Choice, InputKind, Look, TextField},
};
use leptos::prelude::*;

#[component]
pub(crate) fn SignInForm(
    /// Page to show after signing in.
    next: Option<String>,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    view! {
        <PostForm class="form form-tight" action={posts_to::<SignIn>()}>
            <Live busy="Signing in…"/>
            <Refusal refused=refused fields=&[]/>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <TextField id="email" name="email" label="Email" kind=InputKind::Email autocomplete="username" length=(0, 254) autofocus=true/>
            <TextField id="password" name="password" label="Password" kind=InputKind::Password autocomplete="current-password" length=(0, 128)/>
            <Choice name="remember">"Keep me signed in for 30 days"</Choice>
            <Button look=Look::Primary wide=true>"Sign in"</Button>
        </PostForm>
    }
    .into_any()
}
