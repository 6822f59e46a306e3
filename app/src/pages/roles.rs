//! Roles of the organization: the list, the form that creates one, and one role with its scopes.

use super::{done, in_path, refusal_of};
use crate::{
    layout::{PageHead, signed_in_page},
    roles::{BuiltInRoles, CustomRoles, DeletePanel, DeleteRole, RoleEditor, RoleShown, SaveRole, ScopeGroups},
    server_side::{refused, role_scopes, service},
    ui::Toast,
};
use domain::access::{Action, CustomRole, Reach};
use leptos::prelude::*;

fn crumbs(slug: &str) -> Vec<(String, String)> {
    vec![(format!("/orgs/{slug}/members"), "Members".to_owned()), (format!("/orgs/{slug}/roles"), "Roles".to_owned())]
}

/// Built-in roles first, then the organization's own.
#[component]
pub(crate) fn RolesPage() -> impl IntoView {
    let slug = in_path("slug");
    let toast = [("saved", "Saved. It counts from the next call."), ("deleted", "Deleted.")];
    let toast = toast.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let roles = service()?.roles().all(&context.caller).await.map_err(refused)?;
        let members = vec![(format!("/orgs/{slug}/members"), "Members".to_owned())];
        let may_make = context.may(Action::ManageMembers);
        Ok(view! {
            <PageHead title="Roles" lead="What members may do. Everybody has one role." crumbs=members/>
            <div class="stack">
                <BuiltInRoles roles=roles.all/>
                <CustomRoles slug=slug roles=roles.own may_make=may_make/>
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}

#[component]
pub(crate) fn NewRolePage() -> impl IntoView {
    let (slug, refusal) = (in_path("slug"), refusal_of::<SaveRole>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let groups = role_scopes(&context, None).await?;
        let role = RoleShown { may_reach_everyone: reaches_everyone(&context.caller), ..RoleShown::default() };
        Ok(view! {
            <PageHead title="Make a role" lead="Name it, say whose credentials it is about, and tick what it may do. You give it to members next." crumbs=crumbs(&slug)/>
            <RoleEditor slug=slug role=role groups=groups refusal=refusal/>
        }
        .into_any())
    })
}

/// One role: the form for people who may change it, and its scopes for others.
#[component]
pub(crate) fn RolePage() -> impl IntoView {
    let (slug, id) = (in_path("slug"), in_path("id"));
    let (save_refusal, delete_refusal) = (refusal_of::<SaveRole>(), refusal_of::<DeleteRole>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let role = service()?.roles().show(&context.caller, &id).await.map_err(refused)?;
        let roles = service()?.roles().all(&context.caller).await.map_err(refused)?;
        let may_change = roles.all.iter().any(|given| given.may_give && given.role.id() == Some(role.id));
        let groups = role_scopes(&context, Some(&role)).await?;
        let lead = match role.description.as_str() {
            "" => "A role of this organization.".to_owned(),
            words => words.to_owned(),
        };
        let body = if may_change {
            let shown = shown(&role, reaches_everyone(&context.caller));
            view! {
                <div class="stack">
                    <RoleEditor slug=slug.clone() role=shown groups=groups refusal=save_refusal/>
                    <DeletePanel slug=slug.clone() id=role.id.to_string() refusal=delete_refusal/>
                </div>
            }
            .into_any()
        } else {
            view! { <ScopeGroups role=role.clone() groups=groups/> }.into_any()
        };
        Ok(view! {
            <PageHead title=role.name.to_string() lead=lead crumbs=crumbs(&slug)/>
            {body}
        }
        .into_any())
    })
}

fn reaches_everyone(caller: &service::Caller) -> bool {
    caller.actor.role().is_some_and(|role| role.reach() == Reach::Everyone)
}

fn shown(role: &CustomRole, may_reach_everyone: bool) -> RoleShown {
    RoleShown {
        id: role.id.to_string(),
        version: role.version(),
        name: role.name.to_string(),
        description: role.description.to_string(),
        scopes: role.scopes.iter().map(ToString::to_string).collect(),
        reaches_everyone: role.reach == Reach::Everyone,
        may_reach_everyone,
    }
}
