//! The form that defines an API.

use super::server_fns::CreateApi;
use crate::{
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Look, TextArea, TextField},
};
use leptos::prelude::*;

/// Name, audience and the first scopes.
#[component]
pub(crate) fn DefineApiForm(slug: String, refusal: Option<AppError>) -> impl IntoView {
    let refused = Refused(refusal);
    let list = format!("/orgs/{slug}/apis");
    view! {
        <PostForm class="form page-narrow" action={posts_to::<CreateApi>()}>
            <Live busy=""/>
            <Refusal refused=refused.clone() fields=&["/name", "/audience", "/scopes"]/>
            <input type="hidden" name="slug" value=slug/>
            <TextField id="name" name="name" label="Name" help="What people call it: “CRM API”." error=refused.at("/name")/>
            <TextField
                id="audience"
                name="audience"
                label="Audience"
                length=(0, 255)
                placeholder="https://api.example.com"
                help="The absolute URI that access tokens for this API name. It cannot be changed later."
                error=refused.at("/audience")
            />
            <TextArea
                id="scopes"
                name="scopes"
                label="Scopes"
                code=true
                max_length=60_000
                placeholder="contacts:read Read contacts"
                help="One a line: the scope, a space, and a few words that the scope picker shows. You can add more later."
                error=refused.at("/scopes")
            />
            <div class="form-actions">
                <Button look=Look::Primary>"Define API"</Button>
                <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
            </div>
        </PostForm>
    }
    .into_any()
}
