//! Members: who belongs to an organisation, as what, and who is invited.
//!
//! Owns: that an organisation always has an owner and only owners make owners, that whoever goes loses everything at once but
//! what a grace leaves their tokens, and that an invitation is accepted once, by whom it was meant for. What somebody leaves
//! behind stays in the inventory as a credential whose owner is gone: after the grace nothing of it works until it is handed
//! over.

mod change;
mod invite;
mod join;
mod succession;

pub use self::succession::{Grace, LeftBehind};
pub use self::{invite::Invited, join::InvitationSeen};
pub use store::MemberOfOrg;

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::{Action, MembershipRefused, Role},
    account::Invitation,
    audit::{AuditAction, AuditEvent, Target},
    ids::{EventId, UserId},
    scope::ScopeSet,
};
use serde_json::Value;
use store::{Page, PageRequest, WriteTx};

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

    /// The role of whoever acts, as it is in this transaction: who was removed or demoted a moment ago changes nobody.
    pub(crate) async fn manages(&self, tx: &mut WriteTx, caller: &Caller) -> Result<Role> {
        let role = match caller.actor.user() {
            Some(user) => tx.member(user).await?.role,
            None => caller.actor.role().ok_or(ServiceError::PersonRequired)?,
        };
        let may = role.scopes(&ScopeSet::default()).contains("members:write");
        if may { Ok(role) } else { Err(ServiceError::Missing) }
    }

    pub(crate) fn member_event(&self, action: AuditAction, target: Target, detail: Value) -> AuditEvent {
        let at = self.now();
        AuditEvent { id: EventId::new(at, self.inner.sources.entropy()), at, action, target, detail }
    }
}
