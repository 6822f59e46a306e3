//! Members: who belongs to an organisation, as what, and who is invited.
//!
//! Owns: that an organisation always has an owner and only owners make owners, that whoever goes loses everything at once but
//! what a grace leaves their tokens, and that an invitation is accepted once, by whom it was meant for. What somebody leaves
//! behind stays in the inventory as a credential whose owner is gone: after the grace nothing of it works until it is handed
//! over.

mod change;
mod invite;
mod join;
mod rejoin;
mod succession;

pub(crate) use self::invite::Delivery;
pub use self::succession::{Grace, LeftBehind};
pub use self::{invite::Invited, join::InvitationSeen};
pub use store::MemberOfOrg;

use crate::{Caller, Result, Service, ServiceError, authority::limited};
use domain::{
    access::{Action, Denied, GiverLimit, MemberRole, MembershipRefused, Rights},
    account::Invitation,
    audit::{AuditAction, AuditEvent, Target},
    ids::{EventId, UserId},
    scope::ScopeSet,
};
use serde_json::Value;
use store::{Page, PageRequest, ReadTx};

/// Whoever changes members or roles.
pub(crate) struct Manager {
    pub(crate) rights: Rights,
    /// What the organisation's APIs define.
    pub(crate) api_scopes: ScopeSet,
}

impl Manager {
    /// What a role is worth now.
    pub(crate) fn worth(&self, role: &MemberRole) -> Rights {
        Rights::of(role, &self.api_scopes)
    }
}

impl From<MembershipRefused> for ServiceError {
    fn from(refused: MembershipRefused) -> Self {
        match refused {
            MembershipRefused::LastOwner => Self::Refused {
                code: "last_owner",
                detail: "An organisation needs an owner. Make somebody else an owner first.",
            },
            MembershipRefused::OwnersOnly => Self::Forbidden {
                code: "owners_only",
                detail: "Only owners make owners, change their roles or remove them.",
            },
            MembershipRefused::AdminsOnly => Self::Forbidden {
                code: "admins_only",
                detail: "Only owners and admins make somebody an admin. Ask one of them.",
            },
            MembershipRefused::BeyondOwn { missing, granted } => Self::MissingScope { accepted: missing, granted },
            MembershipRefused::ReachBeyondOwn => Self::Forbidden {
                code: "reach_beyond_own",
                detail: "This role reaches everyone's credentials, and yours only your own. Ask somebody whose role reaches everyone's.",
            },
            MembershipRefused::Limited(GiverLimit::AccessToken) => Denied::CredentialItselfRequired.into(),
            MembershipRefused::Limited(GiverLimit::Bounded(bound)) => limited(bound),
            MembershipRefused::HoldsMore => Self::Forbidden {
                code: "member_holds_more",
                detail: "This member may do more than you. Ask somebody who may do as much to change or remove them.",
            },
        }
    }
}

impl Service {
    /// A page of the members; `q` narrows to those with this text in the name or address.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`].
    pub async fn list_members(
        &self,
        caller: &Caller,
        q: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<MemberOfOrg>> {
        let permit = self.permit(caller, Action::ReadMembers).await?;
        Ok(self.inner.db.read(&permit).await?.list_members(q, page).await?)
    }

    /// Invitations that can still be accepted.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`].
    pub async fn open_invitations(&self, caller: &Caller) -> Result<Vec<Invitation>> {
        let permit = self.permit(caller, Action::ReadMembers).await?;
        Ok(self.inner.db.read(&permit).await?.open_invitations(self.now()).await?)
    }

    /// One member.
    ///
    /// # Errors
    /// [`ServiceError::Missing`].
    pub async fn show_member(&self, caller: &Caller, id: &str) -> Result<MemberOfOrg> {
        let permit = self.permit(caller, Action::ReadMembers).await?;
        let id: UserId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.inner.db.read(&permit).await?.member(id).await?)
    }

    /// What the caller may do about members and roles, as it is in this transaction: somebody who was removed or demoted a
    /// moment ago changes nobody.
    pub(crate) async fn manages(&self, tx: &mut ReadTx) -> Result<Manager> {
        let manager = self.rights_now(tx).await?;
        if manager.rights.contains("members:write") { Ok(manager) } else { Err(ServiceError::Missing) }
    }

    /// What the caller may give, as it is in this transaction.
    pub(crate) async fn rights_now(&self, tx: &mut ReadTx) -> Result<Manager> {
        let actor = self.actor_now(tx).await?;
        if let Some(user) = actor.user() {
            // A grace period is for using what exists, not for giving more.
            tx.member(user).await?;
        }
        let role = actor.role().ok_or(ServiceError::UserContextRequired)?;
        let api_scopes = tx.api_scopes().await?;
        Ok(Manager { rights: Rights::of(role, &api_scopes).by(&actor), api_scopes })
    }

    pub(crate) fn member_event(&self, action: AuditAction, target: Target, detail: Value) -> AuditEvent {
        let at = self.now();
        AuditEvent { id: EventId::new(at, self.inner.sources.entropy()), at, action, target, detail }
    }
}
