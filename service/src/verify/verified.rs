//! The answer about a token, with the details that the caller may see.

use super::{
    elsewhere::Authorize,
    present::{Known, Presentation},
};
use crate::oauth::Signed;
use domain::{
    Timestamp,
    credential::{CredentialKind, Owner},
    ids::{CredentialId, OrgId},
    oauth::SubjectType,
    scope::ScopeSet,
    secret::Environment,
    verify::{Allowance, Needs, QuotaLeft, Verdict, missing_scopes},
};
use std::sync::Arc;

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
    pub(super) known: Option<Known<'a>>,
    pub(super) token: Option<Arc<Signed>>,
    /// The effective scopes, if they are fewer than those of the credential.
    pub(super) narrowed: Option<ScopeSet>,
    /// Set if the token belongs to another organization and its owner can authorize it here.
    pub(super) authorize: Option<Box<Authorize>>,
}

impl<'a> Verified<'a> {
    pub(super) fn unknown(verdict: Verdict) -> Self {
        Self::of(Presentation::unknown(verdict), &Needs::default())
    }

    pub(super) fn of(presentation: Presentation<'a>, needs: &Needs<'_>) -> Self {
        let Presentation { verdict, known, allowance, quota } = presentation;
        let missing = match (verdict, &known) {
            (Verdict::InsufficientScope, Some(known)) => missing_scopes(&known.terms.holds, needs),
            _ => ScopeSet::default(),
        };
        Self { verdict, missing, allowance, quota, known, token: None, narrowed: None, authorize: None }
    }

    /// The token, and the slug of the asking organization, if its owner has yet to authorize it there. Nothing else is
    /// disclosed about the token then.
    pub fn to_be_authorized(&self) -> Option<(CredentialId, &str)> {
        self.authorize.as_ref().map(|missing| (missing.credential, missing.slug.as_str()))
    }

    /// True if there are details about the token that the caller may see.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }

    pub fn credential_id(&self) -> Option<CredentialId> {
        self.known.as_ref().map(|known| known.entry.credential)
    }

    pub fn kind(&self) -> Option<CredentialKind> {
        self.known.as_ref().map(|known| known.terms.stored.kind)
    }

    pub fn env(&self) -> Option<Environment> {
        self.known.as_ref().map(|known| known.entry.env)
    }

    pub fn name(&self) -> Option<&str> {
        self.known.as_ref().map(|known| &*known.name)
    }

    pub fn org_slug(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.terms.org.slug().as_str())
    }

    pub fn org_id(&self) -> Option<OrgId> {
        self.known.as_ref().map(Known::org)
    }

    /// Email address of the person it represents, or name of the service account.
    pub fn user_name(&self) -> Option<&str> {
        self.known.as_ref()?.terms.user_name()
    }

    pub fn subject(&self) -> Option<Subject> {
        let known = self.known.as_ref()?;
        Some(known.subject())
    }

    pub fn org_json(&self) -> &str {
        self.known.as_ref().map_or("null", |known| &known.terms.json.org)
    }

    /// The person or service account, as JSON.
    pub fn user_json(&self) -> &str {
        self.known.as_ref().map_or("null", |known| &known.terms.json.user)
    }

    pub fn resources_json(&self) -> &str {
        self.known.as_ref().map_or("[]", |known| &known.terms.json.resources)
    }

    /// Its resources, separated by spaces; empty if it reaches the whole organization.
    pub fn resources(&self) -> String {
        self.known.as_ref().map(|known| known.terms.stored.resources.to_string()).unwrap_or_default()
    }

    pub(crate) fn resource_list(&self) -> Vec<String> {
        let known = self.known.iter();
        known.flat_map(|known| known.terms.stored.resources.iter()).map(ToString::to_string).collect()
    }

    /// Scopes of the credential, as JSON. An access token may have fewer; see [`Verified::narrowed`].
    pub fn scopes_json(&self) -> &str {
        self.known.as_ref().map_or("[]", |known| &known.terms.json.scopes)
    }

    /// Effective scopes, separated by spaces.
    pub fn scope(&self) -> String {
        let known = self.known.as_ref().map_or("", |known| &known.terms.json.scope);
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
    pub(crate) fn of(owner: Owner, credential: CredentialId) -> Self {
        let (kind, id) = match owner {
            Owner::User(user) => (SubjectType::User, user.to_string()),
            Owner::ServiceAccount(account) => (SubjectType::ServiceAccount, account.to_string()),
            Owner::Organization => (SubjectType::of_organization(credential.kind()), credential.to_string()),
        };
        Self { kind, id }
    }
}

impl Known<'_> {
    pub(crate) fn subject(&self) -> Subject {
        Subject::of(self.terms.stored.owner, self.entry.credential)
    }

    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.status(now).is_live()
    }
}
