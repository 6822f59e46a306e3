//! The verdict, and the order of its causes.

use crate::{
    credential::{CredentialKind, Status},
    network::NetworkSet,
    operation::{Operation, UserContext},
    resource::{Resource, ResourceSet},
    scope::{Scope, ScopeSet},
    secret::Environment,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What is said of a presented credential: the codes of the public contract, in the order in which causes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Good for what was asked.
    Valid,
    /// No credential: wrong shape, other brand or wrong checksum.
    Malformed,
    /// Unknown, or not the caller's to know.
    NotFound,
    /// Ended by somebody, or this secret of it was.
    Revoked,
    /// Over by time, or this secret was replaced by a newer one and has retired.
    Expired,
    /// Switched off for now.
    Disabled,
    /// Waits for somebody's approval.
    PendingApproval,
    /// A policy of its organisation does not allow it any more.
    BlockedByPolicy,
    /// Whom it represents is no member of its organisation any more.
    OwnerInactive,
    /// The organisation has not authorised this person's credential.
    OrgAuthorizationRequired,
    /// Made for the other environment.
    EnvironmentMismatch,
    /// Made for another API.
    WrongAudience,
    /// May not be used from this address, or from one that is unknown.
    IpNotAllowed,
    /// Represents nobody, and somebody is needed.
    UserContextRequired,
    /// Represents somebody, and an application is needed.
    ApplicationContextRequired,
    /// Lacks a scope.
    InsufficientScope,
    /// Does not reach this resource.
    ResourceNotInScope,
    /// Was used too often.
    RateLimited,
    /// Was used up.
    QuotaExceeded,
}

impl Verdict {
    /// All of them, the first that applies first; [`Verdict::Valid`] if none does.
    pub const ALL: [Self; 19] = [
        Self::Valid,
        Self::Malformed,
        Self::NotFound,
        Self::Revoked,
        Self::Expired,
        Self::Disabled,
        Self::PendingApproval,
        Self::BlockedByPolicy,
        Self::OwnerInactive,
        Self::OrgAuthorizationRequired,
        Self::EnvironmentMismatch,
        Self::WrongAudience,
        Self::IpNotAllowed,
        Self::UserContextRequired,
        Self::ApplicationContextRequired,
        Self::InsufficientScope,
        Self::ResourceNotInScope,
        Self::RateLimited,
        Self::QuotaExceeded,
    ];

    /// The word of the public contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Malformed => "malformed",
            Self::NotFound => "not_found",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
            Self::PendingApproval => "pending_approval",
            Self::BlockedByPolicy => "blocked_by_policy",
            Self::OwnerInactive => "owner_inactive",
            Self::OrgAuthorizationRequired => "org_authorization_required",
            Self::EnvironmentMismatch => "environment_mismatch",
            Self::WrongAudience => "wrong_audience",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::UserContextRequired => "user_context_required",
            Self::ApplicationContextRequired => "application_context_required",
            Self::InsufficientScope => "insufficient_scope",
            Self::ResourceNotInScope => "resource_not_in_scope",
            Self::RateLimited => "rate_limited",
            Self::QuotaExceeded => "quota_exceeded",
        }
    }

    /// Its place in [`Verdict::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether the credential itself works, whatever it may not do: a call with it is a use of it.
    pub fn is_use(self) -> bool {
        self == Self::Valid || self > Self::OrgAuthorizationRequired
    }
}

/// Whom a credential is to represent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Require {
    /// A person or a service account.
    User,
    /// Nobody: the organisation's application.
    Application,
}

/// What is asked. Nothing of it: is this credential good at all?
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs<'a> {
    /// The operation that is to be performed.
    pub operation: Option<&'a Operation>,
    /// Scopes that are all needed, whatever the operation says.
    pub scopes: &'a [Scope],
    /// The resource that it is about.
    pub resource: Option<&'a Resource>,
    /// Whom the credential is to represent.
    pub require: Option<Require>,
    /// The environment it is to be made for.
    pub env: Option<Environment>,
    /// The API it is to be made for; only access tokens name theirs.
    pub audience: Option<&'a str>,
}

/// Whether the presented secret of a credential works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretEnd {
    /// It does.
    Live,
    /// Its successor has taken over.
    Retired,
    /// Somebody ended it.
    Ended,
}

/// What is known of a presented credential at this moment.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its kind.
    pub kind: CredentialKind,
    /// For real data or for trying things.
    pub env: Environment,
    /// Its state.
    pub status: Status,
    /// The state of the secret that was presented.
    pub secret: SecretEnd,
    /// Whether whom it represents still belongs to its organisation.
    pub owner_is_active: bool,
    /// What it may do now, with `all` spelt out.
    pub holds: &'a ScopeSet,
    /// What it may do it to.
    pub resources: &'a ResourceSet,
    /// From where it may be used.
    pub networks: &'a NetworkSet,
    /// From where a policy of its organisation lets it be used; none: from everywhere.
    pub policy_networks: Option<&'a NetworkSet>,
    /// The same of its home, where it is presented to another organisation.
    pub home_networks: Option<&'a NetworkSet>,
    /// For which APIs it was made; only access tokens say so.
    pub audiences: Option<&'a [String]>,
}

/// The first cause that applies of those that depend on the credential and on what is asked, and not on how often it was
/// used. `ip`: from where it was presented; unknown is nowhere.
pub fn verdict(facts: &Facts<'_>, needs: &Needs<'_>, ip: Option<IpAddr>) -> Verdict {
    match (facts.status, facts.secret) {
        (Status::Revoked, _) | (_, SecretEnd::Ended) => return Verdict::Revoked,
        (Status::Expired, _) | (_, SecretEnd::Retired) => return Verdict::Expired,
        (Status::Disabled, _) => return Verdict::Disabled,
        (Status::PendingApproval, _) => return Verdict::PendingApproval,
        (Status::BlockedByPolicy, _) => return Verdict::BlockedByPolicy,
        (Status::Active | Status::ExpiresSoon, SecretEnd::Live) => {}
    }
    if !facts.owner_is_active {
        return Verdict::OwnerInactive;
    }
    if needs.env.is_some_and(|env| env != facts.env) {
        return Verdict::EnvironmentMismatch;
    }
    if let (Some(audiences), Some(audience)) = (facts.audiences, needs.audience)
        && !audiences.iter().any(|own| own == audience)
    {
        return Verdict::WrongAudience;
    }
    let policies = [facts.policy_networks, facts.home_networks];
    if !facts.networks.allows(ip) || policies.into_iter().flatten().any(|networks| !networks.allows(ip)) {
        return Verdict::IpNotAllowed;
    }
    let context = needs.operation.map_or(UserContext::Optional, |operation| operation.user_context);
    match (facts.kind.rules().has_user, needs.require, context) {
        (false, Some(Require::User), _) | (false, _, UserContext::Required) => return Verdict::UserContextRequired,
        (true, Some(Require::Application), _) | (true, _, UserContext::Forbidden) => {
            return Verdict::ApplicationContextRequired;
        }
        _ => {}
    }
    if !holds_scopes(facts.holds, needs) {
        return Verdict::InsufficientScope;
    }
    let is_about_one = needs.operation.is_some_and(|operation| operation.resource_type.is_some());
    if (needs.resource.is_some() || is_about_one) && !facts.resources.allows(needs.resource) {
        return Verdict::ResourceNotInScope;
    }
    Verdict::Valid
}

fn holds_scopes(holds: &ScopeSet, needs: &Needs<'_>) -> bool {
    needs.scopes.iter().all(|scope| holds.contains(scope.as_str()))
        && needs.operation.is_none_or(|operation| operation.scopes.missing(holds).is_empty())
}

/// The scopes that are asked for and not held: all of those asked for by name, and of an operation that any of several would
/// do for, every one of these.
pub fn missing_scopes(holds: &ScopeSet, needs: &Needs<'_>) -> ScopeSet {
    let named: ScopeSet = needs.scopes.iter().filter(|scope| !holds.contains(scope.as_str())).cloned().collect();
    match needs.operation {
        Some(operation) => named.union(&operation.scopes.missing(holds)),
        None => named,
    }
}
