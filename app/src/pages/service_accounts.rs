//! The organization's service accounts: the list, the form that creates one, and one account with its tokens.

use super::{
    Paging, ROWS,
    credential_list::{Issued, Revoked, about, entries},
    done, in_path, query, refusal_of,
};
use crate::{
    credentials::CredentialTable,
    labels::{role_explained, role_in_words},
    layout::{PageHead, signed_in_page},
    server_side::{CredentialPages, PageRequest, refused, service, service_account_page},
    service_accounts::{CreateServiceAccount, ServiceAccountForm},
    ui::{ButtonLink, EmptyState, Glyph, Icon, Look, RelativeTime, Table, Toast},
};
use domain::{
    Timestamp,
    access::{Action, Role, ServiceAccountRole},
    account::ServiceAccount,
};
use leptos::prelude::*;

#[component]
pub(crate) fn ServiceAccountsPage() -> impl IntoView {
    let (slug, cursor) = (in_path("slug"), query("cursor"));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let found = service()?.service_accounts().list(&context.caller, &page).await.map_err(refused)?;
        let path = format!("/orgs/{slug}/service-accounts");
        let empty = found.items.is_empty() && on_first_page;
        let may_create = context.may(Action::ManageServiceAccounts);
        let create = move |path: &str| {
            may_create.then(|| {
                view! {
                    <ButtonLink href=format!("{path}/new") look=Look::Primary>
                        <Icon glyph=Glyph::Plus/>
                        "Create service account"
                    </ButtonLink>
                }
            })
        };
        let older = found.next_cursor.map(|cursor| format!("{path}?cursor={cursor}"));
        let (for_head, for_empty) = ((!empty).then(|| create(&path)), create(&path));
        Ok(view! {
            <PageHead title="Service accounts" lead="Users without a login that the organization owns. Their tokens have user context and go on working when people leave.">
                {for_head}
            </PageHead>
            {if empty {
                view! {
                    <section class="panel">
                        <EmptyState
                            glyph=Glyph::Robot
                            title="No service accounts yet"
                            lead="Some operations need a person. A service account is one that never leaves: give it a role, then issue tokens for it."
                        >
                            {for_empty}
                        </EmptyState>
                    </section>
                }.into_any()
            } else {
                view! { <Accounts slug=slug accounts=found.items now=context.now/> }.into_any()
            }}
            <Paging newest=path older=older on_first_page=on_first_page/>
        }
        .into_any())
    })
}

#[component]
fn Accounts(slug: String, accounts: Vec<ServiceAccount>, now: Timestamp) -> impl IntoView {
    view! {
        <section class="panel">
            <Table caption="Service accounts of the organization" heads=vec!["Name", "Role", "Created"]>
                {accounts
                    .into_iter()
                    .map(|account| {
                        let (page, name) = (service_account_page(&slug, &account), account.name.to_string());
                        view! {
                            <tr>
                                <th scope="row">
                                    <span class="entry">
                                        <a class="entry-name" href=page title=name.clone() dir="auto">{name.clone()}</a>
                                        <span class="entry-note" dir="auto">{account.description.to_string()}</span>
                                    </span>
                                </th>
                                <td data-label="Role">{role_in_words(account.role.into())}</td>
                                <td data-label="Created" class="cell-tight"><RelativeTime at=account.created_at now=now/></td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

#[component]
pub(crate) fn NewServiceAccountPage() -> impl IntoView {
    let (slug, refusal) = (in_path("slug"), refusal_of::<CreateServiceAccount>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let roles = ServiceAccountRole::ALL
            .map(Role::from)
            .map(|role| (role.as_str().to_owned(), format!("{}: {}", role_in_words(role), role_explained(role))));
        Ok(view! {
            <PageHead
                title="Create a service account"
                lead="Name what it runs and say what it may do. You issue tokens for it next."
                crumbs=vec![(format!("/orgs/{slug}/service-accounts"), "Service accounts".to_owned())]
            />
            <ServiceAccountForm slug=slug roles=roles.into() refusal=refusal/>
        }
        .into_any())
    })
}

#[component]
pub(crate) fn ServiceAccountPage() -> impl IntoView {
    let (slug, id, cursor) = (in_path("slug"), in_path("account"), query("cursor"));
    let (issued, revoked, created) = (done("issued"), done("revoked"), done("created").is_some());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let account = service()?.service_accounts().show(&context.caller, &id).await.map_err(refused)?;
        let pages = CredentialPages::of_service_account(&slug, account.id);
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let tokens = service()?.credentials().list(&context.caller, pages.target, &page).await.map_err(refused)?;
        let issued = about(&context, &pages, issued).await;
        let revoked = about(&context, &pages, revoked).await.filter(|credential| credential.revoked_at.is_some());
        let glow = issued.as_ref().map(|credential| credential.id);
        let path = service_account_page(&slug, &account);
        let older = tokens.next_cursor.map(|cursor| format!("{path}?cursor={cursor}"));
        let empty = tokens.items.is_empty() && on_first_page;
        let lead = match account.description.as_str() {
            "" => format!("{}: {}.", role_in_words(account.role.into()), role_explained(account.role.into())),
            words => {
                format!("{words}\n{}: {}.", role_in_words(account.role.into()), role_explained(account.role.into()))
            }
        };
        let new = format!("{}/new", pages.base);
        let may_issue = context.may(Action::ManageServiceAccounts);
        let issue_first = (empty && may_issue).then(|| view! { <IssueLink href=new.clone()/> });
        let issue = (!empty && may_issue).then(|| view! { <IssueLink href=new.clone()/> });
        Ok(view! {
            <PageHead
                title=account.name.to_string()
                lead=lead
                crumbs=vec![(format!("/orgs/{slug}/service-accounts"), "Service accounts".to_owned())]
            >
                {issue}
            </PageHead>
            {if empty {
                view! {
                    <section class="panel">
                        <EmptyState glyph=Glyph::Robot title="No tokens yet" lead="Issue a token for it; you see the secret once. What it does is recorded under the service account's name.">
                            {issue_first}
                        </EmptyState>
                    </section>
                }.into_any()
            } else {
                let rows = entries(&pages, tokens.items);
                view! { <CredentialTable caption="Tokens of the service account" entries=rows now=context.now glow=glow/> }.into_any()
            }}
            <Paging newest=path older=older on_first_page=on_first_page/>
            {issued.map(|credential| view! { <Issued pages=pages credential=credential/> })}
            {revoked.map(|credential| view! { <Revoked credential=credential/> })}
            {created.then(|| view! { <Toast>"Created. Issue its first token next."</Toast> })}
        }
        .into_any())
    })
}

#[component]
fn IssueLink(href: String) -> impl IntoView {
    view! {
        <ButtonLink href=href look=Look::Primary>
            <Icon glyph=Glyph::Plus/>
            "Issue token"
        </ButtonLink>
    }
}
