//! Creates an organization.

use super::refusal_of;
use crate::{
    accounts::CreateOrg,
    forms::{PostForm, Refusal, Refused},
    layout::{PageHead, posts_to, signed_in_page},
    ui::{Button, ButtonLink, Look, TextField},
};
use leptos::prelude::*;

#[component]
pub(crate) fn NewOrgPage() -> impl IntoView {
    let refusal = refusal_of::<CreateOrg>();
    signed_in_page(move |_| async move {
        let refused = Refused(refusal);
        let at_name = refused.at("/name");
        Ok(view! {
            <PageHead title="New organization" lead="Members, tokens and the audit log of an organization are separate from every other's. You become its Owner."/>
            <PostForm class="form page-narrow" action={posts_to::<CreateOrg>()}>
                <Refusal refused=refused fields=&["/name"]/>
                <TextField
                    id="name"
                    name="name"
                    label="Name"
                    autocomplete="organization"
                    help="Shown to its members. Its address is made from it."
                    error=at_name
                />
                <div class="form-actions">
                    <Button look=Look::Primary>"Create organization"</Button>
                    <ButtonLink href="/settings/tokens" look=Look::Ghost>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        }
        .into_any())
    })
}
