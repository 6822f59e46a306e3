//! Tokens of other organizations that their owners have authorized for this one.

use super::{Paging, ROWS, done, in_path, query, refusal_of};
use crate::{
    forms::{Refusal, Refused},
    layout::{PageHead, signed_in_page},
    org_authorizations::{AuthorizationRequest, AuthorizedTable, DecideAuthorization, EndAuthorization, TakeBack},
    server_side::{PageRequest, refused, service},
    ui::{ButtonLink, EmptyState, Glyph, Toast},
};
use domain::{
    access::Action,
    credential::{AuthorizationState, CredentialKind},
};
use leptos::prelude::*;

const DONE: [(&str, &str); 3] = [
    ("approved", "Approved. It works here from now on, with the secret its owner has."),
    ("denied", "Denied. Its owner sees why."),
    ("ended", "Taken back. It is refused here from now on."),
];

/// Pending authorizations, then the list.
#[component]
pub(crate) fn OrgAuthorizationsPage() -> impl IntoView {
    let (slug, cursor, ending) = (in_path("slug"), query("cursor"), query("end"));
    let refusal = refusal_of::<DecideAuthorization>().or_else(refusal_of::<EndAuthorization>);
    let toast = DONE.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let found = service()?.org_authorizations().authorized_tokens(&context.caller, &page).await.map_err(refused)?;
        let (now, me) = (context.now, context.caller.actor.user());
        let path = format!("/orgs/{slug}/organization-authorizations");
        let may_end = context.may(Action::Change(CredentialKind::PersonalAccessToken));
        let may_decide = context.may(Action::DecideTokenRequest);
        let older = found.next_cursor.map(|cursor| format!("{path}?cursor={cursor}"));
        let is_it =
            |id: &String| found.items.iter().find(|here| here.token.authorization.credential.to_string() == *id);
        let ending = ending.as_ref().filter(|_| may_end).and_then(is_it).cloned();
        let (waiting, rest): (Vec<_>, Vec<_>) =
            found.items.into_iter().partition(|here| here.state == AuthorizationState::Pending);
        let nothing = waiting.is_empty() && rest.is_empty();
        let panels: Vec<_> = waiting
            .into_iter()
            .map(|here| {
                let may_decide = may_decide && me != Some(here.token.authorization.owner);
                view! { <AuthorizationRequest slug=slug.clone() here=here may_decide=may_decide now=now/> }.into_any()
            })
            .collect();
        let table = (!rest.is_empty())
            .then(|| view! { <AuthorizedTable path=path.clone() tokens=rest may_end=may_end now=now/> }.into_any());
        let take_back =
            ending.map(|here| view! { <TakeBack slug=slug.clone() path=path.clone() here=here now=now/> }.into_any());
        let (members, crumbs) =
            (format!("/orgs/{slug}/members"), vec![(format!("/orgs/{slug}/credentials"), "Credentials".to_owned())]);
        Ok(view! {
            <PageHead title="Authorized tokens" lead="Tokens of other organizations that members have authorized to work here. They may do what their owner may do here, and no more." crumbs=crumbs/>
            <div class="stack">
                <Refusal refused=Refused(refusal) fields=&[]/>
                {take_back}
                {nothing.then(|| view! {
                    <section class="panel">
                        <EmptyState glyph=Glyph::Person title="No token of another organization works here" lead="When somebody who belongs to several organizations authorizes a token of another one for this one, it is listed here.">
                            <ButtonLink href=members>"Members"</ButtonLink>
                        </EmptyState>
                    </section>
                })}
                {panels}
                {table}
                <Paging newest=path older=older on_first_page=on_first_page/>
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}
