//! Answers a resource server: is this token valid for this request?
//!
//! Owns: who may ask. The engine decides about whose tokens, and reaches the verdict. The server crate owns the wire
//! format.

use crate::{
    Result, Service, ServiceError,
    authn::{UNKNOWN, client_secret, refusal, refuse},
};
use domain::{
    Name, Timestamp,
    access::Denied,
    code::FlawCode,
    credential::{CredentialKind, Status},
    error::{FieldErrors, Flaw},
    ids::{CredentialId, OrgId},
    operation::Operation,
    resource::Resource,
    scope::{Scope, ScopeSet},
    secret::Environment,
    verify::{AccessRequest, Allowance, QuotaLeft, Require, Verdict},
};
use std::{net::IpAddr, sync::Arc};
use verifier::{
    Call, ForwardRequest, KnownCredential, Question, SignedToken, UsageSource, Verified, View, is_access_token,
};

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

/// The engine's snapshot at one moment, used to answer one request.
pub struct Verifying<'a> {
    pub(crate) service: &'a Service,
    pub(crate) view: View<'a>,
    pub(crate) now: Timestamp,
}

/// The caller, authenticated by their own token with the scope `keys:verify`.
pub struct VerifyCall<'a> {
    org: OrgId,
    known: KnownCredential<'a>,
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
    pub(crate) known: KnownCredential<'a>,
    pub(crate) signed: Arc<SignedToken>,
    /// Effective scopes of the access token.
    scopes: ScopeSet,
    pub(crate) allowance: Option<Allowance>,
    pub(crate) quota: Option<QuotaLeft>,
}

impl Service {
    /// Returns the current snapshot.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if the feed cannot be read. A stale snapshot is never used.
    pub async fn verifying(&self) -> Result<Verifying<'_>> {
        Ok(Verifying { service: self, view: self.inner.engine.view().await?, now: self.now() })
    }
}

impl Verifying<'_> {
    /// The time that all answers are based on.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// One call from this address.
    pub(crate) fn call(&self, ip: Option<IpAddr>) -> Call {
        Call { ip, cost: 1, now: self.now }
    }

    /// Authenticates the caller.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] if the secret is not valid, [`ServiceError::MissingScope`] without
    /// `keys:verify`, and [`ServiceError::CallLimitReached`] if a limit is used up.
    pub fn caller(&self, secret: &str, ip: Option<IpAddr>) -> Result<VerifyCall<'_>> {
        if is_access_token(secret) {
            return self.caller_by_access_token(secret, ip);
        }
        let known = self.view.find(secret)?.known().ok_or_else(|| refuse(UNKNOWN))?;
        let presentation = self.view.judge(known, &AccessRequest::default(), self.call(ip))?;
        let (allowance, quota) = (presentation.allowance, presentation.quota);
        let known = refusal(presentation)?;
        if known.grant().stored.kind == CredentialKind::Client {
            return Err(client_secret());
        }
        if !known.grant().may_verify {
            return Err(missing_scope(known.grant().scopes.clone()));
        }
        self.view.note_source(&known, UsageSource { ip, ..UsageSource::default() }, self.now);
        let (scope, expires_at) = (None, known.ends_at());
        Ok(VerifyCall { org: known.org(), known, scope, expires_at, allowance, quota })
    }

    /// Authenticates a caller of Mintmark's own API by access token. This counts as a use of the credential that the
    /// token comes from.
    ///
    /// # Errors
    /// Those of authenticating with that credential's own secret.
    pub(crate) fn by_access_token(&self, token: &str, ip: Option<IpAddr>) -> Result<TokenCall<'_>> {
        let signed = self.service.oauth().signed(token).ok_or_else(|| refuse(UNKNOWN))?;
        let needs =
            AccessRequest { audience: Some(&self.service.inner.management_audience), ..AccessRequest::default() };
        let verified = self.view.judge_access_token(signed.clone(), &needs, self.call(ip))?;
        if verified.verdict == Verdict::WrongAudience {
            return Err(refuse("The token is for another API. Ask for one with this resource."));
        }
        let (presentation, narrowed) = verified.into_presentation();
        let (allowance, quota) = (presentation.allowance, presentation.quota);
        let known = refusal(presentation)?;
        self.view.note_source(&known, UsageSource { ip, ..UsageSource::default() }, self.now);
        Ok(TokenCall { known, signed, scopes: narrowed.unwrap_or_default(), allowance, quota })
    }

    fn caller_by_access_token(&self, token: &str, ip: Option<IpAddr>) -> Result<VerifyCall<'_>> {
        let TokenCall { known, signed, scopes, allowance, quota } = self.by_access_token(token, ip)?;
        let expires_at = Some(signed.claims.expires_at());
        if !known.grant().may_verify || !scopes.contains(VERIFY) {
            return Err(missing_scope(scopes));
        }
        let (org, scope) = (known.org(), Some(scopes.to_string()));
        Ok(VerifyCall { org, known, scope, expires_at, allowance, quota })
    }

    /// The credential that a secret belongs to, whatever its state. This does not count as a use.
    pub fn credential_of(&self, secret: &str) -> Option<CredentialId> {
        let known = self.view.find(secret).ok()?.known()?;
        Some(known.entry().credential)
    }

    /// The organization and name of a credential, and the reason why it does not work now, if there is one.
    pub(crate) fn refused(&self, id: CredentialId) -> Option<(OrgId, Name, Option<&'static str>)> {
        let known = self.view.by_id(id)?;
        let why = match known.entry().life().status(self.now) {
            Status::Revoked => Some("it is revoked"),
            Status::Disabled => Some("it is disabled"),
            Status::Expired => Some("it has expired"),
            Status::PendingApproval => Some("it waits for approval"),
            _ => None,
        };
        Some((known.org(), known.label()?, why))
    }

    /// True if the secret is well-formed but unknown; see [`crate::use_cases::Node::look_again`].
    pub fn is_unknown(&self, secret: &str) -> bool {
        self.view.is_unknown(secret)
    }

    /// The operation with this id in the caller's catalog.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `unknown_operation`.
    pub fn operation<'c>(&self, caller: &'c VerifyCall<'_>, id: &str) -> Result<&'c Operation> {
        let found = caller.known.grant().org.catalog().operation(id).map(|(_, operation)| operation);
        found.ok_or_else(|| {
            let detail = "No API of your organization has this operation. GET /v1/operations lists those there are.";
            FieldErrors::one(Flaw::new(FlawCode::UnknownOperation, detail).at("/operation")).into()
        })
    }

    /// Answers the request.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no snapshot, and [`ServiceError::Invalid`] with `unknown_operation`.
    pub fn verify(&self, caller: &VerifyCall<'_>, request: &VerifyRequest<'_>) -> Result<Verified<'_>> {
        let needs = AccessRequest {
            operation: request.operation.map(|id| self.operation(caller, id)).transpose()?,
            scopes: &request.scopes,
            resource: request.resource.as_ref(),
            require: request.require,
            env: request.env,
            audience: request.audience,
        };
        let question = Question {
            token: request.token,
            org: caller.org,
            asked_by: caller.known.entry().credential,
            needs,
            call: Call { ip: request.ip, cost: request.cost, now: self.now },
        };
        Ok(self.view.verify(&question, |token| self.service.oauth().signed(token))?)
    }

    /// Answers a proxy. The proxy presents no credential of its own, so the answer covers only the credential of the
    /// request.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no snapshot.
    pub fn forward(&self, request: &ForwardRequest<'_>) -> Result<Verified<'_>> {
        Ok(self.view.forward(request, self.now, |token| self.service.oauth().signed(token))?)
    }
}

const VERIFY: &str = "keys:verify";

fn missing_scope(granted: ScopeSet) -> ServiceError {
    Denied::MissingScope { accepted: VERIFY.parse().unwrap_or_default(), granted }.into()
}

impl VerifyCall<'_> {
    pub(crate) fn org(&self) -> OrgId {
        self.org
    }

    /// The caller's scopes, separated by spaces.
    pub fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or(&self.known.grant().json.scope)
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
