//! Defining an API. Hydrated it keeps what was typed and shows refusals in place; without script it is a plain form.

use super::server_fns::CreateApi;
use crate::{
    error::AppError,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, TextArea, TextField},
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
    let error = Signal::derive(move || match action.value().get() {
        Some(Err(error)) => Some(error),
        Some(Ok(())) => None,
        None => refusal.clone(),
    });
    let at =
        move |pointer: &'static str| Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.at(&[pointer]))));
    let list = format!("/orgs/{slug}/apis");
    view! {
        <ActionForm action=action attr:class="form page-narrow">
            {move || error.get().filter(|error| !error.is_only_fields()).map(|error| view! {
                <Callout tone=CalloutTone::Danger urgent=true><p>{error.message}</p></Callout>
            })}
            <input type="hidden" name="slug" value=slug/>
            <TextField id="name" name="name" label="Name" help="What people call it: “CRM API”." error=at("/name")/>
            <TextField
                id="audience"
                name="audience"
                label="Audience"
                length=(0, 255)
                placeholder="https://api.example.com"
                help="The absolute URI that access tokens for this API name. It cannot be changed later."
                error=at("/audience")
            />
            <TextArea
                id="scopes"
                name="scopes"
                label="Scopes"
                code=true
                max_length=60_000
                placeholder="contacts:read Read contacts"
                help="One a line: the scope, a space, and a few words that the scope picker shows. You can add more later."
                error=at("/scopes")
            />
            <div class="form-actions">
                <Button look=Look::Primary disabled=action.pending()>"Define API"</Button>
                <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
            </div>
        </ActionForm>
    }
    .into_any()
}
