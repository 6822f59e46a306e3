//! The server functions of members and invitations.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Invites a person, then shows the link.
#[server(name = InviteMember, prefix = "/_fn", endpoint = "invite-member")]
pub async fn invite_member(slug: String, email: String, role: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let invited = server::service()?.members().invite(&caller, &email, &role).await.map_err(server::refused)?;
    let how = if invited.is_mailed { "mailed" } else { "invited" };
    server::redirect_with_notice(&format!("/orgs/{slug}/members?{how}={}", invited.invitation.id));
    Ok(())
}

#[server(name = WithdrawInvitation, prefix = "/_fn", endpoint = "withdraw-invitation")]
pub async fn withdraw_invitation(slug: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::service()?.members().withdraw_invitation(&caller, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/members?withdrawn=1"));
    Ok(())
}

#[server(name = ChangeRole, prefix = "/_fn", endpoint = "change-role")]
pub async fn change_role(slug: String, id: String, role: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    let member = server::service()?.members().change_role(&caller, &id, &role).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/members?changed={}", member.user.id));
    Ok(())
}

#[server(name = RemoveMember, prefix = "/_fn", endpoint = "remove-member")]
pub async fn remove_member(slug: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::service()?.members().remove(&caller, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/members?removed=1"));
    Ok(())
}

/// Changes the grace period of a former member, in days since they left. 0 ends it now; an empty `days` changes
/// nothing.
#[server(name = ChangeGrace, prefix = "/_fn", endpoint = "change-grace")]
pub async fn change_grace(slug: String, id: String, days: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    if let Some(grace) = server::grace(&days)? {
        server::service()?.members().change_grace(&caller, &id, grace).await.map_err(server::refused)?;
    }
    server::redirect_with_notice(&format!("/orgs/{slug}/offboarding?changed=1"));
    Ok(())
}

/// Sets the grace period, in days, for members who leave from now on.
#[server(name = ChangeSettings, prefix = "/_fn", endpoint = "change-settings")]
pub async fn change_settings(slug: String, days: i64) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::service()?.orgs().change_settings(&caller, Some(days)).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/orgs/{slug}/offboarding?set=1"));
    Ok(())
}

/// Ends the caller's membership, then switches to another of their organizations.
#[server(name = LeaveOrg, prefix = "/_fn", endpoint = "leave-org")]
pub async fn leave_org(slug: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller_in(&slug).await?;
    server::service()?.members().leave(&caller).await.map_err(server::refused)?;
    server::redirect_with_notice("/settings/tokens?left=1");
    Ok(())
}

/// Accepts an invitation, then switches to that organization.
#[server(name = AcceptInvitation, prefix = "/_fn", endpoint = "accept-invitation")]
pub async fn accept_invitation(id: String, key: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let org = server::service()?.members().accept_invitation(&caller, &id, &key).await.map_err(server::refused)?;
    server::change_org(&org).await?;
    server::redirect_with_notice("/settings/tokens?joined=1");
    Ok(())
}
