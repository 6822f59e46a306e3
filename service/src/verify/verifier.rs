//! Answers a resource server: is this token valid for this request?
//!
//! Owns: who may ask about whose tokens. A token of another organization looks like one that never existed, unless its
//! owner can use it in both. The server crate owns the wire format.

use super::{
    elsewhere::Nothing,
    follow::State,
    present::{Known, Presentation, Reader},
    traces::CallTold,
    verified::Verified,
};
use crate::{
    Result, Service, ServiceError,
    authn::{UNKNOWN, refusal, refuse},
    oauth::Signed,
};
use arc_swap::Guard;
use domain::{
    Name, Timestamp,
    access::Denied,
    credential::{CredentialKind, Status},
    error::{FieldErrors, Flaw},
    ids::{CredentialId, OrgId},
    operation::Operation,
    resource::Resource,
    scope::{Scope, ScopeSet},
    secret::Environment,
    verify::{Allowance, Needs, QuotaLeft, Require, Verdict, missing_scopes},
};
use std::{net::IpAddr, sync::Arc};

/// A question about a token.
#[derive(Clone, Debug, Default)]
pub struct VerifyRequest<'a> {
    pub token: &'a str,
    /// Id of the operation to be performed.
    pub operation: Option<&'a str>,
    /// All of these scopes are required.
    pub scopes: Vec<Scope>,
    /// The resource that the operation is about.
    pub resource: Option<Resource>,
    /// Address from which the token was presented to the caller.
    pub ip: Option<IpAddr>,
    /// The kind of subject that the token must represent.
    pub require: Option<Require>,
    /// The environment that the token must be for.
    pub env: Option<Environment>,
    /// The audience that an access token must be for.
    pub audience: Option<&'a str>,
    /// Number of calls that this one counts as.
    pub cost: u32,
}

/// The snapshot at one moment, used to answer one request.
pub struct Verifying<'a> {
    pub(crate) service: &'a Service,
    pub(super) state: Guard<Option<Arc<State>>>,
    pub(crate) now: Timestamp,
}

/// The caller, authenticated by their own token with the scope `keys:verify`.
pub struct VerifyCall<'a> {
    org: OrgId,
    known: Known<'a>,
    /// Scopes of the access token; `None` if the caller presented an opaque secret.
    scope: Option<String>,
    expires_at: Option<Timestamp>,
    /// The rest of the caller's own rate limit.
    pub allowance: Option<Allowance>,
    /// The rest of the caller's own quota.
    pub quota: Option<QuotaLeft>,
}

/// A caller of Mintmark's own API with an access token.
pub(crate) struct TokenCall<'a> {
    /// The credential that the access token comes from.
    pub(crate) known: Known<'a>,
    pub(crate) signed: Arc<Signed>,
    /// Effective scopes of the access token.
    holds: ScopeSet,
    pub(crate) allowance: Option<Allowance>,
    pub(crate) quota: Option<QuotaLeft>,
}

impl Service {
    /// Returns the current snapshot.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if the feed cannot be read. A stale snapshot is never used.
    pub async fn verifying(&self) -> Result<Verifying<'_>> {
        Ok(Verifying { service: self, state: self.fresh().await?, now: self.now() })
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { brand: &self.inner.brand, peppers: &self.inner.peppers }
    }
}

impl Verifying<'_> {
    /// The time that all answers are based on.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn state(&self) -> Result<&State> {
        self.state.as_deref().ok_or_else(|| ServiceError::Unavailable("nothing is in memory yet".into()))
    }

    /// Authenticates the caller.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] if the secret is not valid, [`ServiceError::MissingScope`] without
    /// `keys:verify`, and [`ServiceError::CallLimitReached`] if a limit is used up.
    pub fn caller(&self, secret: &str, ip: Option<IpAddr>) -> Result<VerifyCall<'_>> {
        if secret.starts_with("ey") && secret.contains('.') {
            return self.caller_by_access_token(secret, ip);
        }
        let presentation = self.state()?.present(&self.service.reader(), secret, &Needs::default(), (ip, 1, self.now));
        let (allowance, quota) = (presentation.allowance, presentation.quota);
        let known = refusal(presentation)?;
        if known.terms.stored.kind == CredentialKind::Client {
            return Err(crate::authn::client_secret());
        }
        if !known.terms.may_verify {
            let accepted = "keys:verify".parse().unwrap_or_default();
            return Err(Denied::MissingScope { accepted, granted: known.terms.holds.clone() }.into());
        }
        self.state()?.trace(&known, CallTold { ip, ..CallTold::default() }, self.now);
        let (scope, expires_at) = (None, known.ends_at());
        Ok(VerifyCall { org: known.org(), known, scope, expires_at, allowance, quota })
    }

    /// Authenticates a caller of Mintmark's own API by access token. This counts as a use of the credential that the
    /// token comes from.
    ///
    /// # Errors
    /// Those of authenticating with that credential's own secret.
    pub(crate) fn by_access_token(&self, token: &str, ip: Option<IpAddr>) -> Result<TokenCall<'_>> {
        let signed = self.service.signed(token).ok_or_else(|| refuse(UNKNOWN))?;
        let needs = Needs { audience: Some(&self.service.inner.management_audience), ..Needs::default() };
        let Verified { verdict, known, narrowed, allowance, quota, .. } =
            self.judge_access_token(self.state()?, signed.clone(), &needs, (ip, 1, self.now));
        if verdict == Verdict::WrongAudience {
            return Err(refuse("The token is for another API. Ask for one with this resource."));
        }
        let known = refusal(Presentation { verdict, known, allowance, quota })?;
        self.state()?.trace(&known, CallTold { ip, ..CallTold::default() }, self.now);
        Ok(TokenCall { known, signed, holds: narrowed.unwrap_or_default(), allowance, quota })
    }

    fn caller_by_access_token(&self, token: &str, ip: Option<IpAddr>) -> Result<VerifyCall<'_>> {
        let TokenCall { known, signed, holds, allowance, quota } = self.by_access_token(token, ip)?;
        let expires_at = Some(signed.claims.expires_at());
        if !known.terms.may_verify || !holds.contains("keys:verify") {
            let accepted = "keys:verify".parse().unwrap_or_default();
            return Err(Denied::MissingScope { accepted, granted: holds }.into());
        }
        let (org, scope) = (known.org(), Some(holds.to_string()));
        Ok(VerifyCall { org, known, scope, expires_at, allowance, quota })
    }

    /// The credential that a secret belongs to, whatever its state. This does not count as a use.
    pub fn credential_of(&self, secret: &str) -> Option<CredentialId> {
        let found = self.state.as_deref().and_then(|state| state.find(&self.service.reader(), secret));
        found.and_then(|(_, known)| known).map(|known| known.entry.credential)
    }

    /// The organization and name of a credential, and the reason why it does not work now, if there is one.
    pub(crate) fn refused(&self, id: CredentialId) -> Option<(OrgId, Name, Option<&'static str>)> {
        let known = self.state.as_deref()?.by_id(id)?;
        let why = match known.entry.life().status(self.now) {
            Status::Revoked => Some("it is revoked"),
            Status::Disabled => Some("it is disabled"),
            Status::Expired => Some("it has expired"),
            Status::PendingApproval => Some("it waits for approval"),
            _ => None,
        };
        Some((known.org(), known.label()?, why))
    }

    /// True if the secret is well-formed but unknown; see [`Service::look_again`].
    pub fn is_unknown(&self, secret: &str) -> bool {
        let found = self.state.as_deref().and_then(|state| state.find(&self.service.reader(), secret));
        matches!(found, Some((_, None)))
    }

    /// The operation with this id in the caller's catalog.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `unknown_operation`.
    pub fn operation<'c>(&self, caller: &'c VerifyCall<'_>, id: &str) -> Result<&'c Operation> {
        let found = caller.known.terms.org.catalog.operation(id).map(|(_, operation)| operation);
        found.ok_or_else(|| {
            let detail = "No API of your organization has this operation. GET /v1/operations lists those there are.";
            FieldErrors::one(Flaw::new("unknown_operation", detail).at("/operation")).into()
        })
    }

    /// Answers the request.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no snapshot, and [`ServiceError::Invalid`] with `unknown_operation`.
    pub fn verify(&self, caller: &VerifyCall<'_>, request: &VerifyRequest<'_>) -> Result<Verified<'_>> {
        let verified = self.judged(caller, request)?;
        let asked_by = Some(caller.known.entry.credential);
        self.trace(&verified, CallTold { ip: request.ip, asked_by, operation: request.operation });
        Ok(verified)
    }

    /// Records the usage sources of a call for which the token was valid.
    pub(super) fn trace(&self, verified: &Verified<'_>, told: CallTold<'_>) {
        if let (Some(state), Verdict::Valid, Some(known)) = (self.state.as_deref(), verified.verdict, &verified.known) {
            state.trace(known, told, self.now);
        }
    }

    fn judged(&self, caller: &VerifyCall<'_>, request: &VerifyRequest<'_>) -> Result<Verified<'_>> {
        let state = self.state()?;
        let needs = Needs {
            operation: request.operation.map(|id| self.operation(caller, id)).transpose()?,
            scopes: &request.scopes,
            resource: request.resource.as_ref(),
            require: request.require,
            env: request.env,
            audience: request.audience,
        };
        let call = (request.ip, request.cost, self.now);
        if request.token.starts_with("ey") && request.token.contains('.') {
            return Ok(self.verify_access_token(state, caller, request.token, &needs, call));
        }
        let known = match state.find(&self.service.reader(), request.token) {
            None => return Ok(self.unknown(Verdict::Malformed)),
            Some((_, Some(known))) if known.org() == caller.org => known,
            Some((_, Some(known))) => match state.elsewhere(known, |belongs| belongs.org == caller.org) {
                Ok(known) => known,
                Err(nothing) => return Ok(self.nothing(nothing)),
            },
            Some((_, None)) => return Ok(self.unknown(Verdict::NotFound)),
        };
        // A client's secret is valid only at the token endpoint.
        let is_secret_of_client = known.terms.stored.kind == CredentialKind::Client;
        let presentation = match is_secret_of_client {
            true => Presentation { known: Some(known), ..Presentation::unknown(Verdict::WrongAudience) },
            false => state.judge(known, &needs, call),
        };
        Ok(Verified::of(presentation, &needs))
    }

    fn verify_access_token(
        &self,
        state: &State,
        caller: &VerifyCall<'_>,
        token: &str,
        needs: &Needs<'_>,
        call: (Option<IpAddr>, u32, Timestamp),
    ) -> Verified<'_> {
        match self.service.signed(token) {
            Some(signed) if signed.claims.org_id == caller.org => self.judge_access_token(state, signed, needs, call),
            _ => Verified::unknown(Verdict::NotFound),
        }
    }

    /// Counts in the totals, because an unknown token has no meter.
    pub(super) fn unknown(&self, verdict: Verdict) -> Verified<'_> {
        self.service.inner.totals.add(verdict, 1);
        Verified::unknown(verdict)
    }

    /// The answer about a token that has no effect in the asking organization, where it has no meter.
    pub(super) fn nothing(&self, nothing: Nothing) -> Verified<'_> {
        match nothing {
            Nothing::Unknown => self.unknown(Verdict::NotFound),
            Nothing::Authorize(authorize) => {
                Verified { authorize: Some(authorize), ..self.unknown(Verdict::OrgAuthorizationRequired) }
            }
        }
    }

    /// The only verdict on access tokens, wherever they are presented. It is the current verdict on the credential that
    /// the token comes from, within the token's scopes and audiences. The token ends with that credential, and with the
    /// client that exchanged it.
    pub(crate) fn judge_access_token(
        &self,
        state: &State,
        signed: Arc<Signed>,
        needs: &Needs<'_>,
        (ip, cost, now): (Option<IpAddr>, u32, Timestamp),
    ) -> Verified<'_> {
        let claims = &signed.claims;
        let unknown = Verified::unknown(Verdict::NotFound);
        let by_id = |id| self.state.as_deref()?.by_id(id).filter(|known| known.org() == claims.org_id);
        let Some(sources) = claims.credentials().map(by_id).collect::<Option<Vec<_>>>() else { return unknown };
        let mut sources = sources.into_iter();
        let Some(source) = sources.next() else { return unknown };
        let holds = source.terms.holds.intersection(&signed.scopes);
        let mut facts = source.facts(now);
        // Rolling a secret does not end the access tokens issued for it.
        facts.secret = domain::verify::SecretEnd::Live;
        facts.holds = &holds;
        facts.audiences = Some(claims.aud.all());
        let is_revoked = state.is_revoked(claims.org_id, &claims.jti) || sources.any(|client| !client.is_live(now));
        let verdict = match is_revoked {
            true => Verdict::Revoked,
            false => domain::verify::verdict(&facts, needs, ip),
        };
        let Presentation { verdict, known, allowance, quota } = state.take_and_count(source, verdict, (ip, cost, now));
        let missing = missing_scopes(&holds, needs);
        Verified {
            verdict,
            missing,
            allowance,
            quota,
            known,
            token: Some(signed),
            narrowed: Some(holds),
            authorize: None,
        }
    }
}

impl VerifyCall<'_> {
    pub(crate) fn org(&self) -> OrgId {
        self.org
    }

    /// The caller's scopes, separated by spaces.
    pub fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or(&self.known.terms.json.scope)
    }

    /// When the caller's own token ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// When a policy will block the caller's own credential.
    pub fn blocked_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.known.blocked_at(now)
    }

    /// When the caller's own secret stops working.
    pub fn retires_at(&self) -> Option<Timestamp> {
        self.known.retires_at().filter(|_| self.scope.is_none())
    }
}
