//! Pending approval requests, and recent decisions.

use super::{Paging, ROWS, done, in_path, query, refusal_of};
use crate::{
    approvals::{DecideRequest, Decided, RequestPanel},
    forms::{Refusal, Refused},
    layout::{PageHead, signed_in_page},
    server_side::{PageRequest, refused, service},
    ui::{ButtonLink, EmptyState, Glyph, Toast},
};
use domain::{access::Action, credential::Owner};
use leptos::prelude::*;
use service::approvals::RequestState;

/// Number of recent decisions shown.
const DECIDED: u32 = 10;

/// Pending requests, newest first.
#[component]
pub(crate) fn ApprovalsPage() -> impl IntoView {
    let (slug, cursor, refusal) = (in_path("slug"), query("cursor"), refusal_of::<DecideRequest>());
    let toast = [
        ("approved", "Approved. It works from now on, with the secret that its requester already has."),
        ("denied", "Denied and revoked. Whoever asked sees why."),
    ];
    let toast = toast.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let waiting =
            service()?.token_requests().list(&context.caller, RequestState::Waiting, &page).await.map_err(refused)?;
        let latest = PageRequest::new(DECIDED, None);
        let decided =
            service()?.token_requests().list(&context.caller, RequestState::Decided, &latest).await.map_err(refused)?;
        let me = context.caller.actor.user();
        let may_decide = context.may(Action::DecideTokenRequest);
        let path = format!("/orgs/{slug}/approvals");
        let policy = context.may(Action::ManagePolicies).then(|| format!("/orgs/{slug}/policies/pat"));
        let now = context.now;
        let authorized = format!("/orgs/{slug}/organization-authorizations");
        let older = waiting.next_cursor.map(|cursor| format!("{path}?cursor={cursor}"));
        let nothing = waiting.items.is_empty();
        let panels: Vec<_> = waiting
            .items
            .into_iter()
            .map(|request| {
                let is_own = me.is_some_and(|me| request.credential.owner == Owner::User(me)) || !may_decide;
                view! { <RequestPanel slug=slug.clone() request=request is_own=is_own now=now/> }
            })
            .collect();
        Ok(view! {
            <PageHead title="Approvals" lead="Credentials that members have asked for. Their secrets were shown already and work as soon as somebody approves them.">
                <ButtonLink href=authorized>"Authorized tokens"</ButtonLink>
            </PageHead>
            <div class="stack">
                <Refusal refused=Refused(refusal) fields=&[]/>
                {nothing.then(|| view! {
                    <section class="panel">
                        <EmptyState glyph=Glyph::Check title="Nothing waits" lead="Where a policy asks for approval, what members issue appears here before it works.">
                            {policy.map(|href| view! { <ButtonLink href=href>"Ask for approval"</ButtonLink> })}
                        </EmptyState>
                    </section>
                })}
                {panels}
                <Paging newest=path older=older on_first_page=on_first_page/>
                {(!decided.items.is_empty()).then(|| view! {
                    <section class="panel" aria-labelledby="decided-heading">
                        <div class="panel-head"><h2 class="panel-title" id="decided-heading">"Decided lately"</h2></div>
                        <ul class="panel-body log-lines">
                            {decided.items.into_iter().map(|request| view! { <Decided request=request now=now/> }).collect_view()}
                        </ul>
                    </section>
                })}
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}
