//! Plain forms to invite a member, change a role and remove a member. Each explains its effect first.

use super::{ChangeRole, InviteMember, RemoveMember};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    labels::member_role_explained,
    layout::posts_to,
    ui::{Button, InputKind, Look, Select, TextField},
};
use domain::access::MemberRole;
use leptos::prelude::*;
use service::{members::MemberOfOrg, roles::GivenRole};

/// Value and label of every role that the person may grant, plus the current role.
pub(crate) fn role_options(roles: &[GivenRole], current: Option<&MemberRole>) -> Vec<(String, String)> {
    let offered = roles.iter().filter(|given| given.may_give || current == Some(&given.role));
    let words = |role: &MemberRole| format!("{}: {}", role.title(), member_role_explained(role));
    offered.map(|given| (given.role.to_string(), words(&given.role))).collect()
}

#[component]
pub(crate) fn InviteForm(
    slug: String,
    /// Value and label of each role that may be granted.
    roles: Vec<(String, String)>,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let (at_email, at_role) = (refused.at("/email"), refused.at("/role"));
    view! {
        <section class="panel" aria-labelledby="invite-heading">
            <div class="panel-head"><h2 class="panel-title" id="invite-heading">"Invite somebody"</h2></div>
            <PostForm class="panel-body form" action={posts_to::<InviteMember>()}>
                <Refusal refused=refused fields=&["/email", "/role"]/>
                <input type="hidden" name="slug" value=slug/>
                <TextField id="invite-email" name="email" label="E-mail address" kind=InputKind::Email length=(0, 254) error=at_email/>
                <Select id="invite-role" name="role" label="Role" options=roles chosen="member" error=at_role/>
                <div class="form-actions"><Button look=Look::Primary>"Invite"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}

#[component]
pub(crate) fn RoleForm(
    slug: String,
    member: MemberOfOrg,
    /// Value and label of each role that may be granted.
    roles: Vec<(String, String)>,
    refusal: Option<AppError>,
) -> impl IntoView {
    let refused = Refused(refusal);
    let at_role = refused.at("/role");
    view! {
        <section class="panel" aria-labelledby="role-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="role-heading">"Role"</h2>
                    <p class="panel-lead">"Counts from their next click and their tokens' next call."</p>
                </div>
            </div>
            <PostForm class="panel-body form" action={posts_to::<ChangeRole>()}>
                <Refusal refused=refused fields=&["/role"]/>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=member.user.id.to_string()/>
                <Select
                    id="member-role"
                    name="role"
                    label="Role"
                    options=roles
                    chosen=member.role.to_string()
                    error=at_role
                />
                <div class="form-actions"><Button>"Change role"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Says what happens to the credentials of a removed member.
fn left_in_words(credentials: usize, grace_days: i64) -> String {
    let days = if grace_days == 1 { "a day".to_owned() } else { format!("{grace_days} days") };
    match (credentials, grace_days) {
        (0, _) => "They have no working credentials here.".to_owned(),
        (1, 0) => {
            "Their 1 working credential stops at once, everywhere. Hand it over first if something depends on it."
                .to_owned()
        }
        (count, 0) => format!(
            "Their {count} working credentials stop at once, everywhere. Hand them over first if something depends on them."
        ),
        (1, _) => format!(
            "Their 1 working credential goes on for {days}, with what their role allows, then it stops everywhere. Until then it waits under Former members to be transferred or revoked."
        ),
        (count, _) => format!(
            "Their {count} working credentials go on for {days}, with what their role allows, then they stop everywhere. Until then they wait under Former members to be transferred or revoked."
        ),
    }
}

/// The effect of removing a member, and the button.
#[component]
pub(crate) fn RemovePanel(
    slug: String,
    member: MemberOfOrg,
    /// Number of the member's credentials that offboarding has to decide on.
    credentials: usize,
    /// Grace period of their tokens, in days.
    grace_days: i64,
    refusal: Option<AppError>,
) -> impl IntoView {
    let stops = left_in_words(credentials, grace_days);
    view! {
        <section class="panel panel-danger" aria-labelledby="remove-heading">
            {refusal.map(|error| view! {
                <div class="panel-body"><Refusal refused=Refused(Some(error)) fields=&[]/></div>
            })}
            <div class="panel-head border-0">
                <div>
                    <h2 class="panel-title" id="remove-heading">"Remove from the organization"</h2>
                    <p class="panel-lead">{stops}</p>
                </div>
                <PostForm action={posts_to::<RemoveMember>()}>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="id" value=member.user.id.to_string()/>
                    <Button look=Look::Danger>"Remove member"</Button>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}
