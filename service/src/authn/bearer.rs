//! Recognizes a caller by the credential they present.
//!
//! Works from memory: no SQL statement, no write. [`verifier`] gives the verdict. This module turns it into an
//! error or a caller of Mintmark's own API. [`crate::oauth`] reads Mintmark's own access tokens.

use crate::{Caller, Challenge, Result, Service, ServiceError};
use domain::{
    Name, Timestamp,
    access::RequestContext,
    account::{Org, ServiceAccount, User},
    audit::Target,
    code::ProblemCode,
    credential::{ClientSettings, CredentialKind, Life, Owner, Status},
    ids::{CredentialId, OrgId},
    network::NetworkSet,
    resource::ResourceSet,
    scope::{ALL, ScopeSet},
    secret::{Environment, PlainSecret},
    verify::{AccessRequest, Allowance, QuotaLeft, Verdict},
};
use std::{net::IpAddr, sync::Arc};
use verifier::{Call, KnownCredential, OrgSnapshot, Presentation, UsageSource, is_access_token};

/// A recognized credential, without its secrets.
#[derive(Clone, Debug)]
pub struct Recognized {
    pub id: CredentialId,
    /// The number of the presented secret, or 0 if no secret was presented.
    pub secret_number: u32,
    pub name: Name,
    pub owner: Owner,
    pub status: Status,
    pub resources: ResourceSet,
    pub env: Environment,
    /// The IP allowlist.
    pub networks: NetworkSet,
    /// Settings that only M2M clients have.
    pub client: Option<Arc<ClientSettings>>,
    /// The end of its lifetime. `None` if it never expires.
    pub expires_at: Option<Timestamp>,
}

impl Recognized {
    pub fn kind(&self) -> CredentialKind {
        self.id.kind()
    }

    /// The time of creation, which the id contains.
    pub fn created_at(&self) -> Timestamp {
        self.id.made_at()
    }

    /// The days until it expires; see [`Life::last_days`].
    pub fn last_days(&self, now: Timestamp) -> Option<i64> {
        Life::until(self.created_at(), self.expires_at).last_days(now)
    }
}

impl From<&Recognized> for Target {
    fn from(credential: &Recognized) -> Self {
        Self { kind: "credential", id: credential.id.to_string(), name: Some(credential.name.to_string()) }
    }
}

/// A caller recognized by a credential, and the facts about it that a reply may contain.
#[derive(Debug)]
pub struct Authenticated {
    pub caller: Caller,
    pub credential: Recognized,
    /// The organization of the credential.
    pub org: Org,
    /// The person who owns the credential.
    pub user: Option<User>,
    /// The service account that owns the credential.
    pub service_account: Option<ServiceAccount>,
    /// The time at which a newer secret replaces the presented one.
    pub retires_at: Option<Timestamp>,
    /// The time from which a policy of the organization blocks the credential. `None` outside the notice period.
    pub blocked_at: Option<Timestamp>,
    /// The scopes of the presented credential or access token.
    pub scopes: ScopeSet,
    /// The end of the presented credential or access token.
    pub expires_at: Option<Timestamp>,
    /// The remaining calls under the rate limit.
    pub allowance: Option<Allowance>,
    /// The remaining calls under the quota.
    pub quota: Option<QuotaLeft>,
}

pub(crate) fn refuse(why: &'static str) -> ServiceError {
    ServiceError::Unauthenticated(Challenge::Invalid(why))
}

pub(crate) const UNKNOWN: &str = "The token is malformed or unknown.";

/// The error for a client secret that is presented anywhere but at the token endpoint.
pub(crate) fn client_secret() -> ServiceError {
    refuse("A client secret is for the token endpoint. Exchange it for an access token.")
}

const OTHER_NETWORK: ServiceError = ServiceError::Forbidden {
    code: ProblemCode::IpNotAllowed,
    detail: "The credential may not be used from this address. Its allow-list, or a policy of its organization, names the networks that may.",
};

/// Turns the verdict on the caller's own credential into an error, or returns the credential if it is valid.
pub(crate) fn refusal(presentation: Presentation<'_>) -> Result<KnownCredential<'_>> {
    let Presentation { verdict, known, allowance, quota } = presentation;
    match (verdict, known) {
        (Verdict::Valid, Some(known)) => Ok(known),
        (Verdict::Revoked, Some(known)) if known.entry().is_ended && !known.entry().is_revoked => Err(refuse(RETIRED)),
        (Verdict::Expired, Some(known)) if retires_before_it_ends(&known) => Err(refuse(RETIRED)),
        (Verdict::Revoked, _) => Err(refuse("The token was revoked.")),
        (Verdict::Expired, _) => Err(refuse("The token has expired.")),
        (Verdict::Disabled, _) => Err(refuse("The token is disabled.")),
        (Verdict::PendingApproval, _) => Err(refuse(PENDING)),
        (Verdict::BlockedByPolicy, _) => Err(refuse(BLOCKED)),
        (Verdict::OwnerInactive, _) => Err(refuse("The token's owner is no longer a member of its organization.")),
        (Verdict::IpNotAllowed, _) => Err(OTHER_NETWORK),
        (Verdict::RateLimited | Verdict::QuotaExceeded, _) => Err(ServiceError::CallLimitReached { allowance, quota }),
        // The gate asks for nothing but a working credential of its own organization, so the rest does not occur here.
        (
            Verdict::Valid
            | Verdict::Malformed
            | Verdict::NotFound
            | Verdict::OrgAuthorizationRequired
            | Verdict::EnvironmentMismatch
            | Verdict::WrongAudience
            | Verdict::UserContextRequired
            | Verdict::ApplicationContextRequired
            | Verdict::InsufficientScope
            | Verdict::ResourceNotInScope,
            _,
        ) => Err(refuse(UNKNOWN)),
    }
}

fn retires_before_it_ends(known: &KnownCredential<'_>) -> bool {
    let Some(at) = known.entry().retires_at else { return false };
    known.entry().expires_at.is_none_or(|end| at < end)
}

const PENDING: &str = "The token waits for approval. It works as soon as an admin of its organization has approved it.";
const BLOCKED: &str = "A policy of the organization does not allow this token any more. Issue one that keeps it, or ask an admin for an exception.";
const RETIRED: &str = "The token was replaced by a newer one and has retired.";

impl Service {
    /// Recognizes a secret, or an access token for Mintmark's own API. Unknown and malformed values get one error.
    ///
    /// # Errors
    /// * [`ServiceError::Unauthenticated`] if the value is not a working credential.
    /// * [`ServiceError::Forbidden`] with `ip_not_allowed`.
    /// * [`ServiceError::CallLimitReached`] if the rate limit or quota is used up.
    /// * [`ServiceError::Unavailable`] if this node cannot verify now. It never accepts a credential then.
    pub async fn authenticate(&self, secret: &PlainSecret, context: RequestContext) -> Result<Authenticated> {
        if is_access_token(secret.expose()) {
            return self.oauth().authenticate_access_token(secret.expose(), context).await;
        }
        self.recognize(secret, context).await
    }

    /// Recognizes a secret of any kind but an M2M client's. Client secrets are for the token endpoint.
    pub(crate) async fn recognize(&self, secret: &PlainSecret, context: RequestContext) -> Result<Authenticated> {
        let engine = &self.inner.engine;
        let mut view = engine.view().await?;
        if view.is_unknown(secret.expose()) && engine.look_again().await {
            view = engine.view().await?;
        }
        let known = view.find(secret.expose())?.known().ok_or_else(|| refuse(UNKNOWN))?;
        let now = self.now();
        if known.grant().stored.kind == CredentialKind::Client && known.is_live(now) {
            return Err(client_secret());
        }
        let presentation = view.judge(known, &AccessRequest::default(), Call { ip: context.ip, cost: 1, now })?;
        let (allowance, quota) = (presentation.allowance, presentation.quota);
        let known = refusal(presentation)?;
        view.note_source(&known, UsageSource { ip: context.ip, ..UsageSource::default() }, now);
        let retires_at = known.retires_at();
        Ok(Authenticated { retires_at, allowance, quota, ..authenticated(&known, context, None, now)? })
    }

    /// Returns a credential by its id, in any state. The calling function must already know that the request holds it.
    pub(crate) async fn authenticated_by_id(
        &self,
        id: CredentialId,
        context: RequestContext,
        access_token: Option<(ScopeSet, Timestamp)>,
    ) -> Result<Authenticated> {
        let view = self.inner.engine.view().await?;
        let known = view.by_id(id).ok_or(ServiceError::Missing)?;
        authenticated(&known, context, access_token, self.now())
    }

    /// Returns the organization of a credential with its catalog.
    pub(crate) async fn org_snapshot(&self, id: CredentialId) -> Result<Arc<OrgSnapshot>> {
        let view = self.inner.engine.view().await?;
        let known = view.by_id(id).ok_or(ServiceError::Missing)?;
        Ok(known.org_snapshot())
    }

    /// Finds the credential of a secret, in any state and any organization. This does not count as a use.
    pub(crate) async fn look_up(&self, secret: &PlainSecret) -> Result<Option<(OrgId, CredentialId)>> {
        let view = self.inner.engine.view().await?;
        let known = view.find(secret.expose())?.known();
        Ok(known.map(|known| (known.org(), known.entry().credential)))
    }
}

/// Returns an error unless a credential in this state works.
pub(crate) fn check_status(status: Status) -> Result<()> {
    match status {
        Status::Active | Status::ExpiresSoon => Ok(()),
        Status::Disabled => Err(refuse("The token is disabled.")),
        Status::PendingApproval => Err(refuse(PENDING)),
        Status::BlockedByPolicy => Err(refuse(BLOCKED)),
        Status::Revoked => Err(refuse("The token was revoked.")),
        Status::Expired => Err(refuse("The token has expired.")),
    }
}

/// Returns an error unless both the credential's IP allowlist and its policy allow the address. An unknown address
/// passes only if there is no restriction.
pub(crate) fn check_network(networks: &NetworkSet, policy: Option<&NetworkSet>, ip: Option<IpAddr>) -> Result<()> {
    let is_allowed = networks.allows(ip) && policy.is_none_or(|networks| networks.allows(ip));
    if is_allowed { Ok(()) } else { Err(OTHER_NETWORK) }
}

/// Returns the caller and the rights of a recognized credential. `access_token` limits both to its scopes and end.
pub(crate) fn authenticated(
    known: &KnownCredential<'_>,
    context: RequestContext,
    access_token: Option<(ScopeSet, Timestamp)>,
    now: Timestamp,
) -> Result<Authenticated> {
    let (grant, entry) = (known.grant(), known.entry());
    let of_credential = &grant.stored.scopes;
    let name = known.label().ok_or_else(|| ServiceError::internal("a stored name cannot be read"))?;
    let label = (entry.credential, name.clone());
    // A new credential may live as long as the credential behind an access token, not only as long as the token. It may
    // not outlive the grace period of a former member.
    let may_live = known.ends_at();
    let (scopes, expires_at, actor) = match access_token {
        None => {
            (of_credential.clone(), may_live, grant.actor.as_ref().map(|actor| actor.alike(label, entry.env, may_live)))
        }
        Some((scopes, end)) => {
            let has_all = of_credential.contains(ALL);
            let scopes = if has_all { scopes } else { scopes.intersection(of_credential) };
            let actor = grant.limited(label, grant.limit(&scopes, entry.env, may_live, true));
            (scopes, Some(end), actor)
        }
    };
    let actor = actor.ok_or_else(|| refuse("The token's owner is no longer a member of its organization."))?;
    Ok(Authenticated {
        caller: Caller { actor, context },
        credential: Recognized {
            id: entry.credential,
            secret_number: entry.number,
            name,
            owner: grant.stored.owner,
            status: known.status(now),
            resources: grant.stored.resources.clone(),
            env: entry.env,
            networks: grant.stored.networks.clone(),
            client: grant.stored.client.clone(),
            expires_at: may_live,
        },
        org: grant.org.org().clone(),
        user: grant.user.clone(),
        service_account: grant.service_account.clone(),
        retires_at: None,
        blocked_at: known.blocked_at(now),
        scopes,
        expires_at,
        allowance: None,
        quota: None,
    })
}
