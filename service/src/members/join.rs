//! Accepts invitations.
//!
//! Only the person with the invited address can accept an invitation, once, while it is open. The mailed link proves
//! the address, and other accounts with that address lose it.

use super::invite::Delivery;
use crate::{Caller, Result, ServiceError, mail::MailState, use_cases::Members};
use domain::{
    access::{Action, Actor, Rights, may_give},
    account::{INVITATION_SECONDS, Invitation, Org, User},
    audit::AuditDetail,
    code::ProblemCode,
    ids::{InvitationId, ServiceAccountId, UserId},
    limits::Limit,
    scope::ScopeSet,
};
use store::{Constraint, ReadTx, StoreError};

/// The information that the link of an invitation shows.
#[derive(Clone, Debug)]
pub struct InvitationSeen {
    pub invitation: Invitation,
    pub org: Org,
    /// Whether it can be accepted now.
    pub is_open: bool,
    delivery: Delivery,
}

const OTHER_ACCOUNT: ServiceError = ServiceError::Refused {
    code: ProblemCode::InvitationForAnother,
    detail: "The invitation is for another e-mail address. Sign in with the account that has it.",
};
const OVER: ServiceError = ServiceError::Refused {
    code: ProblemCode::InvitationOver,
    detail: "The invitation was used, taken back or has expired. Ask for a new one.",
};
const INVITER_LEFT: ServiceError = ServiceError::Refused {
    code: ProblemCode::InvitationOver,
    detail: "The person who invited you can't invite you to this role anymore. Ask for a new invitation.",
};
const NOT_PROVED: ServiceError = ServiceError::Refused {
    code: ProblemCode::AddressNotProved,
    detail: "This invitation was sent to your address by mail. Follow the link in that mail: it proves that the address is yours.",
};
const MEMBER_ALREADY: ServiceError = ServiceError::Refused {
    code: ProblemCode::AlreadyMember,
    detail: "You are a member of this organization already.",
};

impl Members<'_> {
    /// Returns the invitation of a link.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if this is not a link of an invitation.
    pub async fn see_invitation(self, id: &str, key: &str) -> Result<InvitationSeen> {
        let id: InvitationId = id.parse().map_err(|_| ServiceError::Missing)?;
        let delivery = self.delivery_of(id, key).ok_or(ServiceError::Missing)?;
        let invitation = self.service.inner.db.invitation_of_link(id).await?.ok_or(ServiceError::Missing)?;
        let org = self.service.inner.db.org(invitation.org).await?.ok_or(ServiceError::Missing)?;
        let is_open = invitation.is_open(self.service.now());
        Ok(InvitationSeen { invitation, org, is_open, delivery })
    }

    /// Makes the caller a member with the role of the invitation.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if this is not a link of an invitation.
    /// * [`ServiceError::Refused`] with `invitation_over`, `invitation_for_another`, `address_not_proved` or
    ///   `already_member`.
    /// * [`ServiceError::PersonRequired`] if the caller is a credential.
    pub async fn accept_invitation(self, caller: &Caller, id: &str, key: &str) -> Result<Org> {
        let InvitationSeen { invitation, org, is_open, delivery } = self.see_invitation(id, key).await?;
        let session = caller.actor.session().ok_or(ServiceError::PersonRequired)?;
        let account = self.service.accounts().show(caller).await?;
        if account.email != invitation.email {
            return Err(OTHER_ACCOUNT);
        }
        if !is_open {
            return Err(OVER);
        }
        let joining = Actor::person(
            account.id,
            account.name.clone(),
            org.id,
            invitation.role.clone(),
            &ScopeSet::default(),
            Some(session),
        );
        let permit = joining.permit(Action::AcceptInvitation, &caller.context)?;
        let mut tx = self.write_without_running_tokens(&permit, account.id).await?;
        self.check_inviter(&mut tx, &invitation).await?;
        self.service.limits().check(&mut tx, Limit::Members, 1).await?;
        let proves_address = delivery == Delivery::Mailed;
        if proves_address {
            tx.prove_address(account.id, self.service.now()).await.map_err(|error| match error {
                StoreError::Conflict(Constraint::UserEmail) => OTHER_ACCOUNT,
                error => error.into(),
            })?;
        } else {
            self.check_shown_link(&mut tx, &account, invitation.id).await?;
        }
        tx.end_invitation(invitation.id, self.service.now()).await.map_err(|error| match error {
            StoreError::Missing => OVER,
            error => error.into(),
        })?;
        tx.insert_membership(account.id, invitation.role.clone()).await.map_err(|error| match error {
            StoreError::Conflict(Constraint::Membership) => MEMBER_ALREADY,
            error => error.into(),
        })?;
        tx.delete_offboarding(account.id).await?;
        // A member who comes back has no organization authorizations.
        tx.end_org_authorizations(account.id).await?;
        let detail = AuditDetail::MemberJoined {
            role: invitation.role.to_string(),
            role_name: Some(invitation.role.title().to_owned()),
            invited_by: Some(invitation.invited_by.id.clone()),
            proved_address: Some(proves_address),
        };
        self.service.commit(tx, self.service.event(&account, &detail)).await?;
        Ok(org)
    }

    /// A link passed on by hand proves no address, so it is only for accounts that still have theirs. If the invitation
    /// was mailed, an account with an unproved address must follow the link in the mail.
    async fn check_shown_link(self, tx: &mut ReadTx, account: &User, id: InvitationId) -> Result<()> {
        if !tx.has_address(account.id).await? {
            return Err(OTHER_ACCOUNT);
        }
        let mails = tx.mail_of_invitations(self.service.now().plus_seconds(-INVITATION_SECONDS)).await?;
        let is_mailed = mails.iter().any(|(of, state)| *of == id && *state != MailState::Failed);
        let is_proved = || async {
            let accounts = self.service.inner.db.accounts_of(&account.email, 1).await?;
            Result::Ok(accounts.iter().any(|known| known.user.id == account.id && known.is_proved))
        };
        if is_mailed && !is_proved().await? { Err(NOT_PROVED) } else { Ok(()) }
    }

    /// Fails if the inviter has left, or may no longer grant the role.
    async fn check_inviter(self, tx: &mut ReadTx, invitation: &Invitation) -> Result<()> {
        let id = &invitation.invited_by.id;
        let role = match (id.parse::<UserId>(), id.parse::<ServiceAccountId>()) {
            (Ok(user), _) => tx.member(user).await.map(|member| member.role),
            (_, Ok(account)) => tx.service_account(account).await.map(|account| account.role.into()),
            // A job of the server made the invitation.
            _ => return Ok(()),
        };
        let role = match role {
            Ok(role) => role,
            Err(StoreError::Missing) => return Err(INVITER_LEFT),
            Err(error) => return Err(error.into()),
        };
        let api_scopes = tx.api_scopes().await?;
        let (inviter, invited) = (Rights::of(&role, &api_scopes), Rights::of(&invitation.role, &api_scopes));
        if inviter.contains("members:write") && may_give(&inviter, &invited).is_ok() {
            Ok(())
        } else {
            Err(INVITER_LEFT)
        }
    }
}
