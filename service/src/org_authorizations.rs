//! Organization authorizations: tokens that work outside their home organization.
//!
//! Only a signed-in person who is a member of both organizations can authorize a token, and only their own. Each
//! organization can withdraw an authorization for itself, and the home organization learns nothing about the others.
//! Every change is an event in the log of the organization that it concerns. [`domain::credential`] decides which
//! tokens can be authorized, and the crate `verifier` computes their effective scopes there.

mod authorize;
mod deauthorize;
mod decide;
mod list;

pub use self::{
    decide::AuthorizationDecision,
    list::{AuthorizedHere, Standing, StandsIn},
};
pub use store::CrossOrgToken;

use crate::{Caller, Result, ServiceError, use_cases::OrgAuthorizations};
use domain::{
    Timestamp,
    access::{Actor, MemberRole},
    audit::{AuditDetail, AuditEvent, Target},
    credential::{AuthorizationState, Breadth, OrgAuthorization},
    policy::Policies,
};

/// Returns the state of an authorization under these policies, if the token's owner has this role there.
fn state_of(
    authorization: &OrgAuthorization,
    breadth: &Breadth,
    role: &MemberRole,
    policies: &Policies,
    now: Timestamp,
) -> AuthorizationState {
    let asks = policies.of(authorization.credential.kind()).needs_approval(now) && !role.may_decide();
    authorization.state(breadth, asks)
}

impl OrgAuthorizations<'_> {
    /// Returns the caller as a member of another of their organizations, by id or slug, in the same session.
    async fn there(self, caller: &Caller, org: &str) -> Result<Caller> {
        let session = caller.actor.session().ok_or(ServiceError::PersonRequired)?;
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let org = self.service.orgs().mine(caller, org).await?;
        let member = self.service.inner.db.membership(user, org.id).await?.ok_or(ServiceError::Missing)?;
        let (user, role) = (member.user, member.membership.role);
        let actor = Actor::person(user.id, user.name, org.id, role, &member.api_scopes, Some(session));
        Ok(Caller { actor, context: caller.context.clone() })
    }

    pub(crate) fn authorization_event(
        self,
        (authorization, name): (&OrgAuthorization, &str),
        detail: &AuditDetail,
    ) -> AuditEvent {
        let id = authorization.credential.to_string();
        self.service.event(Target { kind: "org_authorization", id, name: Some(name.to_owned()) }, detail)
    }
}
