//! The form that renames a credential. A plain form that works without script.

use super::{
    EditCredential,
    labels::{EditLabels, LabelsDraft, POINTERS},
};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::Button,
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
    view! {
        <section class="panel" aria-labelledby="edit-heading">
            <div class="panel-head">
                <h2 class="panel-title" id="edit-heading">"Name, description and team"</h2>
            </div>
            <PostForm action={posts_to::<EditCredential>()}>
                <div class="panel-body form form-tight">
                    <Refusal refused=refused.clone() fields=POINTERS/>
                    <input type="hidden" name="at" value=place/>
                    <input type="hidden" name="id" value=credential.id.to_string()/>
                    <EditLabels labels=LabelsDraft::of(&credential.grant) refused=refused/>
                </div>
                <div class="panel-foot"><Button>"Save changes"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}
