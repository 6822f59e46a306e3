//! Creating a service account. Hydrated it keeps what was typed and shows refusals in place; without script it is a plain form.

use super::server_fns::CreateServiceAccount;
use crate::{
    error::AppError,
    forms::{Refusal, Refused},
    ui::{Button, ButtonLink, Look, Select, TextArea, TextField},
};
use leptos::{form::ActionForm, prelude::*};

/// Name, description and role.
#[island]
pub fn ServiceAccountForm(
    /// The organisation's name in addresses.
    slug: String,
    /// Value and words of each role.
    roles: Vec<(String, String)>,
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<CreateServiceAccount>::new();
    let refused = Refused::new(move || action.value().get(), refusal);
    let list = format!("/orgs/{slug}/service-accounts");
    view! {
        <ActionForm action=action attr:class="form page-narrow">
            <Refusal refused=refused fields=&["/name", "/description", "/role"]/>
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
                <Button look=Look::Primary disabled=action.pending()>"Create service account"</Button>
                <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
            </div>
        </ActionForm>
    }
    .into_any()
}
