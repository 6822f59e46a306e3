//! One's own personal access tokens.

use super::query;
use crate::{
    credentials::TokenTable,
    error::AppError,
    layout::{PageHead, desk_page},
    server_side::{Desk, PageRequest, refused, service},
    ui::{ButtonLink, CodeLine, EmptyState, Glyph, Icon, Look, Toast},
};
use domain::credential::Credential;
use leptos::prelude::*;

const PATH: &str = "/settings/tokens";

/// The list, the toast about what was just done, and paging.
#[component]
pub(crate) fn TokensPage() -> impl IntoView {
    let (issued, revoked, created, cursor) = (query("issued"), query("revoked"), query("created"), query("cursor"));
    desk_page(move |desk| async move {
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(PageRequest::DEFAULT_LIMIT, cursor);
        let tokens = service()?.list_tokens(&desk.caller, &page).await.map_err(refused)?;
        let issued_token = about(&desk, issued).await;
        let revoked_token = about(&desk, revoked).await;
        let glow = issued_token.as_ref().map(|token| token.id);
        let empty = tokens.items.is_empty() && on_first_page;
        let org = desk.membership().map(|membership| membership.org.name.to_string());
        Ok(view! {
            <PageHead title="My tokens" lead="Personal access tokens act for you: a script, a pipeline or a tool presents one instead of your password.">
                {(!empty).then(|| view! { <IssueLink/> })}
            </PageHead>
            {if empty {
                view! { <NoTokens/> }.into_any()
            } else {
                view! { <TokenTable now=desk.now tokens=tokens.items glow=glow/> }.into_any()
            }}
            <Paging on_first_page=on_first_page next=tokens.next_cursor/>
            {issued_token.map(|token| view! {
                <Toast>
                    "Issued "<span class="quote" dir="auto">{token.name.to_string()}</span>", "
                    <a class="link mono" href=format!("{PATH}/{}", token.id)>{token.redacted().to_owned()}</a>
                </Toast>
            })}
            {revoked_token.filter(|token| token.revoked_at.is_some()).map(|token| view! {
                <Toast>
                    "Revoked "<span class="quote" dir="auto">{token.name.to_string()}</span>
                    ". It is refused everywhere from now on."
                </Toast>
            })}
            {created.and(org).map(|org| view! {
                <Toast>"You are now in "<span class="quote" dir="auto">{org}</span></Toast>
            })}
        }
        .into_any())
    })
}

/// The token a toast is about. One that is not there has no toast.
async fn about(desk: &Desk, id: Option<String>) -> Option<Credential> {
    let found: Result<Credential, AppError> = service().ok()?.show_token(&desk.caller, &id?).await.map_err(refused);
    found.ok()
}

#[component]
fn IssueLink() -> impl IntoView {
    view! {
        <ButtonLink href="/settings/tokens/new" look=Look::Primary>
            <Icon glyph=Glyph::Plus/>
            "Issue token"
        </ButtonLink>
    }
}

#[component]
fn NoTokens() -> impl IntoView {
    view! {
        <section class="panel">
            <EmptyState
                glyph=Glyph::Key
                title="No tokens yet"
                lead="A token lets a program act for you, with only the scopes you choose and only for as long as you say. You see its secret once."
            >
                <IssueLink/>
                <CodeLine code="curl -H \"Authorization: Bearer $MINTMARK_TOKEN\" $MINTMARK_URL/v1/me" label="Copy the command"/>
            </EmptyState>
        </section>
    }
}

#[component]
fn Paging(on_first_page: bool, next: Option<String>) -> impl IntoView {
    (!on_first_page || next.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                {if on_first_page {
                    view! { <span></span> }.into_any()
                } else {
                    view! { <ButtonLink href=PATH>"Newest"</ButtonLink> }.into_any()
                }}
                {next.map(|cursor| view! { <ButtonLink href=format!("{PATH}?cursor={cursor}")>"Older"</ButtonLink> })}
            </nav>
        }
    })
}
