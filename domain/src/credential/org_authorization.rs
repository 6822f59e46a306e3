//! Organization authorizations: personal access tokens that work in an organization other than their home.
//!
//! This module decides who can authorize a token, which tokens the policy of that organization rejects, and which need
//! approval there. The effective scopes are computed at each call. Nothing here changes what the token can do in its
//! home organization.

use super::{ApprovalRefused, Credential, Decision, Grant, Outcome, Owner};
use crate::{
    Timestamp,
    access::MemberRole,
    ids::{CredentialId, OrgId, UserId},
    network::NetworkSet,
    policy::{Objection, Policy},
    resource::ResourceSet,
    scope::{ALL, ScopeSet},
};
use sha2::{Digest, Sha256};

/// How far a token reaches by itself, without regard to its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breadth {
    /// The scopes of the token.
    pub scopes: ScopeSet,
    /// The resources that the token is limited to.
    pub resources: ResourceSet,
    /// IP allowlist of the token.
    pub networks: NetworkSet,
}

impl Breadth {
    /// Returns whether it reaches no further than `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        let has_scopes = other.scopes.contains(ALL) || self.scopes.difference(&other.scopes).is_empty();
        has_scopes && self.resources.is_within(&other.resources) && self.networks.is_within(&other.networks)
    }

    /// Returns a fingerprint that changes whenever the value changes.
    pub fn version(&self) -> String {
        let Self { scopes, resources, networks } = self;
        let digest = Sha256::digest(format!("{scopes}\n{resources}\n{networks}"));
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl From<&Credential> for Breadth {
    fn from(credential: &Credential) -> Self {
        let Grant { scopes, resources, networks, .. } = &credential.grant;
        Self { scopes: scopes.clone(), resources: resources.clone(), networks: networks.clone() }
    }
}

/// The authorization of a token for one organization other than its home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgAuthorization {
    pub credential: CredentialId,
    /// The organization that the token is authorized for. The record belongs to this organization.
    pub org: OrgId,
    /// The organization in which the token was created.
    pub home: OrgId,
    /// The owner of the token. With another owner, the authorization has no effect.
    pub owner: UserId,
    /// How far the token reached when it was authorized, or last approved.
    pub breadth: Breadth,
    pub authorized_at: Timestamp,
    /// Set while the authorization waits for approval.
    pub pending_since: Option<Timestamp>,
    /// The last decision, if there was one.
    pub decision: Option<Decision>,
}

/// The state of an organization authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationState {
    /// The token works in the organization.
    Active,
    /// The authorization waits for approval.
    Pending,
    /// The approval was denied.
    Denied,
}

impl AuthorizationState {
    /// Returns `active`, `pending` or `denied`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Denied => "denied",
        }
    }
}

/// The person who authorizes a token, with their rights in the organization that the token is authorized for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizer {
    pub user: UserId,
    pub role: Option<MemberRole>,
    /// Whether the person may decide on approval requests, and therefore needs no approval.
    pub may_decide: bool,
}

/// The reason why a token cannot be authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationRefused {
    /// People can authorize only their own personal access tokens.
    #[error("it is not a token of whoever authorizes it")]
    NotTheirs,
    /// The organization is the home of the token.
    #[error("it is at home there")]
    AtHome,
    /// The token was revoked or has expired.
    #[error("it is over for good")]
    Ended,
    /// The policy of the organization does not allow this role to create tokens.
    #[error("a policy does not let this role have tokens")]
    Creator,
    /// The policy of the organization does not allow this token.
    #[error("a policy does not allow it: {}", .0.as_str())]
    Policy(Objection),
}

/// Authorizes a token for `org`. `policy` is the policy of `org` for personal access tokens.
///
/// # Errors
/// Returns [`AuthorizationRefused`] with the reason.
pub fn authorize(
    credential: &Credential,
    org: OrgId,
    by: &Authorizer,
    policy: &Policy,
    now: Timestamp,
) -> Result<OrgAuthorization, AuthorizationRefused> {
    if credential.owner != Owner::User(by.user) {
        return Err(AuthorizationRefused::NotTheirs);
    }
    if credential.org == org {
        return Err(AuthorizationRefused::AtHome);
    }
    if credential.status(now).is_final() {
        return Err(AuthorizationRefused::Ended);
    }
    if !policy.lets_issue(by.role.as_ref(), now) {
        return Err(AuthorizationRefused::Creator);
    }
    if let Some(objection) = policy.objection_to_new(&credential.existing(), credential.idle_since(), now) {
        return Err(AuthorizationRefused::Policy(objection));
    }
    Ok(OrgAuthorization {
        credential: credential.id,
        org,
        home: credential.org,
        owner: by.user,
        breadth: credential.into(),
        authorized_at: now,
        pending_since: (policy.needs_approval(now) && !by.may_decide).then_some(now),
        decision: None,
    })
}

impl OrgAuthorization {
    /// Returns since when the token is idle in the organization: its last use, authorization or approval, whichever is
    /// the latest.
    pub fn idle_since(&self, last_used_at: Option<Timestamp>) -> Timestamp {
        let decided_at = self.decision.as_ref().map(|decision| decision.at);
        [last_used_at, decided_at].into_iter().flatten().fold(self.authorized_at, Timestamp::max)
    }

    /// Returns the state of the authorization for a token that now reaches as far as `breadth`. If it reaches further
    /// than at the last review and `asks` is true, it waits for approval again. `asks` says that the owner's tokens
    /// need approval.
    pub fn state(&self, breadth: &Breadth, asks: bool) -> AuthorizationState {
        if self.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Denied) {
            return AuthorizationState::Denied;
        }
        let is_pending = self.pending_since.is_some() || (asks && !breadth.is_within(&self.breadth));
        if is_pending { AuthorizationState::Pending } else { AuthorizationState::Active }
    }

    /// Decides on an authorization that is in `state`, for a token that now reaches as far as `breadth`.
    ///
    /// # Errors
    /// Returns [`ApprovalRefused::NotPending`] or [`ApprovalRefused::OwnRequest`].
    pub fn decide(
        &mut self,
        state: AuthorizationState,
        breadth: &Breadth,
        by: UserId,
        decision: Decision,
    ) -> Result<(), ApprovalRefused> {
        if state != AuthorizationState::Pending {
            return Err(ApprovalRefused::NotPending);
        }
        if by == self.owner {
            return Err(ApprovalRefused::OwnRequest);
        }
        if decision.outcome == Outcome::Approved {
            self.breadth = breadth.clone();
        }
        self.pending_since = None;
        self.decision = Some(decision);
        Ok(())
    }
}
