//! Built-in roles, and the organization's own roles.

use super::DeleteRole;
use crate::{
    credentials::ScopeOffer,
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    labels::{reach_in_words, role_explained, role_in_words},
    layout::posts_to,
    ui::{Button, ButtonLink, EmptyState, Glyph, Look, Table, TextField},
};
use domain::access::{CustomRole, MemberRole};
use leptos::prelude::*;
use service::roles::{GivenRole, ListedRole};

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[component]
pub(crate) fn BuiltInRoles(roles: Vec<GivenRole>) -> impl IntoView {
    let rows = roles.into_iter().filter_map(|given| match given.role {
        MemberRole::BuiltIn(role) => Some((role, given.grants.len().saturating_sub(1))),
        MemberRole::Custom(_) => None,
    });
    view! {
        <section class="panel" aria-labelledby="built-in-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="built-in-heading">"Roles that every organization has"</h2>
                    <p class="panel-lead">"They cannot be changed, and grow with the APIs of the organization."</p>
                </div>
            </div>
            <Table caption="Roles that every organization has" heads=vec!["Role", "May do now", "Whose credentials"]>
                {rows
                    .map(|(role, scopes)| view! {
                        <tr>
                            <th scope="row">
                                <span class="entry">
                                    <span class="entry-name">{role_in_words(role)}</span>
                                    <span class="entry-note entry-note-whole">{role_explained(role)}</span>
                                </span>
                            </th>
                            <td data-label="May do now">{counted(scopes, "scope")}</td>
                            <td data-label="Whose credentials">{reach_in_words(role.reach())}</td>
                        </tr>
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

/// The organization's own roles, each linked to its page.
#[component]
pub(crate) fn CustomRoles(
    slug: String,
    roles: Vec<ListedRole>,
    /// Whether the viewer may create roles.
    may_make: bool,
) -> impl IntoView {
    let new = format!("/orgs/{slug}/roles/new");
    let empty = roles.is_empty();
    let rows = roles
        .into_iter()
        .map(|ListedRole { role, members, invitations }| {
            let (page, name) = (format!("/orgs/{slug}/roles/{}", role.id), role.name.to_string());
            let invited = (invitations > 0).then(|| format!("{invitations} invited"));
            view! {
                <tr>
                    <th scope="row">
                        <span class="entry">
                            <a class="entry-name" href=page title=name.clone() dir="auto">{name.clone()}</a>
                            <span class="entry-note" dir="auto">{role.description.to_string()}</span>
                        </span>
                    </th>
                    <td data-label="Scopes">{counted(role.scopes.len(), "scope")}</td>
                    <td data-label="Whose credentials">{reach_in_words(role.reach)}</td>
                    <td data-label="Members">
                        {members}
                        {invited.map(|words| view! { <span class="entry-note">{words}</span> })}
                    </td>
                </tr>
            }
        })
        .collect_view();
    let first = new.clone();
    view! {
        <section class="panel" aria-labelledby="custom-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="custom-heading">"Roles of this organization"</h2>
                    <p class="panel-lead">"What each may do is spelt out. A change counts from the next call of everybody who has it."</p>
                </div>
                {(may_make && !empty).then(|| view! { <ButtonLink href=new look=Look::Primary>"Make a role"</ButtonLink> })}
            </div>
            {if empty {
                view! {
                    <EmptyState glyph=Glyph::Person title="No roles of its own yet" lead="Make one for people who need more than a member and less than an admin: reading the audit log, say, or keeping the API keys.">
                        {may_make.then(|| view! { <ButtonLink href=first look=Look::Primary>"Make a role"</ButtonLink> })}
                    </EmptyState>
                }
                .into_any()
            } else {
                view! {
                    <Table caption="Roles of this organization" heads=vec!["Name", "Scopes", "Whose credentials", "Members"]>{rows}</Table>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

/// The scopes of a role, by heading, for viewers who may not change it.
#[component]
pub(crate) fn ScopeGroups(
    role: CustomRole,
    /// Every scope, by heading.
    groups: Vec<(String, Vec<ScopeOffer>)>,
) -> impl IntoView {
    let held = groups.into_iter().filter_map(|(group, scopes)| {
        let scopes: Vec<_> = scopes.into_iter().filter(|scope| role.scopes.contains(&scope.name)).collect();
        (!scopes.is_empty()).then_some((group, scopes))
    });
    let held = held
        .map(|(group, scopes)| {
            let rows = scopes.into_iter().map(|scope| {
                view! {
                    <li><span dir="auto">{scope.title}</span>" "<code>{scope.name}</code></li>
                }
            });
            let rows = rows.collect_view();
            view! {
                <div>
                    <h3 class="field-label" dir="auto">{group}</h3>
                    <ul class="bullets">{rows}</ul>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="holds-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="holds-heading">"What it may do"</h2>
                    <p class="panel-lead">{format!("With {}.", reach_in_words(role.reach))}</p>
                </div>
            </div>
            <div class="panel-body stack">{held}</div>
        </section>
    }
    .into_any()
}

/// The requirements for deleting a role, and the button.
#[component]
pub(crate) fn DeletePanel(slug: String, id: String, refusal: Option<AppError>) -> impl IntoView {
    let refused = Refused(refusal);
    let at_confirm = refused.at("/confirm");
    view! {
        <section class="panel panel-danger" aria-labelledby="delete-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="delete-heading">"Delete role"</h2>
                    <p class="panel-lead">"Only a role that nobody has can be deleted. It does not come back."</p>
                </div>
            </div>
            <PostForm class="panel-body form" action={posts_to::<DeleteRole>()}>
                <Refusal refused=refused fields=&["/confirm"]/>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=id/>
                <TextField id="delete-confirm" name="confirm" label="Type “delete” to go on" error=at_confirm/>
                <div class="form-actions"><Button look=Look::Danger>"Delete role"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}
