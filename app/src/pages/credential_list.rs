//! The list of one kind: the person's own tokens, or the organization's API keys or M2M clients.

use super::{Paging, ROWS, chooser_link, done, query, refusal_of};
use crate::{
    credentials::{CredentialTable, Entry, KindWords},
    error::AppError,
    layout::{PageHead, desk_page},
    members::{ConfirmHeldTokens, HeldTokens},
    server_side::{Desk, PageRequest, Place, Which, path, refused, service},
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
    desk_page(move |desk| async move {
        let place = desk.place(&path())?;
        let held = held(&desk, &place).await?;
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let found = service()?.list(&desk.caller, place.which, &page).await.map_err(refused)?;
        let issued = about(&desk, &place, issued).await;
        let revoked = about(&desk, &place, revoked).await.filter(|credential| credential.revoked_at.is_some());
        let glow = issued.as_ref().map(|credential| credential.id);
        let empty = found.items.is_empty() && on_first_page;
        let issue = (!empty && desk.may(issue_action(&place))).then(|| place.clone());
        let may_issue = desk.may(issue_action(&place));
        let words = place.words();
        let (org, base) = (desk.org_name(), place.base.clone());
        let older = found.next_cursor.map(|cursor| format!("{base}?cursor={cursor}"));
        Ok(view! {
            <PageHead title=words.title lead=words.lead>
                {issue.map(|place| view! { <IssueLink place=place/> })}
            </PageHead>
            <HeldTokens org=org.clone() tokens=held now=desk.now refusal=refusal/>
            {if empty {
                view! { <NoneYet place=place.clone() words=words may_issue=may_issue/> }.into_any()
            } else {
                let entries = entries(&place, found.items);
                view! { <CredentialTable caption=words.caption entries=entries now=desk.now glow=glow/> }.into_any()
            }}
            <Paging newest=base older=older on_first_page=on_first_page/>
            {issued.map(|credential| view! { <Issued place=place credential=credential/> })}
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
async fn held(desk: &Desk, place: &Place) -> Result<Vec<Credential>, AppError> {
    match place.which {
        Which::Mine => service()?.held_tokens(&desk.caller).await.map_err(refused),
        _ => Ok(Vec::new()),
    }
}

fn issue_action(place: &Place) -> Action {
    match place.kind() {
        CredentialKind::PersonalAccessToken => Action::IssueOwnToken,
        kind => Action::Issue(kind),
    }
}

/// The rows of a list whose credentials all have this base URL.
pub(super) fn entries(place: &Place, credentials: Vec<Credential>) -> Vec<Entry> {
    let entry =
        |credential: Credential| Entry { page: place.page(credential.id), owner: None, may_roll: true, credential };
    credentials.into_iter().map(entry).collect()
}

/// The credential that a toast is about. `None` if it can't be found.
pub(super) async fn about(desk: &Desk, place: &Place, id: Option<String>) -> Option<Credential> {
    let found: Result<Credential, AppError> =
        service().ok()?.show(&desk.caller, place.which, &id?).await.map_err(refused);
    found.ok()
}

/// Toast for a new credential.
#[component]
pub(super) fn Issued(place: Place, credential: Credential) -> impl IntoView {
    let shown =
        if credential.redacted().is_empty() { credential.id.to_string() } else { credential.redacted().to_owned() };
    view! {
        <Toast>
            "Issued "<span class="quote" dir="auto">{credential.name.to_string()}</span>", "
            <a class="link mono" href=place.page(credential.id)>{shown}</a>
        </Toast>
    }
    .into_any()
}

/// Toast for a revoked credential.
#[component]
pub(super) fn Revoked(credential: Credential) -> impl IntoView {
    view! {
        <Toast>
            "Revoked "<span class="quote" dir="auto">{credential.name.to_string()}</span>
            ". It is refused everywhere from now on."
        </Toast>
    }
    .into_any()
}

#[component]
fn IssueLink(place: Place) -> impl IntoView {
    view! {
        <ButtonLink href=format!("{}/new", place.base) look=Look::Primary>
            <Icon glyph=Glyph::Plus/>
            {place.words().issue}
        </ButtonLink>
    }
}

#[component]
fn NoneYet(place: Place, words: &'static KindWords, may_issue: bool) -> impl IntoView {
    let curl = match place.kind() {
        CredentialKind::PersonalAccessToken => {
            Some("curl -H \"Authorization: Bearer $MINTMARK_TOKEN\" $MINTMARK_URL/v1/me")
        }
        CredentialKind::ApiKey => Some("curl -H \"X-API-Key: $MINTMARK_API_KEY\" $MINTMARK_URL/v1/me"),
        CredentialKind::Client => None,
    };
    view! {
        <section class="panel">
            <EmptyState glyph=words.glyph title=words.none_yet lead=words.purpose>
                {may_issue.then(|| view! { <IssueLink place=place/> })}
                {chooser_link("Which kind do I need?")}
                {curl.map(|code| view! { <CodeLine code=code label="Copy the command"/> })}
            </EmptyState>
        </section>
    }
    .into_any()
}
