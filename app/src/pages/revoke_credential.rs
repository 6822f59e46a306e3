//! Revokes one credential. A page of its own, so that it works from a link and without script.

use super::{id_in_path, refusal_of};
use crate::{
    credentials::{RevokeCredential, RevokePanel},
    layout::{PageHead, desk_page},
    server_side::{path, refused, service},
};
use leptos::prelude::*;

/// The effect, the usage sources, and the button.
#[component]
pub(crate) fn RevokeCredentialPage() -> impl IntoView {
    let (id, refusal) = (id_in_path(), refusal_of::<RevokeCredential>());
    desk_page(move |desk| async move {
        let place = desk.place(&path())?;
        let credential = service()?.show(&desk.caller, place.which, &id).await.map_err(refused)?;
        let radius = service()?.blast_radius(&desk.caller, &id).await.map_err(refused)?;
        let may_roll = !credential.is_of_another_person(desk.caller.actor.owner())
            && !credential.secrets.is_empty()
            && credential.status(desk.now).is_live();
        let mut crumbs = place.crumbs();
        crumbs.push((place.page(credential.id), credential.name.to_string()));
        Ok(view! {
            <PageHead title=format!("Revoke {}", place.words().noun) crumbs=crumbs/>
            <RevokePanel
                credential=credential
                at=place.base.clone()
                list=place.list()
                radius=radius
                may_roll=may_roll
                now=desk.now
                refusal=refusal
            />
        }
        .into_any())
    })
}
