//! The answer about a token, with what may be told of it.

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
    /// What is left of its quota.
    pub quota: Option<QuotaLeft>,
    pub(super) known: Option<Known<'a>>,
    pub(super) token: Option<Arc<Signed>>,
    /// The scopes that count, where they are fewer than the credential's.
    pub(super) narrowed: Option<ScopeSet>,
    /// What its owner can do about it, where it is another organisation's and not authorised.
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

    /// The token, and the slug of the organisation that asks, for which its owner has not authorised it; of such a token nothing
    /// else is told.
    pub fn to_be_authorized(&self) -> Option<(CredentialId, &str)> {
        self.authorize.as_ref().map(|missing| (missing.credential, missing.slug.as_str()))
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
        self.known.as_ref().map(|known| &*known.name)
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
        self.known.as_ref()?.terms.user_name()
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

    /// Its resources, separated by spaces; none: it reaches the whole organization.
    pub fn resources(&self) -> String {
        self.known.as_ref().map(|known| known.terms.stored.resources.to_string()).unwrap_or_default()
    }

    /// The same, one by one.
    pub(crate) fn resource_list(&self) -> Vec<String> {
        let known = self.known.iter();
        known.flat_map(|known| known.terms.stored.resources.iter()).map(ToString::to_string).collect()
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
        let of_token = self.token.as_ref().map(|signed| signed.claims.expires_at());
        of_token.or_else(|| self.known.as_ref()?.ends_at())
    }

    /// When a policy of its organisation is going to block it, once that is to be said.
    pub fn blocked_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.known.as_ref()?.blocked_at(now)
    }

    /// When the presented secret stops, because another has taken over.
    pub fn retires_at(&self) -> Option<Timestamp> {
        self.known.as_ref().filter(|_| self.token.is_none())?.retires_at()
    }
}

impl Subject {
    /// Whom a credential of this owner represents: what `sub` and `sub_type` say.
    pub(crate) fn of(owner: Owner, credential: CredentialId) -> Self {
        let (kind, id) = match owner {
            Owner::User(user) => (SubjectType::User, user.to_string()),
            Owner::ServiceAccount(account) => (SubjectType::ServiceAccount, account.to_string()),
            Owner::Organization => (SubjectType::of_organisation(credential.kind()), credential.to_string()),
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
