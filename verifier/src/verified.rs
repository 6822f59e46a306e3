//! The answer about a token, with the details that the caller may see.

use crate::{cross_org::MissingAuthorization, judge::Presentation, known_credential::KnownCredential};
use domain::{
    Timestamp,
    credential::{CredentialKind, Owner},
    ids::{CredentialId, OrgId},
    oauth::{AccessTokenClaims, SubjectType},
    scope::ScopeSet,
    secret::Environment,
    verify::{AccessRequest, Allowance, QuotaLeft, Verdict, missing_scopes},
};
use std::sync::Arc;

/// An access token of this server with a good signature. Its credential may not work any more.
pub struct SignedToken {
    /// The id of the key that signed it.
    pub kid: String,
    pub claims: AccessTokenClaims,
    /// The scopes, parsed from the claims.
    pub scopes: ScopeSet,
}

/// The subject that a token represents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectType,
    pub id: String,
}

pub struct Verified<'a> {
    pub verdict: Verdict,
    /// Requested scopes that the token lacks.
    pub missing: ScopeSet,
    /// The rest of its rate limit.
    pub allowance: Option<Allowance>,
    /// The rest of its quota.
    pub quota: Option<QuotaLeft>,
    pub(crate) known: Option<KnownCredential<'a>>,
    pub(crate) token: Option<Arc<SignedToken>>,
    /// The effective scopes, if they are fewer than those of the credential.
    pub(crate) narrowed: Option<ScopeSet>,
    /// Set if the token belongs to another organization and its owner can authorize it here.
    pub(crate) not_authorized: Option<Box<MissingAuthorization>>,
}

impl<'a> Verified<'a> {
    pub(crate) fn unknown(verdict: Verdict) -> Self {
        Self::of(Presentation::unknown(verdict), &AccessRequest::default())
    }

    pub(crate) fn of(presentation: Presentation<'a>, needs: &AccessRequest<'_>) -> Self {
        let Presentation { verdict, known, allowance, quota } = presentation;
        let missing = match (verdict, &known) {
            (Verdict::InsufficientScope, Some(known)) => missing_scopes(&known.grant.scopes, needs),
            _ => ScopeSet::default(),
        };
        Self { verdict, missing, allowance, quota, known, token: None, narrowed: None, not_authorized: None }
    }

    /// The credential behind the answer, and the effective scopes if they are fewer than those of the credential.
    pub fn into_presentation(self) -> (Presentation<'a>, Option<ScopeSet>) {
        let Self { verdict, known, allowance, quota, narrowed, .. } = self;
        (Presentation { verdict, known, allowance, quota }, narrowed)
    }

    /// The token, and the slug of the asking organization, if its owner has yet to authorize it there. CrossOrgMiss else is
    /// disclosed about the token then.
    pub fn to_be_authorized(&self) -> Option<(CredentialId, &str)> {
        self.not_authorized.as_ref().map(|missing| (missing.credential, missing.slug.as_str()))
    }

    /// True if there are details about the token that the caller may see.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }

    pub fn credential_id(&self) -> Option<CredentialId> {
        self.known.as_ref().map(|known| known.entry.credential)
    }

    pub fn kind(&self) -> Option<CredentialKind> {
        self.known.as_ref().map(|known| known.grant.stored.kind)
    }

    pub fn env(&self) -> Option<Environment> {
        self.known.as_ref().map(|known| known.entry.env)
    }

    pub fn name(&self) -> Option<&str> {
        self.known.as_ref().map(|known| &*known.name)
    }

    pub fn org_slug(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.grant.org.slug().as_str())
    }

    pub fn org_id(&self) -> Option<OrgId> {
        self.known.as_ref().map(KnownCredential::org)
    }

    /// Email address of the person it represents, or name of the service account.
    pub fn user_name(&self) -> Option<&str> {
        self.known.as_ref()?.grant.user_name()
    }

    pub fn subject(&self) -> Option<Subject> {
        let known = self.known.as_ref()?;
        Some(known.subject())
    }

    pub fn org_json(&self) -> &str {
        self.known.as_ref().map_or("null", |known| &known.grant.json.org)
    }

    /// The person or service account, as JSON.
    pub fn user_json(&self) -> &str {
        self.known.as_ref().map_or("null", |known| &known.grant.json.user)
    }

    pub fn resources_json(&self) -> &str {
        self.known.as_ref().map_or("[]", |known| &known.grant.json.resources)
    }

    /// Its resources, separated by spaces; empty if it reaches the whole organization.
    pub fn resources(&self) -> String {
        self.known.as_ref().map(|known| known.grant.stored.resources.to_string()).unwrap_or_default()
    }

    pub fn resource_list(&self) -> Vec<String> {
        let known = self.known.iter();
        known.flat_map(|known| known.grant.stored.resources.iter()).map(ToString::to_string).collect()
    }

    /// Scopes of the credential, as JSON. An access token may have fewer; see [`Verified::narrowed`].
    pub fn scopes_json(&self) -> &str {
        self.known.as_ref().map_or("[]", |known| &known.grant.json.scopes)
    }

    /// Effective scopes, separated by spaces.
    pub fn scope(&self) -> String {
        let known = self.known.as_ref().map_or("", |known| &known.grant.json.scope);
        self.narrowed.as_ref().map_or_else(|| known.to_owned(), ToString::to_string)
    }

    /// The effective scopes, if they are fewer than those of the credential.
    pub fn narrowed(&self) -> Option<&ScopeSet> {
        self.narrowed.as_ref()
    }

    /// When the access token expires or the credential ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let of_token = self.token.as_ref().map(|signed| signed.claims.expires_at());
        of_token.or_else(|| self.known.as_ref()?.ends_at())
    }

    /// When a policy of its organization will block the credential, if it is time to warn about that.
    pub fn blocked_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.known.as_ref()?.blocked_at(now)
    }

    /// When the presented secret stops working because a newer one has replaced it.
    pub fn retires_at(&self) -> Option<Timestamp> {
        self.known.as_ref().filter(|_| self.token.is_none())?.retires_at()
    }
}

impl Subject {
    /// The subject of a credential with this owner, as in the claims `sub` and `sub_type`.
    pub fn of(owner: Owner, credential: CredentialId) -> Self {
        let (kind, id) = match owner {
            Owner::User(user) => (SubjectType::User, user.to_string()),
            Owner::ServiceAccount(account) => (SubjectType::ServiceAccount, account.to_string()),
            Owner::Organization => (SubjectType::of_organization(credential.kind()), credential.to_string()),
        };
        Self { kind, id }
    }
}
