//! The list of one kind: the person's own tokens, or the organization's API keys or M2M clients.

use super::{Paging, ROWS, chooser_link, done, query, refusal_of};
use crate::{
    credentials::{CredentialTable, Entry, KindLabels},
    error::AppError,
    layout::{PageHead, signed_in_page},
    members::{ConfirmHeldTokens, HeldTokens},
    server_side::{CredentialPages, CredentialTarget, PageContext, PageRequest, path, refused, service},
    ui::{ButtonLink, CodeLine, EmptyState, Glyph, Icon, Look, Toast},
};
use domain::{
    access::Action,
    credential::{Credential, CredentialKind},
};
use leptos::prelude::*;

/// The list, with a toast about the last change, and paging.
#[component]
pub(crate) fn CredentialListPage() -> impl IntoView {
    let (issued, revoked, arrived, cursor) = (done("issued"), done("revoked"), arrived(), query("cursor"));
    let (confirmed, refusal) = (done("confirmed"), refusal_of::<ConfirmHeldTokens>());
    signed_in_page(move |context| async move {
        let pages = context.pages(&path())?;
        let held = held(&context, &pages).await?;
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let found = service()?.credentials().list(&context.caller, pages.target, &page).await.map_err(refused)?;
        let issued = about(&context, &pages, issued).await;
        let revoked = about(&context, &pages, revoked).await.filter(|credential| credential.revoked_at.is_some());
        let glow = issued.as_ref().map(|credential| credential.id);
        let empty = found.items.is_empty() && on_first_page;
        let issue = (!empty && context.may(issue_action(&pages))).then(|| pages.clone());
        let may_issue = context.may(issue_action(&pages));
        let words = pages.words();
        let (org, base) = (context.org_name(), pages.base.clone());
        let older = found.next_cursor.map(|cursor| format!("{base}?cursor={cursor}"));
        Ok(view! {
            <PageHead title=words.title lead=words.lead>
                {issue.map(|pages| view! { <IssueLink pages=pages/> })}
            </PageHead>
            <HeldTokens org=org.clone() tokens=held now=context.now refusal=refusal/>
            {if empty {
                view! { <NoneYet pages=pages.clone() words=words may_issue=may_issue/> }.into_any()
            } else {
                let entries = entries(&pages, found.items);
                view! { <CredentialTable caption=words.caption entries=entries now=context.now glow=glow/> }.into_any()
            }}
            <Paging newest=base older=older on_first_page=on_first_page/>
            {issued.map(|credential| view! { <Issued pages=pages credential=credential/> })}
            {revoked.map(|credential| view! { <Revoked credential=credential/> })}
            {confirmed.map(|_| view! { <Toast>"Confirmed. It works again."</Toast> })}
            {arrived.map(|words| view! {
                <Toast>{words}" "<span class="quote" dir="auto">{org}</span></Toast>
            })}
        }
        .into_any())
    })
}

/// How the person got into this organization, if they just did.
fn arrived() -> Option<&'static str> {
    let ways = [
        ("created", "You are now in"),
        ("joined", "You joined"),
        ("left", "You left the organization. You are now in"),
    ];
    ways.into_iter().find_map(|(name, words)| done(name).map(|_| words))
}

/// Tokens of a returning member that wait for confirmation. Shown only on the list of their own tokens.
async fn held(context: &PageContext, pages: &CredentialPages) -> Result<Vec<Credential>, AppError> {
    match pages.target {
        CredentialTarget::Mine => service()?.members().held_tokens(&context.caller).await.map_err(refused),
        _ => Ok(Vec::new()),
    }
}

fn issue_action(pages: &CredentialPages) -> Action {
    match pages.kind() {
        CredentialKind::PersonalAccessToken => Action::IssueOwnToken,
        kind => Action::Issue(kind),
    }
}

/// The rows of a list whose credentials all have this base URL.
pub(super) fn entries(pages: &CredentialPages, credentials: Vec<Credential>) -> Vec<Entry> {
    let entry =
        |credential: Credential| Entry { page: pages.page(credential.id), owner: None, may_roll: true, credential };
    credentials.into_iter().map(entry).collect()
}

/// The credential that a toast is about. `None` if it can't be found.
pub(super) async fn about(context: &PageContext, pages: &CredentialPages, id: Option<String>) -> Option<Credential> {
    let found: Result<Credential, AppError> =
        service().ok()?.credentials().show(&context.caller, pages.target, &id?).await.map_err(refused);
    found.ok()
}

/// Toast for a new credential.
#[component]
pub(super) fn Issued(pages: CredentialPages, credential: Credential) -> impl IntoView {
    let shown =
        if credential.redacted().is_empty() { credential.id.to_string() } else { credential.redacted().to_owned() };
    view! {
        <Toast>
            "Issued "<span class="quote" dir="auto">{credential.grant.name.to_string()}</span>", "
            <a class="link mono" href=pages.page(credential.id)>{shown}</a>
        </Toast>
    }
    .into_any()
}

/// Toast for a revoked credential.
#[component]
pub(super) fn Revoked(credential: Credential) -> impl IntoView {
    view! {
        <Toast>
            "Revoked "<span class="quote" dir="auto">{credential.grant.name.to_string()}</span>
            ". It is refused everywhere from now on."
        </Toast>
    }
    .into_any()
}

#[component]
fn IssueLink(pages: CredentialPages) -> impl IntoView {
    view! {
        <ButtonLink href=format!("{}/new", pages.base) look=Look::Primary>
            <Icon glyph=Glyph::Plus/>
            {pages.words().issue}
        </ButtonLink>
    }
}

#[component]
fn NoneYet(pages: CredentialPages, words: &'static KindLabels, may_issue: bool) -> impl IntoView {
    let curl = match pages.kind() {
        CredentialKind::PersonalAccessToken => {
            Some("curl -H \"Authorization: Bearer $MINTMARK_TOKEN\" $MINTMARK_URL/v1/me")
        }
        CredentialKind::ApiKey => Some("curl -H \"X-API-Key: $MINTMARK_API_KEY\" $MINTMARK_URL/v1/me"),
        CredentialKind::Client => None,
    };
    view! {
        <section class="panel">
            <EmptyState glyph=words.glyph title=words.none_yet lead=words.purpose>
                {may_issue.then(|| view! { <IssueLink pages=pages/> })}
                {chooser_link("Which kind do I need?")}
                {curl.map(|code| view! { <CodeLine code=code label="Copy the command"/> })}
            </EmptyState>
        </section>
    }
    .into_any()
}
