//! The members of an organization, their roles, and invitations.
//!
//! An organization always has an owner, and only owners make owners. A former member loses all rights at once; only
//! their tokens work until the grace period ends. Then these stay in the inventory without an owner, and work again
//! only after a transfer. An invitation is accepted once, by the invited person.

mod change;
mod invite;
mod join;
mod offboarding;
mod rejoin;

pub(crate) use self::invite::Delivery;
pub use self::offboarding::{FormerMember, Grace};
pub use self::{invite::Invited, join::InvitationSeen};
pub use store::MemberOfOrg;

use crate::{Caller, Result, ServiceError, authority::limited, use_cases::Members};
use domain::{
    access::{Action, Denied, GiverLimit, MemberRole, MembershipRefused, Rights},
    account::Invitation,
    code::ProblemCode,
    ids::UserId,
    scope::ScopeSet,
};
use store::{Page, PageRequest, ReadTx};

/// The rights of a caller who changes members or roles.
pub(crate) struct Manager {
    pub(crate) rights: Rights,
    /// The scopes that the organization's APIs define.
    pub(crate) api_scopes: ScopeSet,
}

impl Manager {
    /// Returns the rights that a role grants now.
    pub(crate) fn rights_of(&self, role: &MemberRole) -> Rights {
        Rights::of(role, &self.api_scopes)
    }
}

impl From<MembershipRefused> for ServiceError {
    fn from(refused: MembershipRefused) -> Self {
        match refused {
            MembershipRefused::LastOwner => Self::Refused {
                code: ProblemCode::LastOwner,
                detail: "An organization needs an owner. Make somebody else an owner first.",
            },
            MembershipRefused::OwnersOnly => Self::Forbidden {
                code: ProblemCode::OwnersOnly,
                detail: "Only owners make owners, change their roles or remove them.",
            },
            MembershipRefused::AdminsOnly => Self::Forbidden {
                code: ProblemCode::AdminsOnly,
                detail: "Only owners and admins make somebody an admin. Ask one of them.",
            },
            MembershipRefused::BeyondOwn { missing, granted } => Self::MissingScope { accepted: missing, granted },
            MembershipRefused::ReachBeyondOwn => Self::Forbidden {
                code: ProblemCode::ReachBeyondOwn,
                detail: "This role reaches everyone's credentials, and yours only your own. Ask somebody whose role reaches everyone's.",
            },
            MembershipRefused::Limited(GiverLimit::AccessToken) => Denied::CredentialItselfRequired.into(),
            MembershipRefused::Limited(GiverLimit::Bounded(bound)) => limited(bound),
            MembershipRefused::HoldsMore => Self::Forbidden {
                code: ProblemCode::MemberHoldsMore,
                detail: "This member may do more than you. Ask somebody who may do as much to change or remove them.",
            },
        }
    }
}

impl Members<'_> {
    /// Returns a page of the members. `q` selects those with this text in the name or address.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn list(self, caller: &Caller, q: Option<&str>, page: &PageRequest) -> Result<Page<MemberOfOrg>> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        Ok(self.service.inner.db.read(&permit).await?.list_members(q, page).await?)
    }

    /// Returns the invitations that can still be accepted.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn open_invitations(self, caller: &Caller) -> Result<Vec<Invitation>> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        Ok(self.service.inner.db.read(&permit).await?.open_invitations(self.service.now()).await?)
    }

    /// Returns one member.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if there is no such member.
    pub async fn show(self, caller: &Caller, id: &str) -> Result<MemberOfOrg> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        let id: UserId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.service.inner.db.read(&permit).await?.member(id).await?)
    }

    /// Returns the caller's rights over members and roles in this transaction. A person who was removed or demoted a
    /// moment ago has none.
    pub(crate) async fn manages(self, tx: &mut ReadTx) -> Result<Manager> {
        let manager = self.rights_now(tx).await?;
        if manager.rights.contains("members:write") { Ok(manager) } else { Err(ServiceError::Missing) }
    }

    /// Returns the rights that the caller may grant, as they are in this transaction.
    pub(crate) async fn rights_now(self, tx: &mut ReadTx) -> Result<Manager> {
        let actor = self.service.actor_now(tx).await?;
        if let Some(user) = actor.user() {
            // In a grace period, a token keeps its use but grants nothing new.
            tx.member(user).await?;
        }
        let role = actor.role().ok_or(ServiceError::UserContextRequired)?;
        let api_scopes = tx.api_scopes().await?;
        Ok(Manager { rights: Rights::of(role, &api_scopes).by(&actor), api_scopes })
    }
}
