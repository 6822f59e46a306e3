//! Defining an API. Hydrated it keeps what was typed and shows refusals in place; without script it is a plain form.

use super::server_fns::CreateApi;
use crate::{
    error::AppError,
    forms::{Refusal, Refused},
    ui::{Button, ButtonLink, Look, TextArea, TextField},
};
use leptos::{form::ActionForm, prelude::*};

/// Name, audience and the first scopes.
#[island]
pub fn DefineApiForm(
    /// The organisation's name in addresses.
    slug: String,
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<CreateApi>::new();
    let refused = Refused::new(move || action.value().get(), refusal);
    let list = format!("/orgs/{slug}/apis");
    view! {
        <ActionForm action=action attr:class="form page-narrow">
            <Refusal refused=refused fields=&["/name", "/audience", "/scopes"]/>
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
                <Button look=Look::Primary disabled=action.pending()>"Define API"</Button>
                <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
            </div>
        </ActionForm>
    }
    .into_any()
}
