//! Policy versions over time, exceptions, and their effect on a credential.

use super::{Existing, Lifetimes, Objection, Rules};
use crate::{
    Name, Timestamp,
    access::MemberRole,
    credential::{CreatedBy, CredentialKind, DAY_SECONDS, Grant},
    error::FieldErrors,
    ids::{CredentialId, PolicyId},
    network::NetworkSet,
};
use std::collections::BTreeMap;

/// Requirements with their enforcement date. New credentials must meet them at once. Existing credentials get a notice
/// period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub id: PolicyId,
    pub rules: Rules,
    pub announced_at: Timestamp,
    /// From this time on, replies to calls with a credential that will be blocked contain a warning.
    pub warns_at: Timestamp,
    /// From this time on, existing credentials that do not meet the requirements are blocked.
    pub enforced_at: Timestamp,
    pub announced_by: CreatedBy,
}

/// The policy for one kind: the versions in force and the announced ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Sorted by the time of enforcement, earliest first.
    versions: Vec<Version>,
}

/// A period in which a policy blocks a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub from: Timestamp,
    /// The end of the period, which is not part of it. `None` means that the block has no end.
    pub until: Option<Timestamp>,
    pub objection: Objection,
}

impl Block {
    /// Returns whether `now` is within the period.
    pub fn covers(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// A temporary exception: the credential does not have to meet the policy until `ends_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub credential: CredentialId,
    /// The name of the credential.
    pub name: Name,
    pub ends_at: Timestamp,
    /// The reason for the exception.
    pub note: String,
    pub granted_by: CreatedBy,
    pub granted_at: Timestamp,
}

impl Policy {
    /// Sorts versions, which may come in any order.
    pub fn new(mut versions: Vec<Version>) -> Self {
        versions.sort_by_key(|version| version.enforced_at);
        Self { versions }
    }

    /// Returns all known versions, earliest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Returns the version that is enforced at `now`.
    pub fn in_force(&self, now: Timestamp) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.enforced_at <= now)
    }

    /// Returns the first version that is announced but not enforced yet.
    pub fn coming(&self, now: Timestamp) -> Option<&Version> {
        self.versions.iter().find(|version| version.enforced_at > now)
    }

    /// Returns the requirements for new credentials: those in force and those announced.
    fn for_new(&self, now: Timestamp) -> impl Iterator<Item = &Rules> {
        self.in_force(now).into_iter().chain(self.coming(now)).map(|version| &version.rules)
    }

    /// Returns whether a member with this role may create a credential. A custom role counts as
    /// [`MemberRole::counts_as`] says. An application has no role and is bound only by its scopes.
    pub fn lets_issue(&self, role: Option<&MemberRole>, now: Timestamp) -> bool {
        role.is_none_or(|role| self.for_new(now).all(|rules| rules.creators.contains(&role.counts_as())))
    }

    /// Returns whether a new credential needs approval.
    pub fn needs_approval(&self, now: Timestamp) -> bool {
        self.for_new(now).any(|rules| rules.needs_approval)
    }

    pub fn lifetimes(&self, now: Timestamp) -> Lifetimes {
        let longest_seconds = self.for_new(now).filter_map(|rules| rules.max_lifetime_seconds).min();
        let must_end = longest_seconds.is_some() || self.for_new(now).any(|rules| rules.must_expire);
        Lifetimes { longest_seconds, must_end }
    }

    /// Returns whether a new credential may have the scope `all`.
    pub fn allows_all(&self, now: Timestamp) -> bool {
        self.for_new(now).all(|rules| rules.allows_all)
    }

    /// Returns the first objection to letting in a credential from another organization. It must meet the requirements
    /// for new credentials. `idle_since` is the time when it was last used or enabled.
    pub fn objection_to_new(
        &self,
        existing: &Existing<'_>,
        idle_since: Timestamp,
        now: Timestamp,
    ) -> Option<Objection> {
        let is_idle = |rules: &Rules| {
            rules.max_idle_days.is_some_and(|days| idle_since.plus_seconds(i64::from(days) * DAY_SECONDS) <= now)
        };
        let objection = |rules: &Rules| rules.objection(existing).or(is_idle(rules).then_some(Objection::Idle));
        self.for_new(now).find_map(objection)
    }

    /// Sets the end of a new credential for which the request names none. It gets the longest lifetime that the
    /// requirements allow.
    pub fn fit_end(&self, grant: &mut Grant, now: Timestamp) {
        for rules in self.for_new(now) {
            grant.expires_at = rules.default_end(grant.expires_at, now);
        }
    }

    /// Checks a new credential against the requirements.
    ///
    /// # Errors
    /// Returns every flaw at its field.
    pub fn check_new(&self, grant: &Grant, now: Timestamp) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for rules in self.for_new(now) {
            rules.check(grant, now, &mut errors);
        }
        errors.0.dedup();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Checks a change of an existing credential. A change must not violate a requirement that the credential met
    /// before.
    ///
    /// # Errors
    /// Returns every flaw at its field.
    pub fn check_change(&self, before: &Existing<'_>, grant: &Grant, now: Timestamp) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for rules in self.for_new(now) {
            let mut added = FieldErrors::default();
            rules.check(grant, now, &mut added);
            let held_all = before.scopes.contains(crate::scope::ALL);
            added.0.retain(|error| error.pointer == "/scopes" && !held_all);
            errors.0.extend(added.0);
        }
        errors.0.dedup();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Returns the periods in which this policy blocks a credential.
    fn blocks(&self, existing: &Existing<'_>, excepted_until: Option<Timestamp>) -> Vec<Block> {
        let ends = self.versions.iter().skip(1).map(|version| Some(version.enforced_at)).chain([None]);
        let of_version = |(version, until): (&Version, Option<Timestamp>)| {
            let objection = version.rules.objection(existing)?;
            let from = excepted_until.map_or(version.enforced_at, |excepted| version.enforced_at.max(excepted));
            let is_empty = until.is_some_and(|until| until <= from);
            (!is_empty).then_some(Block { from, until, objection })
        };
        self.versions.iter().zip(ends).filter_map(of_version).collect()
    }
}

/// All policies of an organization, with their exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    pats: Policy,
    api_keys: Policy,
    clients: Policy,
    exceptions: BTreeMap<CredentialId, Timestamp>,
}

impl Policies {
    /// Takes the versions for every kind, and the ends of the exceptions.
    pub fn new(
        versions: impl IntoIterator<Item = (CredentialKind, Version)>,
        exceptions: impl IntoIterator<Item = (CredentialId, Timestamp)>,
    ) -> Self {
        let mut of_kind = BTreeMap::<_, Vec<_>>::new();
        for (kind, version) in versions {
            of_kind.entry(kind).or_default().push(version);
        }
        let mut policy = |kind| Policy::new(of_kind.remove(&kind).unwrap_or_default());
        Self {
            pats: policy(CredentialKind::PersonalAccessToken),
            api_keys: policy(CredentialKind::ApiKey),
            clients: policy(CredentialKind::Client),
            exceptions: exceptions.into_iter().collect(),
        }
    }

    /// Returns the policy for a kind.
    pub fn of(&self, kind: CredentialKind) -> &Policy {
        match kind {
            CredentialKind::PersonalAccessToken => &self.pats,
            CredentialKind::ApiKey => &self.api_keys,
            CredentialKind::Client => &self.clients,
        }
    }

    /// Replaces the policy for one kind.
    #[must_use]
    pub fn with(mut self, kind: CredentialKind, policy: Policy) -> Self {
        match kind {
            CredentialKind::PersonalAccessToken => self.pats = policy,
            CredentialKind::ApiKey => self.api_keys = policy,
            CredentialKind::Client => self.clients = policy,
        }
        self
    }

    /// Returns the periods in which a credential is blocked.
    pub fn blocks(&self, id: CredentialId, existing: &Existing<'_>) -> Vec<Block> {
        let policy = self.of(id.kind());
        if policy.versions.is_empty() { Vec::new() } else { policy.blocks(existing, self.excepted_until(id)) }
    }

    /// Returns whether a credential is blocked at `now`. This is a faster form of [`Policies::blocks`].
    pub fn is_blocked(&self, id: CredentialId, existing: &Existing<'_>, now: Timestamp) -> bool {
        let objects = |version: &Version| version.rules.objection(existing).is_some();
        self.of(id.kind()).in_force(now).is_some_and(objects) && !self.is_excepted(id, now)
    }

    /// Returns when a working credential will be blocked, once the warning period has begun.
    pub fn warning(&self, id: CredentialId, existing: &Existing<'_>, now: Timestamp) -> Option<Timestamp> {
        let policy = self.of(id.kind());
        let coming = policy.coming(now).filter(|version| version.warns_at <= now)?;
        coming.rules.objection(existing)?;
        Some(self.excepted_until(id).map_or(coming.enforced_at, |excepted| excepted.max(coming.enforced_at)))
    }

    /// Returns the IP allowlist that applies in addition to that of the credential. `None` allows every address.
    pub fn networks(&self, id: CredentialId, now: Timestamp) -> Option<&NetworkSet> {
        let rules = &self.of(id.kind()).in_force(now)?.rules;
        (!rules.networks.is_empty() && !self.is_excepted(id, now)).then_some(&rules.networks)
    }

    /// Returns the end of the exception of a credential, if it has one.
    pub fn excepted_until(&self, id: CredentialId) -> Option<Timestamp> {
        self.exceptions.get(&id).copied()
    }

    /// Returns whether an exception of the credential applies at `now`.
    pub fn is_excepted(&self, id: CredentialId, now: Timestamp) -> bool {
        self.excepted_until(id).is_some_and(|until| now < until)
    }
}
