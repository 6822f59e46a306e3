//! Offboarding: tokens of former members, the end of their grace periods, and what to do with them.

use super::{done, in_path, refusal_of};
use crate::{
    forms::{Refusal, Refused},
    layout::{PageHead, desk_page},
    members::{ChangeGrace, ChangeSettings, GraceSetting, PersonWhoLeft},
    server_side::{refused, service},
    ui::{ButtonLink, EmptyState, Glyph, Toast},
};
use domain::{access::Action, credential::CredentialKind};
use leptos::prelude::*;
use service::ServiceError;

/// One panel per former member, then the setting for the grace period.
#[component]
pub(crate) fn SuccessionPage() -> impl IntoView {
    let slug = in_path("slug");
    let (grace_refusal, refusal) = (refusal_of::<ChangeGrace>(), refusal_of::<ChangeSettings>());
    let toast =
        [("changed", "Changed. It counts from the next call on."), ("set", "Saved for whoever leaves from now on.")];
    let toast = toast.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    desk_page(move |desk| async move {
        desk.own_slug(&slug)?;
        // Viewers who may see only their own credentials can't see this page.
        if !desk.may_for_all(Action::ReadInventory) {
            return Err(refused(ServiceError::Missing));
        }
        let people = service()?.succession(&desk.caller).await.map_err(refused)?;
        let settings = service()?.settings(&desk.caller).await.map_err(refused)?;
        let may_decide = desk.may(Action::ManageMembers);
        let may_hand_over = desk.may(Action::HandOver) && desk.may(Action::Change(CredentialKind::PersonalAccessToken));
        let members = format!("/orgs/{slug}/members");
        let crumbs = vec![(members.clone(), "Members".to_owned())];
        let nobody = people.is_empty();
        let people = people
            .into_iter()
            .map(|person| view! {
                <PersonWhoLeft slug=slug.clone() person=person may_decide=may_decide may_hand_over=may_hand_over now=desk.now/>
            })
            .collect_view();
        Ok(view! {
            <PageHead title="Left behind" lead="Tokens of people who have left. Hand over what something depends on, and revoke the rest." crumbs=crumbs/>
            <div class="stack">
                <Refusal refused=Refused(grace_refusal) fields=&[]/>
                {nobody.then(|| view! {
                    <section class="panel">
                        <EmptyState glyph=Glyph::Person title="Nothing is left behind" lead="Nobody who has left has tokens here that would still work. When somebody leaves, theirs are listed here until they are handed over or revoked.">
                            <ButtonLink href=members>"Members"</ButtonLink>
                        </EmptyState>
                    </section>
                })}
                {people}
                {may_decide.then(|| view! { <GraceSetting slug=slug days=settings.succession_grace_days refusal=refusal/> })}
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}
