//! Finds out which credential a value belongs to.

use super::{done, in_path, refusal_of};
use crate::{
    inventory::{FindCredential, FindForm, Found, NotFoundHere},
    layout::{PageHead, signed_in_page},
    server_side::{CredentialPages, OwnerNames, refused, service},
};
use domain::access::Action;
use leptos::prelude::*;

/// The last answer, and the form for the next question.
#[component]
pub(crate) fn FindCredentialPage() -> impl IntoView {
    let (slug, found, secret) = (in_path("slug"), done("found"), done("secret"));
    let refusal = refusal_of::<FindCredential>();
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let sees_all = context.may_for_all(Action::ReadInventory);
        let answer = match found.as_deref() {
            None => None,
            Some("none") => Some(view! { <NotFoundHere sees_all=sees_all/> }.into_any()),
            Some(id) => {
                let credential = service()?.credentials().show_any(&context.caller, id).await.map_err(refused)?;
                let owner = OwnerNames::find(&context).await.of(&credential);
                let pages = CredentialPages::of(&slug, credential.kind());
                let page = pages.page(credential.id);
                let may_roll = !credential.is_of_another_person(context.caller.actor.owner());
                let may_change = context.may(Action::Change(credential.kind()));
                Some(
                    view! { <Found credential=credential secret=secret owner=owner page=page may_change=may_change may_roll=may_roll now=context.now/> }
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
