//! Creating and changing a role.

use super::server_fns::SaveRole;
use crate::{
    credentials::ScopeOffer,
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Choice, ChoiceKind, FieldNotes, Look, TextArea, TextField},
};
use leptos::prelude::*;

/// Initial values of the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RoleShown {
    /// Empty for a new role.
    pub id: String,
    /// Version of the role when the form was rendered.
    pub version: String,
    pub name: String,
    pub description: String,
    pub scopes: Vec<String>,
    /// Whether its reach includes everyone's credentials.
    pub reaches_everyone: bool,
    /// Whether the person may grant that reach.
    pub may_reach_everyone: bool,
}

#[component]
pub(crate) fn RoleEditor(
    slug: String,
    role: RoleShown,
    /// Every scope, by heading.
    groups: Vec<(String, Vec<ScopeOffer>)>,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let list = format!("/orgs/{slug}/roles");
    let save = if role.id.is_empty() { "Make role" } else { "Save role" };
    let RoleShown { id, version, name, description, scopes, reaches_everyone, may_reach_everyone } = role;
    view! {
        <PostForm class="form panel" action={posts_to::<SaveRole>()}>
            <div class="panel-body form">
                <Live busy=""/>
                <Refusal refused=refused.clone() fields=&["/name", "/description", "/reach", "/scopes"]/>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
                <TextField id="role-name" name="name" label="Name" value=name help="What its holders do here: “Support”, “Key keeper”." error=refused.at("/name")/>
                <TextArea id="role-description" name="description" label="Description" value=description error=refused.at("/description")/>
                <ReachChoice everyone=reaches_everyone may_reach_everyone=may_reach_everyone error=refused.at("/reach")/>
                <HeldScopes held=scopes groups=groups error=refused.at("/scopes")/>
            </div>
            <div class="panel-foot">
                <div class="form-actions">
                    <Button look=Look::Primary>{save}</Button>
                    <ButtonLink href=list look=Look::Ghost>"Cancel"</ButtonLink>
                </div>
            </div>
        </PostForm>
    }
    .into_any()
}

/// Chooses the reach: own credentials or everyone's.
#[component]
fn ReachChoice(everyone: bool, may_reach_everyone: bool, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <fieldset class="field" aria-describedby="role-reach-help">
            <legend class="field-label">"Whose credentials"</legend>
            <Choice kind=ChoiceKind::Radio name="reach" value="own" checked=!everyone help="They see, issue and revoke what is theirs, like a member.">
                "Their own"
            </Choice>
            {(may_reach_everyone || everyone).then(|| view! {
                <Choice kind=ChoiceKind::Radio name="reach" value="everyone" checked=everyone help="They see and change what belongs to others and to the organization, like an admin.">
                    "Everyone’s"
                </Choice>
            })}
            <FieldNotes
                id="role-reach"
                help="The scopes say what they may do; this says with whose credentials."
                error=error
            />
        </fieldset>
    }
    .into_any()
}

/// A checkbox per scope. Scopes that the person does not have are disabled, with the reason.
#[component]
fn HeldScopes(
    held: Vec<String>,
    groups: Vec<(String, Vec<ScopeOffer>)>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let boxes = groups.into_iter().map(|(group, scopes)| {
        let rows = scopes.into_iter().map(|scope| {
            let holds = held.contains(&scope.name);
            view! { <ScopeBox scope=scope holds=holds/> }
        });
        let rows = rows.collect_view();
        view! {
            <div role="group" aria-label=group.clone()>
                <p class="scopes-group" aria-hidden="true" dir="auto">{group.clone()}</p>
                {rows}
            </div>
        }
        .into_any()
    });
    let boxes = boxes.collect_view();
    view! {
        <fieldset class="form form-tight" aria-describedby="role-scopes-help">
            <legend class="field-label">"Scopes"</legend>
            <div class="scopes"><div class="scopes-list" tabindex="-1">{boxes}</div></div>
            <FieldNotes
                id="role-scopes"
                help="You can only choose what you hold yourself. What is added to the APIs later is not part of the role until you tick it."
                error=error
            />
        </fieldset>
    }
    .into_any()
}

#[component]
fn ScopeBox(scope: ScopeOffer, holds: bool) -> impl IntoView {
    let allowed = scope.may_give || holds;
    view! {
        <label class="choice scope">
            <input type="checkbox" name="held[]" value=scope.name.clone() checked=holds disabled=!allowed/>
            <span class="scope-title" dir="auto">{scope.title}</span>
            <span class="scope-name">{scope.name}</span>
            <span class="scope-words" dir="auto">
                {scope.description}
                {(!allowed).then_some(" Not part of your role.")}
            </span>
        </label>
    }
    .into_any()
}
