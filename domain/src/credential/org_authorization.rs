//! A personal access token that works in an organisation which is not its home.
//!
//! Owns: who authorises it, what the policy of that organisation forbids outright, when it waits for approval there, and who
//! decides. What it is worth there is worked out at each call. Never: what it is worth at home, which nothing here changes.

use super::{ApprovalRefused, Credential, Decision, Outcome, Owner};
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

/// How far a token goes by itself, whoever owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breadth {
    /// What it may do, at most.
    pub scopes: ScopeSet,
    /// What it may do it to.
    pub resources: ResourceSet,
    /// From where.
    pub networks: NetworkSet,
}

impl Breadth {
    /// Whether it goes no further than `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        let has_scopes = other.scopes.contains(ALL) || self.scopes.difference(&other.scopes).is_empty();
        has_scopes && self.resources.is_within(&other.resources) && self.networks.is_within(&other.networks)
    }

    /// Changes whenever it does.
    pub fn version(&self) -> String {
        let Self { scopes, resources, networks } = self;
        let digest = Sha256::digest(format!("{scopes}\n{resources}\n{networks}"));
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl From<&Credential> for Breadth {
    fn from(credential: &Credential) -> Self {
        let Credential { scopes, resources, networks, .. } = credential;
        Self { scopes: scopes.clone(), resources: resources.clone(), networks: networks.clone() }
    }
}

/// That a token works in an organisation beside its home, or is to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgAuthorization {
    /// Which token.
    pub credential: CredentialId,
    /// For which organisation; what it says belongs to that one.
    pub org: OrgId,
    /// Where the token was issued.
    pub home: OrgId,
    /// Whose token it is. It is worth nothing with another owner.
    pub owner: UserId,
    /// How far the token went when it was authorised, or last approved.
    pub breadth: Breadth,
    /// When its owner authorised it.
    pub authorized_at: Timestamp,
    /// Since when it waits for approval.
    pub pending_since: Option<Timestamp>,
    /// What was decided last, if anything was to be decided.
    pub decision: Option<Decision>,
}

/// What has become of an authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationState {
    /// The token works there.
    Active,
    /// Somebody there has to approve it first.
    Pending,
    /// They did not.
    Denied,
}

impl AuthorizationState {
    /// `active`, `pending` or `denied`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Denied => "denied",
        }
    }
}

/// Whoever authorises, as they are in the organisation that the token is to work in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizer {
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: Option<MemberRole>,
    /// Whether they may decide what others ask for, and so need nobody.
    pub may_decide: bool,
}

/// Why a token is not authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationRefused {
    /// Only people authorise, and only their own personal access tokens.
    #[error("it is not a token of whoever authorises it")]
    NotTheirs,
    /// It works there anyway.
    #[error("it is at home there")]
    AtHome,
    /// It was revoked, or has expired.
    #[error("it is over for good")]
    Ended,
    /// The policy there does not let this role have tokens.
    #[error("a policy does not let this role have tokens")]
    Creator,
    /// The policy there does not allow a token such as this.
    #[error("a policy does not allow it: {}", .0.as_str())]
    Policy(Objection),
}

/// Authorises a token for `org`. `policy`: what is asked of personal access tokens there.
///
/// # Errors
/// [`AuthorizationRefused`].
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
    /// Since when the token is idle there: its last use, or when it was authorised or approved, whatever came last.
    pub fn idle_since(&self, last_used_at: Option<Timestamp>) -> Timestamp {
        let decided_at = self.decision.as_ref().map(|decision| decision.at);
        [last_used_at, decided_at].into_iter().flatten().fold(self.authorized_at, Timestamp::max)
    }

    /// What has become of it, for a token that goes as far as `breadth` now. One that goes further than when it was looked
    /// at waits again where `asks`: somebody has to approve what its owner has.
    pub fn state(&self, breadth: &Breadth, asks: bool) -> AuthorizationState {
        if self.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Denied) {
            return AuthorizationState::Denied;
        }
        let is_pending = self.pending_since.is_some() || (asks && !breadth.is_within(&self.breadth));
        if is_pending { AuthorizationState::Pending } else { AuthorizationState::Active }
    }

    /// Decides about one that is in this state, for a token that goes as far as `breadth` now.
    ///
    /// # Errors
    /// [`ApprovalRefused::NotPending`] and [`ApprovalRefused::OwnRequest`].
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
