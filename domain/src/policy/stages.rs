//! From when rules count, for whom not, and what that makes of a credential.

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

/// Rules, and from when on they count. New credentials keep them at once; those that exist are given notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: PolicyId,
    /// What is asked.
    pub rules: Rules,
    /// When it was made known.
    pub announced_at: Timestamp,
    /// From when on replies to calls with a credential that will be blocked say so.
    pub warns_at: Timestamp,
    /// From when on credentials that do not keep it are blocked.
    pub enforced_at: Timestamp,
    /// Who made it.
    pub announced_by: CreatedBy,
}

/// The rules for one kind: those that count, and those that are to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// By the instant from which they are enforced, the earliest first.
    versions: Vec<Version>,
}

/// A time in which a policy blocks a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// From then.
    pub from: Timestamp,
    /// Up to then; none: for good.
    pub until: Option<Timestamp>,
    /// Why.
    pub objection: Objection,
}

impl Block {
    /// Whether it counts at `now`.
    pub fn covers(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// A credential that need not keep the policy for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Which.
    pub credential: CredentialId,
    /// What it is called.
    pub name: Name,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why.
    pub note: String,
    /// Who made it.
    pub granted_by: CreatedBy,
    /// When.
    pub granted_at: Timestamp,
}

impl Policy {
    /// Of versions in any order.
    pub fn new(mut versions: Vec<Version>) -> Self {
        versions.sort_by_key(|version| version.enforced_at);
        Self { versions }
    }

    /// All versions that are known, the earliest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// What counts at `now`.
    pub fn in_force(&self, now: Timestamp) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.enforced_at <= now)
    }

    /// What is announced and does not count yet.
    pub fn coming(&self, now: Timestamp) -> Option<&Version> {
        self.versions.iter().find(|version| version.enforced_at > now)
    }

    /// What a new credential must keep: what counts, and what is to come.
    fn for_new(&self, now: Timestamp) -> impl Iterator<Item = &Rules> {
        self.in_force(now).into_iter().chain(self.coming(now)).map(|version| &version.rules)
    }

    /// Whether somebody with this role may issue one: one of the organisation's own counts as [`MemberRole::counts_as`] says.
    /// An application has none and is bound by its scopes alone.
    pub fn lets_issue(&self, role: Option<&MemberRole>, now: Timestamp) -> bool {
        role.is_none_or(|role| self.for_new(now).all(|rules| rules.creators.contains(&role.counts_as())))
    }

    /// Whether a new one waits for approval.
    pub fn needs_approval(&self, now: Timestamp) -> bool {
        self.for_new(now).any(|rules| rules.needs_approval)
    }

    /// How long a new one may live.
    pub fn lifetimes(&self, now: Timestamp) -> Lifetimes {
        let longest_seconds = self.for_new(now).filter_map(|rules| rules.max_lifetime_seconds).min();
        let must_end = longest_seconds.is_some() || self.for_new(now).any(|rules| rules.must_expire);
        Lifetimes { longest_seconds, must_end }
    }

    /// Whether a new one may hold the scope `all`.
    pub fn allows_all(&self, now: Timestamp) -> bool {
        self.for_new(now).all(|rules| rules.allows_all)
    }

    /// The first thing that stops a credential from another organisation, last used or switched on at `idle_since`, from
    /// being let in as a new one would be.
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

    /// Gives a new credential whose end nobody asked for the longest one that the rules allow.
    pub fn fit_end(&self, grant: &mut Grant, now: Timestamp) {
        for rules in self.for_new(now) {
            grant.expires_at = rules.default_end(grant.expires_at, now);
        }
    }

    /// Whether a new credential keeps the rules.
    ///
    /// # Errors
    /// Every flaw, each at its field.
    pub fn check_new(&self, grant: &Grant, now: Timestamp) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for rules in self.for_new(now) {
            rules.check(grant, now, &mut errors);
        }
        errors.0.dedup();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Whether what exists may become this: a change may break no rule that was kept before.
    ///
    /// # Errors
    /// Every flaw, each at its field.
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

    /// The times in which it blocks a credential.
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

/// All policies of an organisation, with their exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    pats: Policy,
    api_keys: Policy,
    clients: Policy,
    exceptions: BTreeMap<CredentialId, Timestamp>,
}

impl Policies {
    /// Of every kind's versions and the ends of exceptions.
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

    /// That for a kind.
    pub fn of(&self, kind: CredentialKind) -> &Policy {
        match kind {
            CredentialKind::PersonalAccessToken => &self.pats,
            CredentialKind::ApiKey => &self.api_keys,
            CredentialKind::Client => &self.clients,
        }
    }

    /// The same with another policy for one kind.
    #[must_use]
    pub fn with(mut self, kind: CredentialKind, policy: Policy) -> Self {
        match kind {
            CredentialKind::PersonalAccessToken => self.pats = policy,
            CredentialKind::ApiKey => self.api_keys = policy,
            CredentialKind::Client => self.clients = policy,
        }
        self
    }

    /// The times in which a credential is blocked.
    pub fn blocks(&self, id: CredentialId, existing: &Existing<'_>) -> Vec<Block> {
        let policy = self.of(id.kind());
        if policy.versions.is_empty() { Vec::new() } else { policy.blocks(existing, self.excepted_until(id)) }
    }

    /// Whether a credential is blocked at `now`: what [`Policies::blocks`] says, without working all of it out.
    pub fn is_blocked(&self, id: CredentialId, existing: &Existing<'_>, now: Timestamp) -> bool {
        let objects = |version: &Version| version.rules.objection(existing).is_some();
        self.of(id.kind()).in_force(now).is_some_and(objects) && !self.is_excepted(id, now)
    }

    /// When a credential that works is to be blocked, once the time for saying so has come.
    pub fn warning(&self, id: CredentialId, existing: &Existing<'_>, now: Timestamp) -> Option<Timestamp> {
        let policy = self.of(id.kind());
        let coming = policy.coming(now).filter(|version| version.warns_at <= now)?;
        coming.rules.objection(existing)?;
        Some(self.excepted_until(id).map_or(coming.enforced_at, |excepted| excepted.max(coming.enforced_at)))
    }

    /// From where a credential may be used besides what it says itself; none: from everywhere.
    pub fn networks(&self, id: CredentialId, now: Timestamp) -> Option<&NetworkSet> {
        let rules = &self.of(id.kind()).in_force(now)?.rules;
        (!rules.networks.is_empty() && !self.is_excepted(id, now)).then_some(&rules.networks)
    }

    /// Until when a credential need not keep its policy.
    pub fn excepted_until(&self, id: CredentialId) -> Option<Timestamp> {
        self.exceptions.get(&id).copied()
    }

    /// Whether a credential need not keep its policy at `now`.
    pub fn is_excepted(&self, id: CredentialId, now: Timestamp) -> bool {
        self.excepted_until(id).is_some_and(|until| now < until)
    }
}
