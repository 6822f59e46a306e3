//! Renaming a token: a plain form that works without script.

use super::EditToken;
use crate::{
    error::AppError,
    layout::posts_to,
    ui::{Button, Callout, CalloutTone, TextArea, TextField},
};
use domain::credential::Credential;
use leptos::prelude::*;

/// Name and description.
#[component]
pub fn EditForm(
    /// The token as it is.
    token: Credential,
    /// What the last try was refused for.
    refusal: Option<AppError>,
) -> impl IntoView {
    let at = |pointer: &str| Signal::stored(refusal.as_ref().and_then(|error| error.at(&[pointer])));
    let (at_name, at_description) = (at("/name"), at("/description"));
    view! {
        <section class="panel" aria-labelledby="edit-heading">
            <div class="panel-head">
                <h2 class="panel-title" id="edit-heading">"Name and description"</h2>
            </div>
            <form method="post" action={posts_to::<EditToken>()}>
                <div class="panel-body form form-tight">
                    {refusal.filter(|error| !error.is_only_fields()).map(|error| view! {
                        <Callout tone=CalloutTone::Danger urgent=true><p>{error.message}</p></Callout>
                    })}
                    <input type="hidden" name="id" value=token.id.to_string()/>
                    <TextField id="name" name="name" label="Name" value=token.name.to_string() error=at_name/>
                    <TextArea
                        id="description"
                        name="description"
                        label="Description"
                        value=token.description.to_string()
                        error=at_description
                    />
                </div>
                <div class="panel-foot"><Button>"Save changes"</Button></div>
            </form>
        </section>
    }
    .into_any()
}
