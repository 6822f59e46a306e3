//! Members, one member, and accepting an invitation.

use super::{Paging, ROWS, done, encoded, in_path, query, refusal_of};
use crate::{
    credentials::{CredentialTable, Entry},
    error::{AppError, ErrorKind},
    forms::{PostForm, Refusal, Refused},
    inventory::NotSearched,
    labels::member_role_explained,
    layout::{Absent, AuthLayout, PageError, PageHead, posts_to, signed_in_page},
    members::{
        AcceptInvitation, ChangeRole, InviteForm, InviteMember, LeaveOrg, Limits, MemberTable, OpenInvitation,
        OpenInvitations, RemoveMember, RemovePanel, RoleForm, Search, role_options,
    },
    palette::secret_like,
    server_side::{CredentialPages, InventoryFilter, PageRequest, caller, path, refused, service},
    ui::{Button, ButtonLink, Callout, CalloutTone, EmptyState, Glyph, Look, Toast},
};
use domain::access::{Action, MemberRole};
use leptos::prelude::*;

/// The list, open invitations, the invitation form, and leaving.
#[component]
pub(crate) fn MembersPage() -> impl IntoView {
    let (slug, cursor, q) = (in_path("slug"), query("cursor"), query("q").unwrap_or_default());
    let (invite_refusal, leave_refusal) = (refusal_of::<InviteMember>(), refusal_of::<LeaveOrg>());
    let toast = [
        ("invited", "Invited. Copy the link and pass it on."),
        ("mailed", "Invited. The link is sent by mail."),
        ("withdrawn", "Taken back. The link leads nowhere now."),
        ("changed", "Role changed."),
        ("removed", "Removed. Their sessions here have ended; their tokens are listed under Former members."),
    ];
    let toast = toast.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let q: String = q.trim().chars().take(200).collect();
        let is_secret = secret_like(&q);
        let q = if is_secret { String::new() } else { q };
        let not_searched = is_secret.then(|| format!("/orgs/{slug}/credentials/find"));
        let on_first_page = cursor.is_none();
        let page = PageRequest::new(ROWS, cursor);
        let text = (!q.is_empty()).then_some(q.as_str());
        let found = service()?.members().list(&context.caller, text, &page).await.map_err(refused)?;
        let may_manage = context.may(Action::ManageMembers);
        let mut invitations = Vec::new();
        if may_manage {
            let mail = service()?.mail().mail_of_invitations(&context.caller).await.map_err(refused)?;
            for invitation in service()?.members().open_invitations(&context.caller).await.map_err(refused)? {
                let link = service()?.members().shown_link(&context.caller, &invitation).await.map_err(refused)?;
                let mail = mail.get(&invitation.id).copied();
                invitations.push(OpenInvitation { invitation, link, mail });
            }
        }
        let roles = match may_manage {
            true => role_options(&service()?.roles().all(&context.caller).await.map_err(refused)?.all, None),
            false => Vec::new(),
        };
        let path = format!("/orgs/{slug}/members");
        let rest = if q.is_empty() { String::new() } else { format!("q={}&", encoded(&q)) };
        let empty = found.items.is_empty();
        let (left_behind, all_roles) = (format!("/orgs/{slug}/offboarding"), format!("/orgs/{slug}/roles"));
        let decides = context.may_for_all(Action::ReadInventory);
        let settings = service()?.orgs().settings(&context.caller).await.map_err(refused)?;
        let limits = match may_manage {
            true => service()?.limits().list(&context.caller).await.map_err(refused)?,
            false => Vec::new(),
        };
        let (org, all) = (context.org_name(), path.clone());
        let members = if empty {
            view! {
                <section class="panel">
                    <EmptyState glyph=Glyph::Person title="Nobody found" lead="No member has this in their name or address.">
                        <ButtonLink href=all>"Show all"</ButtonLink>
                    </EmptyState>
                </section>
            }
            .into_any()
        } else {
            let own = context.caller.actor.user();
            view! { <MemberTable members=found.items path=path.clone() own=own now=context.now/> }.into_any()
        };
        Ok(view! {
            <PageHead title="Members" lead="Who belongs to the organization, and what their role lets them do.">
                <ButtonLink href=all_roles>"Roles"</ButtonLink>
                {decides.then(|| view! { <ButtonLink href=left_behind>"Former members"</ButtonLink> })}
            </PageHead>
            <div class="stack">
                {not_searched.map(|find| view! { <NotSearched find=find/> })}
                <Search path=path.clone() q=q/>
                <div>
                    {members}
                    <Paging
                        newest=format!("{path}?{}", rest.trim_end_matches('&'))
                        older=found.next_cursor.map(|cursor| format!("{path}?{rest}cursor={cursor}"))
                        on_first_page=on_first_page
                    />
                </div>
                {(!invitations.is_empty()).then(|| view! { <OpenInvitations slug=slug.clone() invitations=invitations/> })}
                {(!roles.is_empty()).then(|| view! { <InviteForm slug=slug.clone() roles=roles refusal=invite_refusal/> })}
                {(!limits.is_empty()).then(|| view! { <Limits limits=limits/> })}
                <Leaving slug=slug org=org grace_days=settings.grace_period_days refusal=leave_refusal/>
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}

#[component]
fn Leaving(slug: String, org: String, grace_days: i64, refusal: Option<AppError>) -> impl IntoView {
    let tokens = match grace_days {
        0 => "Your tokens of this organization stop at once.".to_owned(),
        1 => "Your tokens of this organization stop after a day, unless somebody takes them over.".to_owned(),
        days => format!("Your tokens of this organization stop after {days} days, unless somebody takes them over."),
    };
    view! {
        <section class="panel panel-danger" aria-labelledby="leave-heading">
            {refusal.map(|error| view! {
                <div class="panel-body"><Refusal refused=Refused(Some(error)) fields=&[]/></div>
            })}
            <div class="panel-head border-0">
                <div>
                    <h2 class="panel-title" id="leave-heading">"Leave "<bdi>{org}</bdi></h2>
                    <p class="panel-lead">{tokens}" Somebody has to invite you to come back."</p>
                </div>
                <PostForm action={posts_to::<LeaveOrg>()}>
                    <input type="hidden" name="slug" value=slug/>
                    <Button look=Look::DangerQuiet>"Leave organization"</Button>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}

/// One member's role and credentials, with the forms to change them.
#[component]
pub(crate) fn MemberPage() -> impl IntoView {
    let (slug, id) = (in_path("slug"), in_path("id"));
    let (role_refusal, remove_refusal) = (refusal_of::<ChangeRole>(), refusal_of::<RemoveMember>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let member = service()?.members().show(&context.caller, &id).await.map_err(refused)?;
        let filter =
            InventoryFilter { owner: Some(member.user.id.to_string()), is_live: true, ..InventoryFilter::default() };
        let page = PageRequest::new(PageRequest::DEFAULT_LIMIT, None);
        let held = match context.may_for_all(Action::ReadInventory) {
            true => service()?.credentials().inventory(&context.caller, &filter, &page).await.map_err(refused)?.items,
            false => Vec::new(),
        };
        let settings = service()?.orgs().settings(&context.caller).await.map_err(refused)?;
        let may_manage = context.may(Action::ManageMembers);
        let is_own = context.caller.actor.user() == Some(member.user.id);
        let credentials = held.len();
        let entries: Vec<_> = held
            .into_iter()
            .map(|credential| Entry {
                page: CredentialPages::of(&slug, credential.kind()).page(credential.id),
                owner: None,
                may_roll: !credential.is_of_another_person(context.caller.actor.owner()),
                credential,
            })
            .collect();
        let all = format!("/orgs/{slug}/credentials?owner={}", member.user.id);
        let explained = member_role_explained(&member.role);
        let lead = format!("{} · {}: {explained}.", member.user.email, member.role.title());
        let roles = match may_manage {
            true => {
                role_options(&service()?.roles().all(&context.caller).await.map_err(refused)?.all, Some(&member.role))
            }
            false => Vec::new(),
        };
        let crumbs = vec![(format!("/orgs/{slug}/members"), "Members".to_owned())];
        Ok(view! {
            <PageHead title=member.user.name.to_string() lead=lead crumbs=crumbs/>
            <div class="stack">
                {(!entries.is_empty()).then(|| view! {
                    <div class="form-tight">
                        <CredentialTable caption="Their working credentials" entries=entries now=context.now/>
                        <p class="form-note"><a class="link" href=all>"All their credentials, to transfer or revoke"</a></p>
                    </div>
                })}
                {may_manage.then(|| view! {
                    <RoleForm slug=slug.clone() member=member.clone() roles=roles refusal=role_refusal/>
                })}
                {(may_manage && !is_own).then(|| view! {
                    <RemovePanel slug=slug.clone() member=member.clone() credentials=credentials grace_days=settings.grace_period_days refusal=remove_refusal/>
                })}
            </div>
        }
        .into_any())
    })
}

/// The page behind an invitation link: whom it is for, and the button to accept.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    let (id, key, refusal) = (in_path("id"), in_path("key"), refusal_of::<AcceptInvitation>());
    Suspend::new(async move {
        let seen = match service() {
            Ok(service) => service.members().see_invitation(&id, &key).await.map_err(refused),
            Err(error) => Err(error),
        };
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) if error.kind == ErrorKind::Missing => {
                return view! { <AuthLayout title="Not found"><Absent/></AuthLayout> }.into_any();
            }
            Err(error) => {
                return view! { <AuthLayout title="Mintmark cannot answer"><PageError error=error/></AuthLayout> }
                    .into_any();
            }
        };
        let is_signed_in = caller().await.is_ok();
        let invitation = seen.invitation;
        let role = match &invitation.role {
            MemberRole::BuiltIn(role) => role.as_str().to_owned(),
            MemberRole::Custom(role) => format!("“{}”", role.name),
        };
        let lead = format!("{} invited {} as {role}.", invitation.invited_by.name, invitation.email);
        let next = format!("/sign-in?next={}", path());
        let step = match (seen.is_open, is_signed_in) {
            (false, _) => view! {
                <Callout tone=CalloutTone::Warn><p>"This invitation was used, taken back or has expired. Ask for a new one."</p></Callout>
            }
            .into_any(),
            (true, true) => view! {
                <PostForm action={posts_to::<AcceptInvitation>()}>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="key" value=key/>
                    <Button look=Look::Primary>"Join the organization"</Button>
                </PostForm>
            }
            .into_any(),
            (true, false) => view! {
                <div class="form-actions">
                    <ButtonLink href=next look=Look::Primary>"Sign in to join"</ButtonLink>
                    <ButtonLink href="/sign-up">"Create an account"</ButtonLink>
                </div>
                <p class="form-note">"After creating an account with the invited address, open this link again."</p>
            }
            .into_any(),
        };
        view! {
            <AuthLayout title=format!("Join {}", seen.org.name) lead=lead>
                <Refusal refused=Refused(refusal) fields=&[]/>
                {step}
            </AuthLayout>
        }
        .into_any()
    })
}
