//! Finds out which credential a value belongs to.

use super::{done, in_path, refusal_of};
use crate::{
    inventory::{FindCredential, FindForm, Found, NotFoundHere},
    layout::{PageHead, desk_page},
    server_side::{OwnerNames, Place, refused, service},
};
use domain::access::Action;
use leptos::prelude::*;

/// The last answer, and the form for the next question.
#[component]
pub(crate) fn FindCredentialPage() -> impl IntoView {
    let (slug, found, secret) = (in_path("slug"), done("found"), done("secret"));
    let refusal = refusal_of::<FindCredential>();
    desk_page(move |desk| async move {
        desk.own_slug(&slug)?;
        let sees_all = desk.may_for_all(Action::ReadInventory);
        let answer = match found.as_deref() {
            None => None,
            Some("none") => Some(view! { <NotFoundHere sees_all=sees_all/> }.into_any()),
            Some(id) => {
                let credential = service()?.show_any(&desk.caller, id).await.map_err(refused)?;
                let owner = OwnerNames::find(&desk).await.of(&credential);
                let place = Place::of(&slug, credential.kind());
                let page = place.page(credential.id);
                let may_roll = !credential.is_of_another_person(desk.caller.actor.owner());
                let may_change = desk.may(Action::Change(credential.kind()));
                Some(
                    view! { <Found credential=credential secret=secret owner=owner page=page may_change=may_change may_roll=may_roll now=desk.now/> }
                        .into_any(),
                )
            }
        };
        let list = if sees_all {
            (format!("/orgs/{slug}/credentials"), "Credentials".to_owned())
        } else {
            ("/settings/tokens".to_owned(), "My tokens".to_owned())
        };
        Ok(view! {
            <PageHead
                title="Find by value"
                lead="You found a secret in a log, a chat or a repository: see which credential it is, and what you can do about it."
                crumbs=vec![list]
            />
            <div class="stack page-narrow">
                {answer}
                <FindForm slug=slug refusal=refusal/>
            </div>
        }
        .into_any())
    })
}
