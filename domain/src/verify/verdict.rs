//! The verdict on a presented credential, and the order of the checks.

use crate::{
    code::codes,
    credential::{CredentialKind, Status},
    network::NetworkSet,
    operation::{Operation, UserContext},
    resource::{Resource, ResourceSet},
    scope::{Scope, ScopeSet},
    secret::Environment,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Makes the enum, its look-ups and [`Verdict::title`] from one list.
macro_rules! verdicts {
    ($($verdict:ident = $code:literal, $title:literal, $explanation:literal;)+) => {
        codes! {
            /// The result of a verification. The codes are part of the public contract, in the order in which they are
            /// checked. The code `valid` applies if no other does.
            Verdict {
                $($verdict = $code, $explanation;)+
            }
        }

        impl Verdict {
            /// Returns the name that the screens show.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$verdict => $title,)+
                }
            }
        }
    };
}

verdicts! {
    Valid = "valid", "Valid", "The credential is valid for this request.";
    Malformed = "malformed", "Malformed", "The text is not a credential: its shape, brand or checksum is wrong.";
    NotFound = "not_found", "Not found", "The credential is unknown, or the caller may not see it.";
    Revoked = "revoked", "Revoked",
        "The credential was revoked, or a finished or canceled roll ended the presented secret.";
    Expired = "expired", "Expired", "The credential has expired, or a newer secret has replaced the presented one.";
    Disabled = "disabled", "Disabled", "The credential is disabled.";
    PendingApproval = "pending_approval", "Pending approval", "The credential waits for approval.";
    BlockedByPolicy = "blocked_by_policy", "Blocked by policy",
        "A policy of the organization no longer allows the credential.";
    OwnerInactive = "owner_inactive", "Its owner has left",
        "The user whom the credential represents is no longer a member of the organization.";
    OrgAuthorizationRequired = "org_authorization_required", "Org authorization required",
        "The token belongs to another organization and is not authorized for this one.";
    EnvironmentMismatch = "environment_mismatch", "For the other environment",
        "The credential was created for the other environment.";
    WrongAudience = "wrong_audience", "For another API", "The access token was made for another API.";
    IpNotAllowed = "ip_not_allowed", "From another network",
        "The credential must not be used from this address, or from an unknown address.";
    UserContextRequired = "user_context_required", "A person was needed",
        "The request needs a user, and the credential represents none.";
    ApplicationContextRequired = "application_context_required", "An application was needed",
        "The request needs an application, and the credential represents a user.";
    InsufficientScope = "insufficient_scope", "A scope was missing", "The credential lacks a scope.";
    ResourceNotInScope = "resource_not_in_scope", "Limited to other resources",
        "The credential is limited to other resources.";
    RateLimited = "rate_limited", "Over its rate limit", "The credential has reached its rate limit.";
    QuotaExceeded = "quota_exceeded", "Its quota was used up", "The credential has used up its quota.";
}

impl Verdict {
    /// Returns the position in [`Verdict::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns whether the credential itself works, even if it does not allow this request. A call with it then counts
    /// as a use.
    pub fn is_use(self) -> bool {
        self == Self::Valid || self > Self::OrgAuthorizationRequired
    }
}

/// The subject that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Require {
    /// A person or a service account.
    User,
    /// An application of the organization, which represents no user.
    Application,
}

/// The access request to check a credential against. An empty one asks only whether the credential works.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccessRequest<'a> {
    /// The operation to perform.
    pub operation: Option<&'a Operation>,
    /// Scopes that are all needed, in addition to those of the operation.
    pub scopes: &'a [Scope],
    /// The resource to act on.
    pub resource: Option<&'a Resource>,
    /// The subject that the request needs.
    pub require: Option<Require>,
    /// The environment that the credential must be created for.
    pub env: Option<Environment>,
    /// The API that the credential must be made for. Only access tokens name an API.
    pub audience: Option<&'a str>,
}

/// The state of the presented secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretEnd {
    Live,
    /// A newer secret has replaced it.
    Retired,
    /// A finished or canceled roll ended it.
    Ended,
}

/// The state of a credential at the time of verification.
#[derive(Clone, Copy, Debug)]
pub struct CredentialState<'a> {
    pub kind: CredentialKind,
    pub env: Environment,
    pub status: Status,
    pub secret: SecretEnd,
    /// Whether the user whom it represents still belongs to its organization.
    pub owner_is_active: bool,
    /// Its effective scopes, with `all` expanded.
    pub holds: &'a ScopeSet,
    /// The resources that it is limited to.
    pub resources: &'a ResourceSet,
    /// Its own IP allowlist.
    pub networks: &'a NetworkSet,
    /// The IP allowlist that the organization's policy requires, if any.
    pub policy_networks: Option<&'a NetworkSet>,
    /// The IP allowlist that the policy of its home organization requires, if it is presented to another organization.
    pub home_networks: Option<&'a NetworkSet>,
    /// The APIs that it was made for. Only access tokens name APIs.
    pub audiences: Option<&'a [String]>,
}

/// Returns the first verdict that applies, apart from rate limits and quotas. It depends only on the credential, the
/// request and `ip`, the address of the caller. An unknown address is in no IP allowlist.
pub fn verdict(state: &CredentialState<'_>, needs: &AccessRequest<'_>, ip: Option<IpAddr>) -> Verdict {
    match (state.status, state.secret) {
        (Status::Revoked, _) | (_, SecretEnd::Ended) => return Verdict::Revoked,
        (Status::Expired, _) | (_, SecretEnd::Retired) => return Verdict::Expired,
        (Status::Disabled, _) => return Verdict::Disabled,
        (Status::PendingApproval, _) => return Verdict::PendingApproval,
        (Status::BlockedByPolicy, _) => return Verdict::BlockedByPolicy,
        (Status::Active | Status::ExpiresSoon, SecretEnd::Live) => {}
    }
    if !state.owner_is_active {
        return Verdict::OwnerInactive;
    }
    if needs.env.is_some_and(|env| env != state.env) {
        return Verdict::EnvironmentMismatch;
    }
    if let (Some(audiences), Some(audience)) = (state.audiences, needs.audience)
        && !audiences.iter().any(|own| own == audience)
    {
        return Verdict::WrongAudience;
    }
    let policies = [state.policy_networks, state.home_networks];
    if !state.networks.allows(ip) || policies.into_iter().flatten().any(|networks| !networks.allows(ip)) {
        return Verdict::IpNotAllowed;
    }
    let context = needs.operation.map_or(UserContext::Optional, |operation| operation.user_context);
    match (state.kind.rules().has_user, needs.require, context) {
        (false, Some(Require::User), _) | (false, _, UserContext::Required) => return Verdict::UserContextRequired,
        (true, Some(Require::Application), _) | (true, _, UserContext::Forbidden) => {
            return Verdict::ApplicationContextRequired;
        }
        _ => {}
    }
    if !holds_scopes(state.holds, needs) {
        return Verdict::InsufficientScope;
    }
    let is_about_one = needs.operation.is_some_and(|operation| operation.resource_type.is_some());
    if (needs.resource.is_some() || is_about_one) && !state.resources.allows(needs.resource) {
        return Verdict::ResourceNotInScope;
    }
    Verdict::Valid
}

fn holds_scopes(holds: &ScopeSet, needs: &AccessRequest<'_>) -> bool {
    needs.scopes.iter().all(|scope| holds.contains(scope.as_str()))
        && needs.operation.is_none_or(|operation| operation.scopes.missing(holds).is_empty())
}

/// Returns the scopes that the request needs and the credential does not hold. If an operation needs any one of several
/// scopes and none is held, it returns all of them.
pub fn missing_scopes(holds: &ScopeSet, needs: &AccessRequest<'_>) -> ScopeSet {
    let named: ScopeSet = needs.scopes.iter().filter(|scope| !holds.contains(scope.as_str())).cloned().collect();
    match needs.operation {
        Some(operation) => named.union(&operation.scopes.missing(holds)),
        None => named,
    }
}
