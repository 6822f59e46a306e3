//! Tokens that work in an organisation beside their home.
//!
//! Owns: that only a person who is signed in, and a member of both, authorises a token, and only their own; that each
//! organisation takes that back for itself alone; and that the home learns nothing of the others. Every change is an event in
//! the log of the organisation that it is about. What may be authorised is in [`domain::credential`]; what it is worth there is
//! worked out by `verify/elsewhere.rs`.

mod authorize;
mod deauthorize;
mod decide;
mod list;

pub use self::{
    decide::AuthorizationDecision,
    list::{AuthorizedHere, Standing, StandsIn},
};
pub use store::AuthorizedToken;

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::{Actor, MemberRole},
    audit::{AuditAction, AuditEvent, Target},
    credential::{AuthorizationState, Breadth, OrgAuthorization},
    ids::EventId,
    policy::Policies,
};
use serde_json::Value;

/// What has become of an authorisation, in an organisation that asks for this and where its owner is that.
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

impl Service {
    /// The person who calls as they are in another organisation of theirs, by its id or slug, in the same session.
    async fn there(&self, caller: &Caller, org: &str) -> Result<Caller> {
        let session = caller.actor.session().ok_or(ServiceError::PersonRequired)?;
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let org = self.my_org(caller, org).await?;
        let member = self.inner.db.membership(user, org.id).await?.ok_or(ServiceError::Missing)?;
        let (user, role) = (member.user, member.membership.role);
        let actor = Actor::person(user.id, user.name, org.id, role, &member.api_scopes, Some(session));
        Ok(Caller { actor, origin: caller.origin.clone() })
    }

    pub(crate) fn authorization_event(
        &self,
        action: AuditAction,
        (authorization, name): (&OrgAuthorization, &str),
        detail: Value,
    ) -> AuditEvent {
        let (at, id) = (self.now(), authorization.credential.to_string());
        let target = Target { kind: "org_authorization", id, name: Some(name.to_owned()) };
        AuditEvent { id: EventId::new(at, self.inner.sources.entropy()), at, action, target, detail }
    }
}
