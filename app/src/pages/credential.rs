//! One credential of any kind, with everything that can be seen and changed.

use super::{done, encoded, id_in_path, query, query_all, refusal_of};
use crate::{
    access_tokens::{AccessTokenPanel, AsClientPanel},
    audit::History,
    credentials::{
        AddClientKeys, CancelRoll, ClientKeys, DangerZone, Details, DisableCredential, EditCredential, EditForm,
        EditRights, EnableCredential, FinishRoll, KeyChange, RemoveClientKey, RightsForm, Secrets, Standing,
        UsagePanel, sentence_case,
    },
    error::AppError,
    layout::{PageHead, signed_in_page},
    org_authorizations::{AtHomeElsewhere, AuthorizeToken, OrgsPanel, WithdrawAuthorization},
    server_side::{
        CredentialPages, CredentialTarget, OwnerNames, PageContext, PageRequest, offer, path, refused, service,
        token_request, words,
    },
    ui::Toast,
};
use domain::{
    access::Action,
    audit::AuditAction,
    credential::{Credential, CredentialKind},
};
use leptos::prelude::*;

/// Query parameters with a success notice, and the sentence for each.
const DONE: [(&str, &str); 11] = [
    ("saved", "Saved. It counts from the next call."),
    ("rolled", "Rolled. The new secret waits for its first use."),
    ("cancelled", "Roll cancelled. The new secret is refused."),
    ("finished", "Roll finished. Only the newest secret works."),
    ("disabled", "Disabled. It is refused until somebody enables it."),
    ("enabled", "Enabled. It works again."),
    ("key-added", "Added. What is signed with it counts from now on."),
    ("authorized", "Authorized. It works there from now on."),
    ("authorization-asked", "Asked for. It works there as soon as somebody of that organization has approved it."),
    ("withdrawn", "Taken back. It is refused there from now on."),
    ("key-removed", "Removed. What is signed with it is refused."),
];

/// Number of history events shown.
const EVENTS: u32 = 10;
const REFUSALS: u32 = 5;

fn change_action(pages: &CredentialPages) -> Action {
    match pages.target {
        CredentialTarget::Mine => Action::ChangeOwnToken,
        CredentialTarget::ServiceAccount(_) => Action::ManageServiceAccounts,
        CredentialTarget::Of(kind) => Action::Change(kind),
    }
}

fn may_change(context: &PageContext, pages: &CredentialPages) -> bool {
    context.may(change_action(pages))
}

#[component]
pub(crate) fn CredentialPage() -> impl IntoView {
    let (id, just_done) = (id_in_path(), DONE.iter().find(|(name, _)| done(name).is_some()).map(|(_, words)| *words));
    let wanted: Vec<String> = query_all("scopes").iter().flat_map(|scopes| words(scopes)).collect();
    let (at_name, at_rights) = (refusal_of::<EditCredential>(), refusal_of::<EditRights>());
    let at_roll = refusal_of::<CancelRoll>().or_else(refusal_of::<FinishRoll>);
    let at_switch = refusal_of::<DisableCredential>().or_else(refusal_of::<EnableCredential>);
    let at_orgs = refusal_of::<AuthorizeToken>().or_else(refusal_of::<WithdrawAuthorization>);
    let wanted_by = query("authorize");
    let keys = KeyChange {
        not_added: refusal_of::<AddClientKeys>(),
        not_removed: refusal_of::<RemoveClientKey>(),
        removing: query("remove"),
    };
    signed_in_page(move |context| async move {
        let pages = context.pages(&path())?;
        if let Some(home) = at_home_elsewhere(&context, &pages, &id, wanted_by.as_deref()).await? {
            return Ok(home);
        }
        let credential = service()?.credentials().show(&context.caller, pages.target, &id).await.map_err(refused)?;
        let owner = OwnerNames::find(&context).await.of(&credential);
        let request = service()?.token_requests().show(&context.caller, &id).await.map_err(refused)?;
        let except_at = context
            .may(Action::ManagePolicies)
            .then(|| format!("/orgs/{}/policies?except={}#except", context.slug(), credential.id));
        let of_another = credential.is_of_another_person(context.caller.actor.owner());
        let editable = may_change(&context, &pages) && !credential.status(context.now).is_final();
        let offer = if editable { Some(offer(&context, &pages, &[]).await?.0) } else { None };
        let (usage, history) = happened(&context, &pages, &credential).await?;
        let orgs = in_orgs(&context, &pages, &credential, wanted_by, at_orgs).await?;
        let getting = getting_access_tokens(&context, &pages, &credential).await?;
        let (at, page) = (pages.base.clone(), pages.page(credential.id));
        Ok(view! {
            <PageHead title=credential.grant.name.to_string() lead=lead(&credential) crumbs=pages.crumbs()/>
            <div class="stack">
                <Standing credential=credential.clone() request=request except_at=except_at now=context.now/>
                <Details credential=credential.clone() owner=owner now=context.now/>
                <Secrets
                    credential=credential.clone()
                    at=at.clone()
                    page=page.clone()
                    may_change=editable
                    may_roll=editable && !of_another
                    now=context.now
                    refusal=at_roll
                />
                <ClientKeys credential=credential.clone() at=at.clone() page=page.clone() may_change=editable change=keys/>
                {orgs}
                {getting}
                {usage}
                {offer.map(|offer| view! {
                    <RightsForm credential=credential.clone() place=at.clone() offer=offer wanted=wanted may_widen=!of_another refusal=at_rights/>
                    <EditForm credential=credential.clone() place=at.clone() refusal=at_name/>
                })}
                {history}
                {editable.then(|| view! {
                    <DangerZone credential=credential at=at page=page now=context.now refusal=at_switch/>
                })}
            </div>
            {just_done.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}

/// Introduction below the title: the description, or else the kind. Personal access tokens have a list of their own, so
/// their kind is not repeated.
fn lead(credential: &Credential) -> String {
    match (credential.grant.description.as_str(), credential.kind()) {
        ("", CredentialKind::PersonalAccessToken) => String::new(),
        ("", kind) => sentence_case(kind.rules().title),
        (words, _) => words.to_owned(),
    }
}

/// Shown when a link leads to the person's own token while they work in another organization than its home.
async fn at_home_elsewhere(
    context: &PageContext,
    pages: &CredentialPages,
    id: &str,
    wanted_by: Option<&str>,
) -> Result<Option<AnyView>, AppError> {
    let Some(wanted_by) = wanted_by.filter(|_| pages.target == CredentialTarget::Mine) else { return Ok(None) };
    let home = service()?.org_authorizations().home_of_own_token(&context.caller, id).await.map_err(refused)?;
    let Some(home) = home.filter(|home| home.id != context.caller.actor.org()) else { return Ok(None) };
    let page = format!("{}/{}?authorize={}", pages.base, encoded(id), encoded(wanted_by));
    Ok(Some(
        view! {
            <PageHead title="A token of another organization" crumbs=pages.crumbs()/>
            <AtHomeElsewhere home=home page=page/>
        }
        .into_any(),
    ))
}

/// The panel with the token's organizations. Only its owner sees it.
async fn in_orgs(
    context: &PageContext,
    pages: &CredentialPages,
    credential: &Credential,
    wanted: Option<String>,
    refusal: Option<AppError>,
) -> Result<Option<AnyView>, AppError> {
    if pages.target != CredentialTarget::Mine {
        return Ok(None);
    }
    let id = credential.id.to_string();
    let stands = service()?.org_authorizations().token_in_orgs(&context.caller, &id).await.map_err(refused)?;
    let (may_change, now) = (!credential.status(context.now).is_final(), context.now);
    Ok(Some(
        view! { <OrgsPanel id=id stands=stands wanted=wanted may_change=may_change now=now refusal=refusal/> }
            .into_any(),
    ))
}

/// The panel on access tokens. `None` for credentials that have ended or can't use the token endpoint.
async fn getting_access_tokens(
    context: &PageContext,
    pages: &CredentialPages,
    credential: &Credential,
) -> Result<Option<AnyView>, AppError> {
    let status = credential.status(context.now);
    let request = if status.is_final() { None } else { token_request(context, credential).await? };
    let test_at = (status.is_live() && may_change(context, pages)).then(|| pages.base.clone());
    Ok(request.map(|request| match credential.kind() {
        CredentialKind::Client => view! { <AccessTokenPanel request=request test_at=test_at/> }.into_any(),
        _ => view! { <AsClientPanel request=request/> }.into_any(),
    }))
}

/// The panels with usage and history.
async fn happened(
    context: &PageContext,
    pages: &CredentialPages,
    credential: &Credential,
) -> Result<(AnyView, AnyView), AppError> {
    let (service, id) = (service()?, credential.id.to_string());
    let latest = async |action, limit| {
        let page = PageRequest::new(limit, None);
        service.credentials().history(&context.caller, pages.target, &id, action, &page).await.map_err(refused)
    };
    let refusals = latest(Some(AuditAction::CredentialDenied), REFUSALS).await?;
    let events = latest(None, EVENTS).await?;
    let log = context.may(Action::ReadAudit).then(|| format!("/orgs/{}/audit?target={id}", context.slug()));
    let (more, now) = (events.next_cursor.is_some(), context.now);
    let radius = service.credentials().blast_radius_as_written(&context.caller, &id).await.map_err(refused)?;
    let usage = view! { <UsagePanel credential=credential.clone() radius=radius refusals=refusals.items now=now/> };
    let history = view! { <History events=events.items more=more log=log now=now/> };
    Ok((usage.into_any(), history.into_any()))
}
