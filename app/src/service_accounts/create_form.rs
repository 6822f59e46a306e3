//! The form that creates a service account.

use super::server_fns::CreateServiceAccount;
use crate::{
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Look, Select, TextArea, TextField},
};
use leptos::prelude::*;

#[component]
pub(crate) fn ServiceAccountForm(
    slug: String,
    /// Value and label of each role.
    roles: Vec<(String, String)>,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let list = format!("/orgs/{slug}/service-accounts");
    view! {
        <PostForm class="form page-narrow" action={posts_to::<CreateServiceAccount>()}>
            <Live busy=""/>
            <Refusal refused=refused.clone() fields=&["/name", "/description", "/role"]/>
            <input type="hidden" name="slug" value=slug/>
            <TextField id="name" name="name" label="Name" help="What it runs: “Nightly export”, “Deploy bot”." error=refused.at("/name")/>
            <TextArea id="description" name="description" label="Description" error=refused.at("/description")/>
            <Select
                id="role"
                name="role"
                label="Role"
                options=roles
                chosen="member"
                help="Its tokens can never do more than its role allows."
                error=refused.at("/role")
            />
            <div class="form-actions">
                <Button look=Look::Primary>"Create service account"</Button>
                <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
            </div>
        </PostForm>
    }
    .into_any()
}
