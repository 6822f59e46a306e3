//! Rolls one credential: usage sources, overlap, and the new secret, once.

use super::id_in_path;
use crate::{
    credentials::{LastUse, RollForm, WhoNotices},
    layout::{PageHead, signed_in_page},
    server_side::{path, refused, service},
    ui::{ButtonLink, Callout},
};
use domain::credential::Credential;
use leptos::prelude::*;

/// The effect of rolling, the usage sources and the form. If it can't be rolled, the reason.
#[component]
pub(crate) fn RollCredentialPage() -> impl IntoView {
    let id = id_in_path();
    signed_in_page(move |context| async move {
        let pages = context.pages(&path())?;
        let credential = service()?.credentials().show(&context.caller, pages.target, &id).await.map_err(refused)?;
        let radius = service()?.credentials().blast_radius(&context.caller, &id).await.map_err(refused)?;
        let (page, noun) = (pages.page(credential.id), pages.words().noun);
        let mut crumbs = pages.crumbs();
        crumbs.push((page.clone(), credential.grant.name.to_string()));
        let live = credential.live_secrets(context.now).count();
        let of_another = credential.is_of_another_person(context.caller.actor.owner());
        let obstacle = if of_another { Some(OF_ANOTHER) } else { obstacle(&credential, context.now, live) };
        Ok(view! {
            <PageHead
                title=format!("Roll {noun}")
                lead="A new secret for the same name, scopes and end. The old one goes on working while you put the new one in place."
                crumbs=crumbs
            />
            <div class="stack page-narrow">
                <section class="panel panel-body">
                    <p class="field-label">"Who uses the old secret"</p>
                    <p class="mono text-faint">{credential.redacted().to_owned()}</p>
                    <p><LastUse credential=credential.clone() now=context.now/></p>
                    <WhoNotices radius=radius/>
                </section>
                {match obstacle {
                    Some(words) => view! {
                        <Callout><p>{words}</p></Callout>
                        <div class="form-actions"><ButtonLink href=page>{format!("Back to the {noun}")}</ButtonLink></div>
                    }.into_any(),
                    None => view! {
                        <RollForm at=pages.base.clone() credential=credential.clone() page=page now=context.now/>
                    }.into_any(),
                }}
            </div>
        }
        .into_any())
    })
}

const OF_ANOTHER: &str = "This token belongs to another person, and only they can see a new secret of it. Ask them to roll it, or disable or revoke it.";

fn obstacle(credential: &Credential, now: domain::Timestamp, live: usize) -> Option<&'static str> {
    if credential.secrets.is_empty() {
        return Some(
            "This client proves who it is with its own keys and has no secret to roll. Replace its keys instead.",
        );
    }
    if !credential.status(now).is_live() {
        return Some("Only what works can be rolled. Enable it first, or issue another one.");
    }
    (live >= credential.kind().rules().max_live_secrets).then_some(
        "As many secrets work at once as this kind allows. Finish or cancel the roll that is under way first.",
    )
}
