//! Inviting somebody, and taking that back.
//!
//! Owns: the key in an invitation's link: a keyed hash of its id, so that nothing of it is stored, an administrator can
//! see the link again, and mail can tell it when it is sent. Mail has a key of its own, which only whoever reads that mail
//! knows, so following it proves the address. A link that an administrator sees proves nothing.

use crate::{Caller, Result, Service, ServiceError, authority::refuse_access_token, roles::read_role};
use domain::{
    EmailAddress,
    access::{Action, MemberRole, may_give},
    account::{INVITATION_SECONDS, Invitation},
    audit::{AuditAction, Target},
    error::{FieldErrors, Flaw},
    ids::InvitationId,
    limits::Limit,
    secret::{Pepper, Verifier},
};
use serde_json::json;
use store::ReadTx;

/// How the link of an invitation comes to whoever follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Shown to whoever may invite, who passes it on.
    Shown,
    /// Mailed to the invited address, and shown to nobody else.
    Mailed,
}

impl Delivery {
    const ALL: [Self; 2] = [Self::Shown, Self::Mailed];

    fn label(self) -> &'static str {
        match self {
            Self::Shown => "invitation",
            Self::Mailed => "mailed invitation",
        }
    }
}

/// An invitation that was made.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// Whether the link is sent by mail; else it is passed on by hand.
    pub is_mailed: bool,
}

impl Service {
    /// Invites whoever has this address.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every flaw, also for somebody who is a member or invited already;
    /// [`ServiceError::Forbidden`] with `owners_only` or `reach_beyond_own`; [`ServiceError::MissingScope`] for a role that
    /// grants what the caller does not hold.
    pub async fn invite(&self, caller: &Caller, email: &str, role: &str) -> Result<Invited> {
        let permit = self.permit(caller, Action::ManageMembers).await?;
        refuse_access_token(permit.actor())?;
        let mut errors = FieldErrors::default();
        let email = errors.check("/email", EmailAddress::parse(email));
        let role = errors.check("/role", read_role(role));
        let (Some(email), Some(role)) = (email, role) else { return Err(errors.into()) };
        let now = self.now();
        let mut tx = self.write(&permit).await?;
        let role = self.role_of_code(&mut tx, role).await?;
        self.check_may_invite(&mut tx, &role).await?;
        let invitation = Invitation {
            id: InvitationId::new(now, self.inner.sources.entropy()),
            org: permit.org(),
            email,
            role,
            invited_by: caller.actor.as_creator(),
            created_at: now,
            expires_at: now.plus_seconds(INVITATION_SECONDS),
            ended_at: None,
        };
        let taken = |code, detail: &str| FieldErrors::one(Flaw::new(code, detail).at("/email"));
        if tx.has_member(&invitation.email).await? {
            return Err(taken("already_member", "This person is a member already.").into());
        }
        if tx.open_invitations(now).await?.iter().any(|open| open.email == invitation.email) {
            let detail = "This person is invited already. Take that invitation back to send another.";
            return Err(taken("already_invited", detail).into());
        }
        self.check_limit(&mut tx, Limit::InvitationsADay, 1).await?;
        tx.insert_invitation(&invitation).await?;
        let is_mailed = self.post_invitation(&mut tx, &invitation).await?;
        let detail = json!({ "role": invitation.role, "role_name": invitation.role.title(), "expires_at": invitation.expires_at, "mailed": is_mailed });
        self.commit(tx, self.member_event(AuditAction::MemberInvited, Target::from(&invitation), detail)).await?;
        Ok(Invited { invitation, is_mailed })
    }

    /// Whether the caller may invite somebody with this role, and so see the link of such an invitation.
    pub(crate) async fn check_may_invite(&self, tx: &mut ReadTx, role: &MemberRole) -> Result<()> {
        refuse_access_token(tx.permit().actor())?;
        let by = self.manages(tx).await?;
        Ok(may_give(&by.rights, &by.worth(role))?)
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], also for one that was accepted or taken back before.
    pub async fn withdraw_invitation(&self, caller: &Caller, id: &str) -> Result<()> {
        let permit = self.permit(caller, Action::ManageMembers).await?;
        let id: InvitationId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.write(&permit).await?;
        let invitation = tx.invitation(id).await?;
        tx.end_invitation(id, self.now()).await?;
        let event = self.member_event(AuditAction::InvitationWithdrawn, Target::from(&invitation), json!({}));
        self.commit(tx, event).await?;
        Ok(())
    }

    /// The address that accepts an invitation. It makes a member of whoever has it, so it is shown to those alone who could
    /// send the same invitation.
    ///
    /// # Errors
    /// What [`Service::invite`] refuses for the role.
    pub async fn invitation_link(&self, caller: &Caller, invitation: &Invitation) -> Result<String> {
        let permit = self.permit(caller, Action::ManageMembers).await?;
        if invitation.org != permit.org() {
            return Err(ServiceError::Missing);
        }
        let mut tx = self.inner.db.read(&permit).await?;
        self.check_may_invite(&mut tx, &invitation.role).await?;
        self.link_of(invitation, Delivery::Shown)
    }

    /// The address, if the caller may have it.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
    pub async fn shown_link(&self, caller: &Caller, invitation: &Invitation) -> Result<Option<String>> {
        use ServiceError::{Forbidden, MissingScope, UserContextRequired};
        match self.invitation_link(caller, invitation).await {
            Err(Forbidden { .. } | MissingScope { .. } | UserContextRequired) => Ok(None),
            link => link.map(Some),
        }
    }

    /// The address as it is delivered in this way.
    pub(crate) fn link_of(&self, invitation: &Invitation, delivery: Delivery) -> Result<String> {
        let pepper = self.inner.peppers.iter().max_by_key(|pepper| pepper.version());
        let pepper = pepper.ok_or_else(|| ServiceError::internal("there is no pepper"))?;
        Ok(format!("{}/invitations/{}/{}", self.inner.issuer, invitation.id, key_of(pepper, invitation.id, delivery)))
    }

    /// How the link of the invitation was delivered that has this key; none if it is no key of it.
    pub(super) fn delivery_of(&self, id: InvitationId, key: &str) -> Option<Delivery> {
        // Both sides are hashed again, so that comparing tells nothing about how far they agree.
        let blind = |pepper: &Pepper, text: &str| -> Verifier { pepper.verifier_of(text) };
        let is_key = |pepper: &Pepper, delivery| blind(pepper, &key_of(pepper, id, delivery)) == blind(pepper, key);
        let peppers = &self.inner.peppers;
        Delivery::ALL.into_iter().find(|delivery| peppers.iter().any(|pepper| is_key(pepper, *delivery)))
    }
}

fn key_of(pepper: &Pepper, id: InvitationId, delivery: Delivery) -> String {
    let hash = pepper.verifier_of(&format!("{} {id}", delivery.label()));
    hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
