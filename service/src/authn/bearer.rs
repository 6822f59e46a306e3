//! Recognising a caller by the credential they present.
//!
//! Owns: who is calling, from what is in memory: no statement, no write. The verdict is that of [`crate::verify`]; this says
//! what it means for a caller of ours. Access tokens of ours are read by [`crate::oauth`].

use crate::{
    Caller, Challenge, Result, Service, ServiceError,
    verify::{CallTold, Known, OrgTerms, Presentation, State},
};
use domain::{
    Name, Timestamp,
    access::Origin,
    account::{Org, ServiceAccount, User},
    audit::Target,
    credential::{ClientSettings, CredentialKind, Life, Owner, Status},
    ids::{CredentialId, OrgId},
    network::NetworkSet,
    resource::ResourceSet,
    scope::{ALL, ScopeSet},
    secret::{Environment, PlainSecret},
    verify::{Allowance, Needs, QuotaLeft, Verdict},
};
use std::{net::IpAddr, sync::Arc};

/// What a recognised credential is, without its secrets.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Its id, which also tells its kind.
    pub id: CredentialId,
    /// The number of the secret that was presented; 0 if none was.
    pub secret_number: u32,
    /// What people call it.
    pub name: Name,
    /// Whom it represents.
    pub owner: Owner,
    /// What it is limited to.
    pub resources: ResourceSet,
    /// For real data or for trying things.
    pub env: Environment,
    /// From where it may be used.
    pub networks: NetworkSet,
    /// What only M2M clients have.
    pub client: Option<Arc<ClientSettings>>,
    /// When it stops for good; none: never.
    pub expires_at: Option<Timestamp>,
}

impl Recognised {
    /// The kind, as the id tells.
    pub fn kind(&self) -> CredentialKind {
        self.id.kind()
    }

    /// When it was issued.
    pub fn created_at(&self) -> Timestamp {
        self.id.made_at()
    }

    /// How many days it still lives; see [`Life::last_days`].
    pub fn last_days(&self, now: Timestamp) -> Option<i64> {
        Life::until(self.created_at(), self.expires_at).last_days(now)
    }
}

impl From<&Recognised> for Target {
    fn from(credential: &Recognised) -> Self {
        Self { kind: "credential", id: credential.id.to_string(), name: Some(credential.name.to_string()) }
    }
}

/// A caller recognised by a credential, with what the reply may say of it.
#[derive(Debug)]
pub struct Authenticated {
    /// Who calls.
    pub caller: Caller,
    /// The credential that was presented.
    pub credential: Recognised,
    /// Its organisation.
    pub org: Org,
    /// The person it represents, if any.
    pub user: Option<User>,
    /// The service account it represents, if any.
    pub service_account: Option<ServiceAccount>,
    /// When the presented secret stops, because another is taking its place.
    pub retires_at: Option<Timestamp>,
    /// When a policy of its organisation is going to block it, once that is to be said.
    pub blocked_at: Option<Timestamp>,
    /// The scopes of what was presented: the credential's, or the access token's.
    pub scopes: ScopeSet,
    /// When what was presented ends.
    pub expires_at: Option<Timestamp>,
    /// What is left of its rate limit, if it has one.
    pub allowance: Option<Allowance>,
    /// What is left of its quota, if it has one.
    pub quota: Option<QuotaLeft>,
}

pub(crate) fn refuse(why: &'static str) -> ServiceError {
    ServiceError::Unauthenticated(Challenge::Invalid(why))
}

pub(crate) const UNKNOWN: &str = "The token is malformed or unknown.";

/// What a client's secret is told where it opens nothing.
pub(crate) fn client_secret() -> ServiceError {
    refuse("A client secret is for the token endpoint. Exchange it for an access token.")
}

const OTHER_NETWORK: ServiceError = ServiceError::Forbidden {
    code: "ip_not_allowed",
    detail: "The credential may not be used from this address. Its allow-list, or a policy of its organisation, names the networks that may.",
};

/// What a verdict on a caller's own credential means for them; what is known of it if it is good.
pub(crate) fn refusal(presentation: Presentation<'_>) -> Result<Known<'_>> {
    let Presentation { verdict, known, allowance, quota } = presentation;
    match (verdict, known) {
        (Verdict::Valid, Some(known)) => Ok(known),
        (Verdict::Revoked, Some(known)) if known.entry.is_ended && !known.entry.is_revoked => Err(refuse(RETIRED)),
        (Verdict::Expired, Some(known)) if retires_before_it_ends(&known) => Err(refuse(RETIRED)),
        (Verdict::Revoked, _) => Err(refuse("The token was revoked.")),
        (Verdict::Expired, _) => Err(refuse("The token has expired.")),
        (Verdict::Disabled, _) => Err(refuse("The token is disabled.")),
        (Verdict::PendingApproval, _) => Err(refuse(PENDING)),
        (Verdict::BlockedByPolicy, _) => Err(refuse(BLOCKED)),
        (Verdict::OwnerInactive, _) => Err(refuse("The token's owner is no longer a member of its organisation.")),
        (Verdict::IpNotAllowed, _) => Err(OTHER_NETWORK),
        (Verdict::RateLimited | Verdict::QuotaExceeded, _) => Err(ServiceError::CallLimitReached { allowance, quota }),
        _ => Err(refuse(UNKNOWN)),
    }
}

fn retires_before_it_ends(known: &Known<'_>) -> bool {
    let Some(at) = known.entry.retires_at else { return false };
    known.entry.expires_at.is_none_or(|end| at < end)
}

const PENDING: &str = "The token waits for approval. It works as soon as an admin of its organisation has approved it.";
const BLOCKED: &str = "A policy of the organisation does not allow this token any more. Issue one that keeps it, or ask an admin for an exception.";
const RETIRED: &str = "The token was replaced by a newer one and has retired.";

impl Service {
    /// Recognises a presented secret, or an access token for Mintmark's own API. Unknown and malformed ones are refused in
    /// the same words.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`]; [`ServiceError::Forbidden`] with `ip_not_allowed`;
    /// [`ServiceError::CallLimitReached`]; or [`ServiceError::Unavailable`] when nothing can be said: never a yes.
    pub async fn authenticate(&self, secret: &PlainSecret, origin: Origin) -> Result<Authenticated> {
        // Every JSON object begins with `{"`, in base64url `ey`; no brand can be followed by a point.
        if secret.expose().starts_with("ey") && secret.expose().contains('.') {
            return self.authenticate_access_token(secret.expose(), origin).await;
        }
        self.recognise(secret, origin).await
    }

    /// Recognises a secret of ours that is no client's: those are for the token service.
    pub(crate) async fn recognise(&self, secret: &PlainSecret, origin: Origin) -> Result<Authenticated> {
        let mut guard = self.fresh().await?;
        let is_unknown = |state: &State| matches!(state.find(&self.reader(), secret.expose()), Some((_, None)));
        if guard.as_deref().is_some_and(is_unknown) && self.look_again().await {
            guard = self.fresh().await?;
        }
        let state = guard.as_deref().ok_or_else(|| refuse(UNKNOWN))?;
        let found = state.find(&self.reader(), secret.expose()).and_then(|(_, known)| known);
        let known = found.ok_or_else(|| refuse(UNKNOWN))?;
        let now = self.now();
        if known.terms.stored.kind == CredentialKind::Client && known.is_live(now) {
            return Err(client_secret());
        }
        let presentation = state.judge(known, &Needs::default(), (origin.ip, 1, now));
        let (allowance, quota) = (presentation.allowance, presentation.quota);
        let known = refusal(presentation)?;
        state.trace(&known, CallTold { ip: origin.ip, ..CallTold::default() }, now);
        let retires_at = known.retires_at();
        Ok(Authenticated { retires_at, allowance, quota, ..authenticated(&known, origin, None, now)? })
    }

    /// A credential by its id, whatever its state. That whoever names it has proved to be it is the caller's to see to.
    pub(crate) async fn authenticated_by_id(
        &self,
        id: CredentialId,
        origin: Origin,
        access_token: Option<(ScopeSet, Timestamp)>,
    ) -> Result<Authenticated> {
        let guard = self.fresh().await?;
        let known = guard.as_deref().and_then(|state| state.by_id(id)).ok_or(ServiceError::Missing)?;
        authenticated(&known, origin, access_token, self.now())
    }

    /// The organisation of a credential, with its catalogue.
    pub(crate) async fn org_in_memory(&self, id: CredentialId) -> Result<Arc<OrgTerms>> {
        let guard = self.fresh().await?;
        let known = guard.as_deref().and_then(|state| state.by_id(id)).ok_or(ServiceError::Missing)?;
        Ok(known.terms.org.clone())
    }

    /// The credential that a secret belongs to, whatever its state and wherever it is. Looking is not a use of it.
    pub(crate) async fn look_up(&self, secret: &PlainSecret) -> Result<Option<(OrgId, CredentialId)>> {
        let guard = self.fresh().await?;
        let found = guard.as_deref().and_then(|state| state.find(&self.reader(), secret.expose()));
        Ok(found.and_then(|(_, known)| known).map(|known| (known.org(), known.entry.credential)))
    }
}

/// Whether the credential works at `now`.
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

/// Whether a credential with this allow-list, and under this policy, may be used from this address; one that is limited not
/// from an unknown one.
pub(crate) fn check_network(networks: &NetworkSet, policy: Option<&NetworkSet>, ip: Option<IpAddr>) -> Result<()> {
    let is_allowed = networks.allows(ip) && policy.is_none_or(|networks| networks.allows(ip));
    if is_allowed { Ok(()) } else { Err(OTHER_NETWORK) }
}

/// What a recognised credential is allowed now; with `access_token`, no more than those scopes until then.
pub(crate) fn authenticated(
    known: &Known<'_>,
    origin: Origin,
    access_token: Option<(ScopeSet, Timestamp)>,
    now: Timestamp,
) -> Result<Authenticated> {
    let (terms, entry) = (&known.terms, &known.entry);
    let of_credential = &terms.stored.scopes;
    let name = known.label().ok_or_else(|| ServiceError::internal("a stored name cannot be read"))?;
    let label = (entry.credential, name.clone());
    // What it issues may live as long as the credential, not as the minutes of an access token; and no longer than the grace of
    // an owner who has left.
    let may_live = known.ends_at();
    let (scopes, expires_at, actor) = match access_token {
        None => {
            (of_credential.clone(), may_live, terms.actor.as_ref().map(|actor| actor.alike(label, entry.env, may_live)))
        }
        Some((scopes, end)) => {
            let has_all = of_credential.contains(ALL);
            let scopes = if has_all { scopes } else { scopes.intersection(of_credential) };
            let actor = terms.limited(label, terms.limit(&scopes, entry.env, may_live, true));
            (scopes, Some(end), actor)
        }
    };
    let actor = actor.ok_or_else(|| refuse("The token's owner is no longer a member of its organisation."))?;
    Ok(Authenticated {
        caller: Caller { actor, origin },
        credential: Recognised {
            id: entry.credential,
            secret_number: entry.number,
            name,
            owner: terms.stored.owner,
            resources: terms.stored.resources.clone(),
            env: entry.env,
            networks: terms.stored.networks.clone(),
            client: terms.stored.client.clone(),
            expires_at: may_live,
        },
        org: terms.org.context.org.clone(),
        user: terms.user.clone(),
        service_account: terms.service_account.clone(),
        retires_at: None,
        blocked_at: known.blocked_at(now),
        scopes,
        expires_at,
        allowance: None,
        quota: None,
    })
}
