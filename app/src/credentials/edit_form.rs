//! The form that renames a credential. A plain form that works without script.

use super::EditCredential;
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, TextArea, TextField},
};
use domain::credential::Credential;
use leptos::prelude::*;

#[component]
pub(crate) fn EditForm(
    credential: Credential,
    /// Base URL of the credential's pages.
    place: String,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let (at_name, at_description, at_team) = (refused.at("/name"), refused.at("/description"), refused.at("/team"));
    view! {
        <section class="panel" aria-labelledby="edit-heading">
            <div class="panel-head">
                <h2 class="panel-title" id="edit-heading">"Name, description and team"</h2>
            </div>
            <PostForm action={posts_to::<EditCredential>()}>
                <div class="panel-body form form-tight">
                    <Refusal refused=refused fields=&["/name", "/description", "/team"]/>
                    <input type="hidden" name="at" value=place/>
                    <input type="hidden" name="id" value=credential.id.to_string()/>
                    <TextField id="name" name="name" label="Name" value=credential.grant.name.to_string() error=at_name/>
                    <TextArea
                        id="description"
                        name="description"
                        label="Description"
                        value=credential.grant.description.to_string()
                        error=at_description
                    />
                    <TextField
                        id="team"
                        name="team"
                        label="Team"
                        value=credential.grant.team.map(|team| team.to_string()).unwrap_or_default()
                        error=at_team
                    />
                </div>
                <div class="panel-foot"><Button>"Save changes"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}
