//! The sign-up form: a person and their first organization.

use super::server_fns::SignUp;
use crate::{
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, InputKind, Look, TextField},
};
use leptos::prelude::*;

#[component]
pub(crate) fn SignUpForm(refusal: Option<AppError>) -> impl IntoView {
    let refused = Refused(refusal);
    view! {
        <PostForm class="form form-tight" action={posts_to::<SignUp>()}>
            <Live busy="Creating your account…"/>
            <Refusal refused=refused.clone() fields=&["/name", "/email", "/organization", "/password"]/>
            <TextField id="name" name="name" label="Your name" autocomplete="name" autofocus=true error=refused.at("/name")/>
            <TextField id="email" name="email" label="Email" kind=InputKind::Email autocomplete="username" length=(0, 254) error=refused.at("/email")/>
            <TextField
                id="organization"
                name="organization"
                label="Organization"
                autocomplete="organization"
                help="The company or team your tokens belong to. You can add others later."
                error=refused.at("/organization")
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
            <Button look=Look::Primary wide=true>"Create account"</Button>
        </PostForm>
    }
    .into_any()
}
