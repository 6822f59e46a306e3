//! `/v1/orgs/{org}/members` and `/invitations`: who belongs to the organization, and who may.

use super::types::{InvitationObject, InviteBody, List, MemberObject, MemberParams, RoleBody};
use crate::api::{
    extract::{Credentialed, IdempotentJson, Json, Params, PathParams},
    problem::Problem,
    reply::{Created, NoContent},
};
use axum::extract::State;
use domain::{access::Action, account::Invitation};
use service::{Service, mail::MailState, members::Invited};

/// `GET …/members`
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Params(params): Params<MemberParams>,
) -> Result<axum::Json<List<MemberObject>>, Problem> {
    let page = service.members().list(&caller.caller, params.q(), &params.page()?).await?;
    Ok(axum::Json(List::new(page, |member| MemberObject::from(&member))))
}

/// `GET …/members/{id}`
pub(crate) async fn show(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<axum::Json<MemberObject>, Problem> {
    Ok(axum::Json(MemberObject::from(&service.members().show(&caller.caller, path.id()).await?)))
}

/// `PATCH …/members/{id}`
pub(crate) async fn change_role(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<RoleBody>,
) -> Result<axum::Json<MemberObject>, Problem> {
    Ok(axum::Json(MemberObject::from(&service.members().change_role(&caller.caller, path.id(), &body.role).await?)))
}

/// `DELETE …/members/{id}`
pub(crate) async fn remove(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.members().remove(&caller.caller, path.id()).await?;
    Ok(NoContent)
}

/// `GET …/invitations`: those that can still be accepted.
pub(crate) async fn invitations(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Result<axum::Json<List<InvitationObject>>, Problem> {
    let open = service.members().open_invitations(&caller.caller).await?;
    let mail = service.mail().mail_of_invitations(&caller.caller).await?;
    let object = |invitation: &Invitation| InvitationObject::new(invitation, mail.get(&invitation.id).copied(), None);
    Ok(axum::Json(List::whole(open.iter().map(object).collect())))
}

/// `POST …/invitations`. The reply has the link; where no mail was written it is the caller's to pass on.
pub(crate) async fn invite(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    IdempotentJson { body, idempotency }: IdempotentJson<InviteBody>,
) -> Result<Created<axum::Json<InvitationObject>>, Problem> {
    let (caller, action) = (&caller.caller, Action::ManageMembers);
    let invite = service.members().invite(caller, &body.email, &body.role);
    let Invited { invitation, is_mailed } = service.repeatable(caller, action, idempotency.as_ref(), invite).await?;
    let link = service.members().invitation_link(caller, &invitation).await?;
    let mail = is_mailed.then_some(MailState::Waiting);
    Ok(Created(axum::Json(InvitationObject::new(&invitation, mail, Some(link)))))
}

/// `DELETE …/invitations/{id}`
pub(crate) async fn withdraw(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<NoContent, Problem> {
    service.members().withdraw_invitation(&caller.caller, path.id()).await?;
    Ok(NoContent)
}
