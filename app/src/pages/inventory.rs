//! The inventory, and the preview of a bulk operation.

use super::{Paging, ROWS, done, encoded, in_path, query, query_all, refusal_of};
use crate::{
    credentials::{CredentialTable, Entry},
    error::AppError,
    inventory::{
        BulkBar, BulkChange, BulkOperation, BulkPanel, Filter, FilterForm, NotSearched, ReceiverForm, SavedViews,
        Ticked,
    },
    layout::{PageHead, signed_in_page},
    server_side::{BulkTarget, CredentialPages, OwnerNames, PageContext, PageRequest, do_to_many, refused, service},
    ui::{ButtonLink, Callout, CalloutTone, EmptyState, Glyph, Look, Toast},
};
use domain::access::Action;
use leptos::prelude::*;

const BULK: &str = "bulk";

#[component]
pub(crate) fn InventoryPage() -> impl IntoView {
    let (slug, cursor) = (in_path("slug"), query("cursor"));
    let (filter, unknown) = Filter::read(query).without_nonsense();
    let (is_secret, filter) = (filter.has_secret(), filter.without_secret());
    let (bulk, revoked) = (bulk_done(), done("revoked"));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let found =
            service()?.credentials().inventory(&context.caller, &filter.to_service(), &page).await.map_err(refused)?;
        let names = OwnerNames::find(&context).await;
        let revoked = match revoked {
            Some(id) => service()?
                .credentials()
                .show_any(&context.caller, &id)
                .await
                .ok()
                .filter(|found| found.revoked_at.is_some()),
            None => None,
        };
        let empty = found.items.is_empty();
        let path = format!("/orgs/{slug}/credentials");
        let find = format!("{path}/find");
        let not_searched = is_secret.then(|| find.clone());
        let authorized = format!("/orgs/{slug}/organization-authorizations");
        let entries = found.items.into_iter().map(|credential| Entry {
            page: CredentialPages::of(&slug, credential.kind()).page(credential.id),
            owner: Some(names.of(&credential)),
            may_roll: !credential.is_of_another_person(context.caller.actor.owner()),
            credential,
        });
        let entries: Vec<_> = entries.collect();
        let rest: String = filter.pairs().iter().map(|(name, value)| format!("{name}={}&", encoded(value))).collect();
        let present = rest.trim_end_matches('&').to_owned();
        let newest = format!("{path}?{present}");
        let actor = &context.caller.actor;
        let pages = format!("mintmark-views {} {}", actor.owner().id(actor.org()), actor.org());
        let may_change = context.may(Action::Change(domain::credential::CredentialKind::PersonalAccessToken));
        let may_transfer = may_change && context.may(Action::TransferTokens);
        let owners = names.choices(context.caller.actor.org().to_string());
        Ok(view! {
            <PageHead title="Credentials" lead="Every credential of the organization: personal access tokens, API keys and M2M clients, whoever owns them.">
                <ButtonLink href=find>"Find by value"</ButtonLink>
                <ButtonLink href=authorized>"Authorized tokens"</ButtonLink>
                <ButtonLink href="/settings/new-credential">"Which one do I need?"</ButtonLink>
            </PageHead>
            <div class="stack">
                {not_searched.map(|find| view! { <NotSearched find=find/> })}
                {(!unknown.is_empty()).then(|| view! { <Unknown parts=unknown/> })}
                <SavedViews place=pages path=path.clone() present=present/>
                <FilterForm path=path.clone() filter=filter.clone() owners=owners/>
                {if empty {
                    view! { <Nothing filtered=!filter.is_empty() path=path.clone()/> }.into_any()
                } else {
                    let ticks = may_change.then_some(BULK);
                    view! {
                        <div class="bulk-scope">
                            <CredentialTable caption="Credentials of the organization" entries=entries now=context.now ticks=ticks mixed=true/>
                            {may_change.then(|| view! { <BulkBar id=BULK path=format!("{path}/bulk") filter=filter may_transfer=may_transfer/> })}
                        </div>
                    }
                    .into_any()
                }}
            </div>
            <Paging
                newest=newest
                older=found.next_cursor.map(|cursor| format!("{path}?{rest}cursor={cursor}"))
                on_first_page=on_first_page
            />
            {bulk.map(|words| view! { <Toast>{words}</Toast> })}
            {revoked.map(|credential| view! {
                <Toast>
                    "Revoked "<span class="quote" dir="auto">{credential.grant.name.to_string()}</span>
                    ". It is refused everywhere from now on."
                </Toast>
            })}
        }
        .into_any())
    })
}

/// Query parameters that were ignored as filters.
#[component]
fn Unknown(parts: Vec<String>) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Warn>
            <p>
                "Left out, because it is no filter here: "<code class="break-all">{parts.join(", ")}</code>
                ". A saved view with it can be deleted and kept again."
            </p>
        </Callout>
    }
    .into_any()
}

/// “12 credentials revoked”, after a bulk operation.
fn bulk_done() -> Option<String> {
    let operation = BulkOperation::named(&done("bulk")?)?;
    let number = |name: &str| query(name).and_then(|count| count.parse::<u32>().ok()).unwrap_or_default();
    let (changed, failed) = (number("done"), number("failed"));
    let words = match changed {
        1 => format!("1 credential {}", operation.done()),
        count => format!("{count} credentials {}", operation.done()),
    };
    Some(if failed == 0 { words } else { format!("{words}; {failed} could not be changed") })
}

#[component]
fn Nothing(filtered: bool, path: String) -> impl IntoView {
    view! {
        <section class="panel">
            {if filtered {
                view! {
                    <EmptyState glyph=Glyph::Building title="Nothing matches" lead="No credential of the organization fits this filter. Ended ones are listed too, so it never existed or belongs elsewhere.">
                        <ButtonLink href=path>"Show all"</ButtonLink>
                    </EmptyState>
                }.into_any()
            } else {
                view! {
                    <EmptyState glyph=Glyph::Building title="No credentials yet" lead="Every token, API key and client of the organization will be listed here, whoever owns it.">
                        <ButtonLink href="/settings/new-credential" look=Look::Primary>"Which one do I need?"</ButtonLink>
                    </EmptyState>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// Preview of a bulk operation on the selected credentials, with the button that performs it.
#[component]
pub(crate) fn BulkPage() -> impl IntoView {
    let (slug, (filter, _), ids) = (in_path("slug"), Filter::read(query).without_nonsense(), query_all("id"));
    let (operation, to) = (query("action").as_deref().and_then(BulkOperation::named), query("to"));
    let (all, refusal) = (query("all").is_some(), refusal_of::<BulkChange>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let list = format!("/orgs/{slug}/credentials");
        let crumbs = vec![(list.clone(), "Credentials".to_owned())];
        // Without the search text the operation would affect more credentials than intended.
        let Some(operation) = operation.filter(|_| !filter.has_secret() && (all || !ids.is_empty())) else {
            return Ok(view! {
                <PageHead title="Nothing is ticked" lead="Tick the credentials first, then choose what to do with them." crumbs=crumbs/>
                <ButtonLink href=list look=Look::Primary>"Back to the list"</ButtonLink>
            }
            .into_any());
        };
        let accounts = if operation == BulkOperation::Transfer { receivers(&context).await? } else { Vec::new() };
        let to = to.and_then(|to| accounts.iter().find(|(id, _)| *id == to).cloned());
        if operation == BulkOperation::Transfer && to.is_none() {
            let ticked = Ticked { ids, all, filter };
            return Ok(view! {
                <PageHead title="Transfer to a service account" lead="So that tokens go on working when the person who made them leaves. Only personal access tokens can be transferred." crumbs=crumbs/>
                <ReceiverForm slug=slug accounts=accounts ticked=ticked/>
            }
            .into_any());
        }
        let target = if all { BulkTarget::Filter(filter.to_service()) } else { BulkTarget::Ids(ids) };
        let receiver = to.as_ref().map(|(id, _)| id.clone());
        let items = do_to_many(&context.caller, (operation, receiver), target, true).await?;
        let title = match (items.iter().filter(|item| item.changed).count(), &to) {
            (1, None) => format!("{} 1 credential?", operation.verb()),
            (count, None) => format!("{} {count} credentials?", operation.verb()),
            (1, Some((_, name))) => format!("Transfer 1 token to {name}?"),
            (count, Some((_, name))) => format!("Transfer {count} tokens to {name}?"),
        };
        Ok(view! {
            <PageHead title=title lead="This is a dry run: nothing has been changed yet." crumbs=crumbs/>
            <BulkPanel slug=slug operation=operation to=to items=items now=context.now refusal=refusal/>
        }
        .into_any())
    })
}

/// ID and name of every service account that can receive tokens.
async fn receivers(context: &PageContext) -> Result<Vec<(String, String)>, AppError> {
    let page = PageRequest::new(PageRequest::MAX_LIMIT, None);
    let found = service()?.service_accounts().list(&context.caller, &page).await.map_err(refused)?;
    Ok(found.items.into_iter().map(|account| (account.id.to_string(), account.name.to_string())).collect())
}
