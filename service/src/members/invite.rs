//! Creates and withdraws invitations.
//!
//! Owns the key in an invitation's link, a keyed hash of the invitation's id. Nothing of it is stored, but an admin can
//! see the link again, and the mail job can write it. The mailed link has another key, which only readers of that mail
//! have, so following it proves the address. A link that an admin sees proves nothing.

use crate::{Caller, Result, ServiceError, authority::refuse_access_token, roles::read_role, use_cases::Members};
use domain::{
    EmailAddress,
    access::{Action, MemberRole, may_give, may_withdraw},
    account::{INVITATION_SECONDS, Invitation},
    audit::AuditDetail,
    code::FlawCode,
    error::{FieldErrors, Flaw},
    ids::InvitationId,
    limits::Limit,
    secret::{Pepper, Verifier},
};
use store::ReadTx;

/// How the link of an invitation reaches the invited person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Shown to a member who may invite, and passed on by hand.
    Shown,
    /// Mailed to the invited address, and shown to no other person.
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

/// A new invitation.
#[derive(Clone, Debug)]
pub struct Invited {
    pub invitation: Invitation,
    /// Whether the link is sent by mail. Otherwise it must be passed on by hand.
    pub is_mailed: bool,
}

impl Members<'_> {
    /// Invites the person with this address.
    ///
    /// # Errors
    /// * [`ServiceError::Invalid`] with every flaw, also for a person who is already a member or invited.
    /// * [`ServiceError::Forbidden`] with `owners_only` or `reach_beyond_own`.
    /// * [`ServiceError::MissingScope`] for a role that grants rights the caller does not have.
    pub async fn invite(self, caller: &Caller, email: &str, role: &str) -> Result<Invited> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        refuse_access_token(permit.actor())?;
        let mut errors = FieldErrors::default();
        let email = errors.check("/email", EmailAddress::parse(email));
        let role = errors.check("/role", read_role(role));
        let (Some(email), Some(role)) = (email, role) else { return Err(errors.into()) };
        let now = self.service.now();
        let mut tx = self.service.write(&permit).await?;
        let role = self.service.roles().role_of_code(&mut tx, role).await?;
        self.check_may_invite(&mut tx, &role).await?;
        let invitation = Invitation {
            id: InvitationId::new(now, self.service.inner.sources.entropy()),
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
            return Err(taken(FlawCode::AlreadyMember, "This person is a member already.").into());
        }
        if tx.open_invitations(now).await?.iter().any(|open| open.email == invitation.email) {
            let detail = "This person is invited already. Take that invitation back to send another.";
            return Err(taken(FlawCode::AlreadyInvited, detail).into());
        }
        self.service.limits().check(&mut tx, Limit::InvitationsADay, 1).await?;
        tx.insert_invitation(&invitation).await?;
        let is_mailed = self.service.mail().invitation(&mut tx, &invitation).await?;
        let detail = AuditDetail::MemberInvited {
            role: invitation.role.to_string(),
            role_name: invitation.role.title().to_owned(),
            expires_at: Some(invitation.expires_at),
            mailed: is_mailed,
        };
        self.service.commit(tx, self.service.event(&invitation, &detail)).await?;
        Ok(Invited { invitation, is_mailed })
    }

    /// Fails unless the caller may invite a person with this role. Only then may they see the link of the invitation.
    pub(crate) async fn check_may_invite(self, tx: &mut ReadTx, role: &MemberRole) -> Result<()> {
        refuse_access_token(tx.permit().actor())?;
        let by = self.manages(tx).await?;
        Ok(may_give(&by.rights, &by.rights_of(role))?)
    }

    /// Withdraws an invitation.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`], also for an invitation that was already accepted or withdrawn.
    /// * [`ServiceError::Forbidden`] for a role that has more rights than the caller.
    pub async fn withdraw_invitation(self, caller: &Caller, id: &str) -> Result<()> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let id: InvitationId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let invitation = tx.invitation(id).await?;
        let by = self.manages(&mut tx).await?;
        may_withdraw(&by.rights, &by.rights_of(&invitation.role))?;
        tx.end_invitation(id, self.service.now()).await?;
        let event = self.service.event(&invitation, &AuditDetail::InvitationWithdrawn {});
        self.service.commit(tx, event).await?;
        Ok(())
    }

    /// Returns the link that accepts an invitation. Its holder can become a member, so only a caller who could send an
    /// equal invitation may see it.
    ///
    /// # Errors
    /// Fails like [`Members::invite`] for the role.
    pub async fn invitation_link(self, caller: &Caller, invitation: &Invitation) -> Result<String> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        if invitation.org != permit.org() {
            return Err(ServiceError::Missing);
        }
        let mut tx = self.service.inner.db.read(&permit).await?;
        self.check_may_invite(&mut tx, &invitation.role).await?;
        self.link_of(invitation, Delivery::Shown)
    }

    /// Returns the link, or `None` if the caller may not see it.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unavailable`] if the database is not available.
    pub async fn shown_link(self, caller: &Caller, invitation: &Invitation) -> Result<Option<String>> {
        use ServiceError::{Forbidden, MissingScope, UserContextRequired};
        match self.invitation_link(caller, invitation).await {
            Err(Forbidden { .. } | MissingScope { .. } | UserContextRequired) => Ok(None),
            link => link.map(Some),
        }
    }

    /// Returns the link for this kind of delivery.
    pub(crate) fn link_of(self, invitation: &Invitation, delivery: Delivery) -> Result<String> {
        let pepper = self.service.inner.peppers.iter().max_by_key(|pepper| pepper.version());
        let pepper = pepper.ok_or_else(|| ServiceError::internal("there is no pepper"))?;
        Ok(format!(
            "{}/invitations/{}/{}",
            self.service.inner.issuer,
            invitation.id,
            key_of(pepper, invitation.id, delivery)
        ))
    }

    /// Returns how the link with this key was delivered. `None` if the key does not belong to the invitation.
    pub(super) fn delivery_of(self, id: InvitationId, key: &str) -> Option<Delivery> {
        // Hashes both sides again, so that the time of the comparison does not reveal how much of them is equal.
        let blind = |pepper: &Pepper, text: &str| -> Verifier { pepper.verifier_of(text) };
        let is_key = |pepper: &Pepper, delivery| blind(pepper, &key_of(pepper, id, delivery)) == blind(pepper, key);
        let peppers = &self.service.inner.peppers;
        Delivery::ALL.into_iter().find(|delivery| peppers.iter().any(|pepper| is_key(pepper, *delivery)))
    }
}

fn key_of(pepper: &Pepper, id: InvitationId, delivery: Delivery) -> String {
    let hash = pepper.verifier_of(&format!("{} {id}", delivery.label()));
    hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
