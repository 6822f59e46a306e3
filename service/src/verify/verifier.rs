//! Answering a resource server: is this token good for that?
//!
//! Owns: who may ask about whose tokens, and that a token of somebody else's organisation is as unknown as one that never
//! was. What the answer looks like on the wire is the server's.

use super::{
    follow::State,
    present::{Known, Presentation, Reader},
};
use crate::{Result, Service, ServiceError, authn::refusal};
use arc_swap::Guard;
use domain::{
    Timestamp,
    access::Denied,
    credential::CredentialKind,
    ids::{CredentialId, OrgId},
    oauth::{AccessTokenClaims, SubjectType},
    operation::{Api, Operation},
    resource::Resource,
    scope::{Scope, ScopeSet},
    secret::Environment,
    verify::{Allowance, Needs, Require, Verdict, missing_scopes},
};
use std::{net::IpAddr, sync::Arc};

/// What is asked about a token.
#[derive(Clone, Debug, Default)]
pub struct VerifyRequest<'a> {
    /// The token.
    pub token: &'a str,
    /// The id of the operation that is to be performed.
    pub operation: Option<&'a str>,
    /// Scopes that are all needed.
    pub scopes: Vec<Scope>,
    /// The resource that it is about.
    pub resource: Option<Resource>,
    /// From where the token was presented to whoever asks.
    pub ip: Option<IpAddr>,
    /// Whom it is to represent.
    pub require: Option<Require>,
    /// The environment it is to be made for.
    pub env: Option<Environment>,
    /// The audience an access token is to be made for.
    pub audience: Option<&'a str>,
    /// How many calls this counts as.
    pub cost: u32,
}

/// What a proxy asks about the credential in a request that it holds.
#[derive(Clone, Debug, Default)]
pub struct ForwardRequest<'a> {
    /// The credential.
    pub token: &'a str,
    /// Scopes that are all needed.
    pub scopes: Vec<Scope>,
    /// The id of the operation that is to be performed.
    pub operation: Option<&'a str>,
    /// The resource that it is about.
    pub resource: Option<Resource>,
    /// Whom it is to represent.
    pub require: Option<Require>,
    /// The API, by id or audience, that its organisation must see.
    pub api: Option<&'a str>,
    /// The organisation, by id or slug, that it must belong to.
    pub org: Option<&'a str>,
    /// From where the request came.
    pub ip: Option<IpAddr>,
}

/// The memory at one moment, to answer from.
pub struct Verifying<'a> {
    service: &'a Service,
    state: Guard<Option<Arc<State>>>,
    now: Timestamp,
}

/// Whoever asks, recognised by a token of their own that holds `keys:verify`.
pub struct VerifyCall<'a> {
    org: OrgId,
    known: Known<'a>,
    /// What is left of the caller's own rate limit.
    pub allowance: Option<Allowance>,
}

/// Whom a token represents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Of which type.
    pub kind: SubjectType,
    /// Its id.
    pub id: String,
}

/// The answer about a token.
pub struct Verified<'a> {
    /// Good, or why not.
    pub verdict: Verdict,
    /// Scopes that are asked for and not held.
    pub missing: ScopeSet,
    /// What is left of its rate limit.
    pub allowance: Option<Allowance>,
    known: Option<Known<'a>>,
    token: Option<AccessTokenClaims>,
    /// The scopes that count, where they are fewer than the credential's.
    narrowed: Option<ScopeSet>,
}

impl Service {
    /// The memory as it is now, if it may be relied upon.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`]: never a stale answer.
    pub async fn verifying(&self) -> Result<Verifying<'_>> {
        Ok(Verifying { service: self, state: self.fresh().await?, now: self.now() })
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { brand: &self.inner.brand, peppers: &self.inner.peppers }
    }
}

impl Verifying<'_> {
    fn state(&self) -> Result<&State> {
        self.state.as_deref().ok_or_else(|| ServiceError::Unavailable("nothing is in memory yet".into()))
    }

    /// Recognises whoever asks.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`], [`ServiceError::MissingScope`] without `keys:verify`,
    /// [`ServiceError::RateLimited`].
    pub fn caller(&self, secret: &str, ip: Option<IpAddr>) -> Result<VerifyCall<'_>> {
        let presentation = self.state()?.present(&self.service.reader(), secret, &Needs::default(), (ip, 1, self.now));
        let allowance = presentation.allowance;
        let known = refusal(presentation)?;
        if known.terms.stored.kind == CredentialKind::Client {
            return Err(crate::authn::client_secret());
        }
        if !known.terms.may_verify {
            let accepted = "keys:verify".parse().unwrap_or_default();
            return Err(Denied::MissingScope { accepted, granted: known.terms.holds.clone() }.into());
        }
        Ok(VerifyCall { org: known.org(), known, allowance })
    }

    /// The operation of this id in the caller's catalogue.
    pub fn operation<'c>(&self, caller: &'c VerifyCall<'_>, id: &str) -> Option<&'c Operation> {
        caller.known.terms.org.catalogue.operation(id).map(|(_, operation)| operation)
    }

    /// Answers. An operation that is not in the catalogue is nothing that any token is good for: ask
    /// [`Verifying::operation`] first.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
    pub fn verify(&self, caller: &VerifyCall<'_>, request: &VerifyRequest<'_>) -> Result<Verified<'_>> {
        let state = self.state()?;
        let needs = Needs {
            operation: request.operation.and_then(|id| self.operation(caller, id)),
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
            None => return Ok(Verified::unknown(Verdict::Malformed)),
            Some((_, Some(known))) if known.org() == caller.org => known,
            Some(_) => return Ok(Verified::unknown(Verdict::NotFound)),
        };
        // A client's secret is for the token endpoint alone.
        let is_for_us = known.terms.stored.kind == CredentialKind::Client;
        let presentation = match is_for_us {
            true => Presentation { verdict: Verdict::WrongAudience, known: Some(known), allowance: None },
            false => state.judge(known, &needs, call),
        };
        Ok(Verified::of(presentation, &needs))
    }

    /// Answers a proxy, which shows nothing of its own: the answer tells nothing but about the credential itself.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
    pub fn forward(&self, request: &ForwardRequest<'_>) -> Result<Verified<'_>> {
        let state = self.state()?;
        let is_access_token = request.token.starts_with("ey") && request.token.contains('.');
        let claims = is_access_token.then(|| self.service.signed_claims(request.token)).flatten();
        let known = match &claims {
            Some(claims) => state.by_id(claims.credential_id),
            None => match state.find(&self.service.reader(), request.token) {
                None => return Ok(Verified::unknown(Verdict::Malformed)),
                Some((_, known)) => known,
            },
        };
        let Some(known) = known else { return Ok(Verified::unknown(Verdict::NotFound)) };
        let org = known.terms.org.clone();
        if request.org.is_some_and(|wanted| wanted != org.slug().as_str() && wanted != org.id().to_string()) {
            return Ok(Verified::unknown(Verdict::NotFound));
        }
        let api = match request.api {
            None => None,
            Some(wanted) => {
                let is_it = |api: &&Api| api.audience == wanted || api.id.to_string() == wanted;
                match org.catalogue.apis().iter().find(is_it) {
                    Some(api) => Some(api),
                    None => return Ok(Verified::unknown(Verdict::NotFound)),
                }
            }
        };
        let operations = match api {
            Some(api) => api.operations.iter().find(|operation| request.operation == Some(operation.id.as_str())),
            None => request.operation.and_then(|id| org.catalogue.operation(id)).map(|(_, operation)| operation),
        };
        if request.operation.is_some() && operations.is_none() {
            // The proxy asks for what nobody can be allowed.
            let presentation =
                Presentation { verdict: Verdict::InsufficientScope, known: Some(known), allowance: None };
            return Ok(Verified::of(presentation, &Needs::default()));
        }
        let needs = Needs {
            operation: operations,
            scopes: &request.scopes,
            resource: request.resource.as_ref(),
            require: request.require,
            env: None,
            audience: api.map(|api| api.audience.as_str()),
        };
        let call = (request.ip, 1, self.now);
        if let Some(claims) = claims {
            return Ok(self.judge_access_token(state, claims, &needs, call));
        }
        if known.terms.stored.kind == CredentialKind::Client {
            let presentation = Presentation { verdict: Verdict::WrongAudience, known: Some(known), allowance: None };
            return Ok(Verified::of(presentation, &needs));
        }
        Ok(Verified::of(state.judge(known, &needs, call), &needs))
    }

    fn verify_access_token(
        &self,
        state: &State,
        caller: &VerifyCall<'_>,
        token: &str,
        needs: &Needs<'_>,
        call: (Option<IpAddr>, u32, Timestamp),
    ) -> Verified<'_> {
        match self.service.signed_claims(token) {
            Some(claims) if claims.org_id == caller.org => self.judge_access_token(state, claims, needs, call),
            _ => Verified::unknown(Verdict::NotFound),
        }
    }

    fn judge_access_token(
        &self,
        state: &State,
        claims: AccessTokenClaims,
        needs: &Needs<'_>,
        (ip, cost, now): (Option<IpAddr>, u32, Timestamp),
    ) -> Verified<'_> {
        let unknown = Verified::unknown(Verdict::NotFound);
        let sources: Vec<_> = claims.credentials().filter_map(|id| self.state.as_deref()?.by_id(id)).collect();
        if sources.len() != claims.credentials().count() {
            return unknown;
        }
        let mut sources = sources.into_iter();
        let Some(source) = sources.next() else { return unknown };
        let scopes = claims.scopes();
        let holds = source.terms.holds.intersection(&scopes);
        let mut presentation = {
            let mut facts = source.facts(now);
            facts.secret = domain::verify::SecretEnd::Live;
            facts.holds = &holds;
            facts.audiences = Some(claims.aud.all());
            let mut verdict = domain::verify::verdict(&facts, needs, ip);
            if state.is_revoked(claims.org_id, &claims.jti) || sources.any(|client| !client.is_live(now)) {
                verdict = Verdict::Revoked;
            }
            Presentation { verdict, known: None, allowance: None }
        };
        if presentation.verdict == Verdict::Valid
            && let Some((is_allowed, left)) = source.take(cost, now)
        {
            presentation.allowance = Some(left);
            if !is_allowed {
                presentation.verdict = Verdict::RateLimited;
            }
        }
        state.count(&source, presentation.verdict, now, ip);
        let missing = missing_scopes(&holds, needs);
        Verified {
            verdict: presentation.verdict,
            missing,
            allowance: presentation.allowance,
            known: Some(source),
            token: Some(claims),
            narrowed: Some(holds),
        }
    }
}

impl VerifyCall<'_> {
    /// The scopes of whoever asks, joined by spaces.
    pub fn scope(&self) -> &str {
        &self.known.terms.json.scope
    }

    /// When their own token ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.known.entry.expires_at
    }

    /// When their own secret retires.
    pub fn retires_at(&self) -> Option<Timestamp> {
        self.known.retires_at()
    }
}

impl<'a> Verified<'a> {
    fn unknown(verdict: Verdict) -> Self {
        Self::of(Presentation::unknown(verdict), &Needs::default())
    }

    fn of(presentation: Presentation<'a>, needs: &Needs<'_>) -> Self {
        let Presentation { verdict, known, allowance } = presentation;
        let missing = match (verdict, &known) {
            (Verdict::InsufficientScope, Some(known)) => missing_scopes(&known.terms.holds, needs),
            _ => ScopeSet::default(),
        };
        Self { verdict, missing, allowance, known, token: None, narrowed: None }
    }

    /// Whether anything is known of the token that whoever asks may know.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// The credential.
    pub fn credential_id(&self) -> Option<CredentialId> {
        self.known.as_ref().map(|known| known.entry.credential)
    }

    /// Its kind.
    pub fn kind(&self) -> Option<CredentialKind> {
        self.known.as_ref().map(|known| known.terms.stored.kind)
    }

    /// For real data or for trying things.
    pub fn env(&self) -> Option<Environment> {
        self.known.as_ref().map(|known| known.entry.env)
    }

    /// What people call it.
    pub fn name(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.name)
    }

    /// Its organisation's slug.
    pub fn org_slug(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.terms.org.slug().as_str())
    }

    /// Its organisation's id.
    pub fn org_id(&self) -> Option<OrgId> {
        self.known.as_ref().map(Known::org)
    }

    /// What the person or service account is called that it represents.
    pub fn user_name(&self) -> Option<&str> {
        let terms = &self.known.as_ref()?.terms;
        let user = terms.user.as_ref().map(|user| user.email.as_str());
        user.or_else(|| terms.service_account.as_ref().map(|account| account.name.as_str()))
    }

    /// Whom it represents.
    pub fn subject(&self) -> Option<Subject> {
        let known = self.known.as_ref()?;
        Some(known.subject())
    }

    /// Its organisation, as JSON.
    pub fn org_json(&self) -> &str {
        self.known.as_ref().map_or("null", |known| &known.terms.json.org)
    }

    /// The person or service account, as JSON.
    pub fn user_json(&self) -> &str {
        self.known.as_ref().map_or("null", |known| &known.terms.json.user)
    }

    /// Its resources, as JSON.
    pub fn resources_json(&self) -> &str {
        self.known.as_ref().map_or("[]", |known| &known.terms.json.resources)
    }

    /// Its scopes, as JSON, if they are those of all credentials with its terms; otherwise see [`Verified::narrowed`].
    pub fn scopes_json(&self) -> &str {
        self.known.as_ref().map_or("[]", |known| &known.terms.json.scopes)
    }

    /// Its scopes, joined by spaces.
    pub fn scope(&self) -> String {
        let known = self.known.as_ref().map_or("", |known| &known.terms.json.scope);
        self.narrowed.as_ref().map_or_else(|| known.to_owned(), ToString::to_string)
    }

    /// The scopes that count, where they are fewer than its credential's.
    pub fn narrowed(&self) -> Option<&ScopeSet> {
        self.narrowed.as_ref()
    }

    /// When it ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let of_token = self.token.as_ref().map(AccessTokenClaims::expires_at);
        of_token.or_else(|| self.known.as_ref()?.entry.expires_at)
    }

    /// When the presented secret stops, because another has taken over.
    pub fn retires_at(&self) -> Option<Timestamp> {
        self.known.as_ref().filter(|_| self.token.is_none())?.retires_at()
    }
}

impl Known<'_> {
    pub(crate) fn subject(&self) -> Subject {
        let terms = &self.terms;
        let (kind, id) = match terms.stored.owner {
            domain::credential::Owner::User(user) => (SubjectType::User, user.to_string()),
            domain::credential::Owner::ServiceAccount(account) => (SubjectType::ServiceAccount, account.to_string()),
            domain::credential::Owner::Organization => {
                (SubjectType::of_organisation(terms.stored.kind), self.entry.credential.to_string())
            }
        };
        Subject { kind, id }
    }

    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.entry.life().status(now).is_live()
    }
}
