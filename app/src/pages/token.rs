//! One personal access token: what it is, its secrets, its name, and the way to revoke it.

use super::{id_in_path, query, refusal_of};
use crate::{
    credentials::{EditForm, EditToken, Facts, Secrets},
    layout::{PageHead, desk_page},
    server_side::{refused, service},
    ui::{ButtonLink, Look, Toast},
};
use leptos::prelude::*;

/// Facts, edit form, secrets, danger zone.
#[component]
pub(crate) fn TokenPage() -> impl IntoView {
    let (id, saved, refusal) = (id_in_path(), query("saved"), refusal_of::<EditToken>());
    desk_page(move |desk| async move {
        let token = service()?.show_token(&desk.caller, &id).await.map_err(refused)?;
        let live = token.status(desk.now).is_live();
        Ok(view! {
            <PageHead
                title=token.name.to_string()
                lead=token.description.to_string()
                crumbs=vec![("/settings/tokens".to_owned(), "My tokens".to_owned())]
            />
            <div class="stack">
                <Facts token=token.clone() now=desk.now/>
                <Secrets secrets=token.secrets.clone() now=desk.now/>
                {live.then(|| view! {
                    <EditForm token=token.clone() refusal=refusal/>
                    <section class="panel panel-danger" aria-labelledby="revoke-heading">
                        <div class="panel-head border-0">
                            <div>
                                <h2 class="panel-title" id="revoke-heading">"Revoke this token"</h2>
                                <p class="panel-lead">"It is refused everywhere within a second, and for good."</p>
                            </div>
                            <ButtonLink href=format!("/settings/tokens/{}/revoke", token.id) look=Look::DangerQuiet>
                                "Revoke token"
                            </ButtonLink>
                        </div>
                    </section>
                })}
            </div>
            {saved.map(|_| view! { <Toast>"Saved"</Toast> })}
        }
        .into_any())
    })
}
