//! Revokes one credential. A page of its own, so that it works from a link and without script.

use super::{id_in_path, refusal_of};
use crate::{
    credentials::{RevokeCredential, RevokePanel},
    layout::{PageHead, signed_in_page},
    server_side::{path, refused, service},
};
use leptos::prelude::*;

/// The effect, the usage sources, and the button.
#[component]
pub(crate) fn RevokeCredentialPage() -> impl IntoView {
    let (id, refusal) = (id_in_path(), refusal_of::<RevokeCredential>());
    signed_in_page(move |context| async move {
        let pages = context.pages(&path())?;
        let credential = service()?.credentials().show(&context.caller, pages.target, &id).await.map_err(refused)?;
        let radius = service()?.credentials().blast_radius(&context.caller, &id).await.map_err(refused)?;
        let may_roll = !credential.is_of_another_person(context.caller.actor.owner())
            && !credential.secrets.is_empty()
            && credential.status(context.now).is_live();
        let mut crumbs = pages.crumbs();
        crumbs.push((pages.page(credential.id), credential.grant.name.to_string()));
        Ok(view! {
            <PageHead title=format!("Revoke {}", pages.words().noun) crumbs=crumbs/>
            <RevokePanel
                credential=credential
                at=pages.base.clone()
                list=pages.list()
                radius=radius
                may_roll=may_roll
                now=context.now
                refusal=refusal
            />
        }
        .into_any())
    })
}
