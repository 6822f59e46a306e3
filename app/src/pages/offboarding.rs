//! Offboarding: tokens of former members, the end of their grace periods, and what to do with them.

use super::{done, in_path, refusal_of};
use crate::{
    forms::{Refusal, Refused},
    layout::{PageHead, signed_in_page},
    members::{ChangeGrace, ChangeSettings, GraceSetting, PersonWhoLeft},
    server_side::{refused, service},
    ui::{ButtonLink, EmptyState, Glyph, Toast},
};
use domain::{access::Action, credential::CredentialKind};
use leptos::prelude::*;
use service::ServiceError;

/// One panel per former member, then the setting for the grace period.
#[component]
pub(crate) fn OffboardingPage() -> impl IntoView {
    let slug = in_path("slug");
    let (grace_refusal, refusal) = (refusal_of::<ChangeGrace>(), refusal_of::<ChangeSettings>());
    let toast =
        [("changed", "Changed. It counts from the next call on."), ("set", "Saved for whoever leaves from now on.")];
    let toast = toast.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        // Viewers who may see only their own credentials can't see this page.
        if !context.may_for_all(Action::ReadInventory) {
            return Err(refused(ServiceError::Missing));
        }
        let people = service()?.members().offboarding(&context.caller).await.map_err(refused)?;
        let settings = service()?.orgs().settings(&context.caller).await.map_err(refused)?;
        let may_decide = context.may(Action::ManageMembers);
        let may_transfer =
            context.may(Action::TransferTokens) && context.may(Action::Change(CredentialKind::PersonalAccessToken));
        let members = format!("/orgs/{slug}/members");
        let crumbs = vec![(members.clone(), "Members".to_owned())];
        let nobody = people.is_empty();
        let people = people
            .into_iter()
            .map(|person| view! {
                <PersonWhoLeft slug=slug.clone() person=person may_decide=may_decide may_transfer=may_transfer now=context.now/>
            })
            .collect_view();
        Ok(view! {
            <PageHead title="Former members" lead="Tokens of people who have left. Transfer what something depends on, and revoke the rest." crumbs=crumbs/>
            <div class="stack">
                <Refusal refused=Refused(grace_refusal) fields=&[]/>
                {nobody.then(|| view! {
                    <section class="panel">
                        <EmptyState glyph=Glyph::Person title="No former members" lead="Nobody who has left has tokens here that would still work. When somebody leaves, theirs are listed here until they are transferred or revoked.">
                            <ButtonLink href=members>"Members"</ButtonLink>
                        </EmptyState>
                    </section>
                })}
                {people}
                {may_decide.then(|| view! { <GraceSetting slug=slug days=settings.grace_period_days refusal=refusal/> })}
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}
