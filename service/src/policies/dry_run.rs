//! Whom a policy would hit.
//!
//! Owns: asking the very functions that will block, about every credential that works here, wherever it is at home. Nothing is
//! written, and of a token of another organisation nothing is told but what the list of these shows.

use crate::{Caller, Result, Service, org_authorizations::AuthorizedHere};
use domain::{
    Timestamp,
    access::{Action, Permit},
    credential::{CreatedBy, Credential, CredentialKind, DAY_SECONDS},
    ids::{CredentialId, PolicyId},
    policy::{Existing, Objection, Policies, Policy, PolicyDraft, Rules, Version},
    scope::ScopeSet,
};
use std::net::IpAddr;
use store::{InventoryFilter, PageRequest, ReadTx};

/// What works in the organisation, and would not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affected {
    /// A credential of its own.
    Own(Box<Credential>),
    /// A token of another one, which its owner has authorised.
    Authorized(Box<AuthorizedHere>),
}

/// A credential that works now and would not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// As it is now.
    pub affected: Affected,
    /// Everything that the policy would have against it.
    pub objections: Vec<Objection>,
}

/// What a policy would do.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// For which kind.
    pub kind: CredentialKind,
    /// What it would ask for.
    pub rules: Rules,
    /// How many credentials work now.
    pub live: u64,
    /// Those of them that would not any more: the organisation's own, then those of others, each the newest first.
    pub hits: Vec<Hit>,
    /// Whether the credential that asks would not work any more.
    pub affects_own_credential: bool,
    /// When replies would begin to warn.
    pub warns_at: Timestamp,
    /// When it would be enforced for what exists.
    pub enforced_at: Timestamp,
}

impl DryRun {
    /// How many of those that would be hit were used in the last day.
    pub fn used_today(&self, now: Timestamp) -> usize {
        let used = |hit: &&Hit| hit.affected.last_used_at().is_some_and(|at| !is_long_ago(at, 1, now));
        self.hits.iter().filter(used).count()
    }
}

impl Affected {
    /// Its id.
    pub fn id(&self) -> CredentialId {
        match self {
            Self::Own(credential) => credential.id,
            Self::Authorized(here) => here.token.authorization.credential,
        }
    }

    /// When it was last used.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        match self {
            Self::Own(credential) => credential.last_used_at(),
            Self::Authorized(here) => here.token.last_used_at,
        }
    }

    fn existing(&self) -> Existing<'_> {
        match self {
            Self::Own(credential) => credential.existing(),
            Self::Authorized(here) => here.token.existing(),
        }
    }

    fn idle_since(&self) -> Timestamp {
        match self {
            Self::Own(credential) => credential.idle_since(),
            Self::Authorized(here) => here.token.idle_since(),
        }
    }

    /// From where each of its secrets was last used. From where one of another organisation is used is not known here.
    fn last_addresses(&self) -> impl Iterator<Item = IpAddr> {
        let secrets = match self {
            Self::Own(credential) => credential.secrets.as_slice(),
            Self::Authorized(_) => &[],
        };
        secrets.iter().filter_map(|secret| secret.last_used_ip)
    }

    /// What these policies have against it at `now`.
    fn objections(&self, policies: &Policies, now: Timestamp) -> Vec<Objection> {
        let id = self.id();
        if policies.is_excepted(id, now) {
            return Vec::new();
        }
        let blocks = policies.blocks(id, &self.existing());
        let mut found: Vec<_> = blocks.iter().filter(|block| block.covers(now)).map(|block| block.objection).collect();
        if let Some(networks) = policies.networks(id, now)
            && self.last_addresses().any(|address| !networks.allows(Some(address)))
        {
            found.push(Objection::UsedElsewhere);
        }
        let rules = policies.of(id.kind()).in_force(now).map(|version| &version.rules);
        if rules.and_then(|rules| rules.max_idle_days).is_some_and(|days| is_long_ago(self.idle_since(), days, now)) {
            found.push(Objection::Idle);
        }
        found
    }
}

/// A draft that makes sense, who tries it, and what has to be known before.
pub(super) struct Trial<'a> {
    draft: &'a PolicyDraft,
    kind: CredentialKind,
    rules: Rules,
    by: CreatedBy,
    /// The credential that asks, and from where.
    own: Option<(CredentialId, Option<IpAddr>)>,
    /// The scopes that the organisation's APIs define.
    api_scopes: ScopeSet,
}

impl Service {
    /// What a policy would do if it were saved now.
    ///
    /// # Errors
    /// [`crate::ServiceError::Invalid`] with every flaw; [`crate::ServiceError::MissingScope`].
    pub async fn dry_run_policy(&self, caller: &Caller, draft: &PolicyDraft) -> Result<DryRun> {
        let permit = self.permit(caller, Action::ManagePolicies).await?;
        let trial = self.trial(caller, &permit, draft).await?;
        let mut tx = self.inner.db.read(&permit).await?;
        self.dry_run(&mut tx, trial).await
    }

    pub(super) async fn trial<'a>(
        &self,
        caller: &Caller,
        permit: &Permit,
        draft: &'a PolicyDraft,
    ) -> Result<Trial<'a>> {
        let (kind, rules) = draft.check()?;
        let api_scopes = self.inner.db.read(permit).await?.api_scopes().await?;
        let own = caller.actor.credential().map(|own| (own, caller.origin.ip));
        Ok(Trial { draft, kind, rules, by: caller.actor.as_creator(), own, api_scopes })
    }

    pub(super) async fn dry_run(&self, tx: &mut ReadTx, trial: Trial<'_>) -> Result<DryRun> {
        let Trial { draft, kind, rules, by, own, api_scopes } = trial;
        let now = self.now();
        let known = tx.policies().await?;
        let asked = Policies::clone(&known).with(kind, Policy::new(vec![at_once(rules.clone(), by, now)]));
        let (mut live, mut hits, mut cursor) = (0, Vec::new(), None);
        // Where it is used from now need not be written down yet.
        let is_elsewhere = |(id, ip)| asked.networks(id, now).is_some_and(|networks| !networks.allows(ip));
        let mut affects_own_credential = own.is_some_and(is_elsewhere);
        let mut look_at = |affected: Affected| {
            live += 1;
            let objections = affected.objections(&asked, now);
            if !objections.is_empty() {
                affects_own_credential |= own.is_some_and(|(id, _)| id == affected.id());
                hits.push(Hit { affected, objections });
            }
        };
        loop {
            let filter = InventoryFilter { kind: Some(kind), is_live: true, ..InventoryFilter::default() };
            let request = PageRequest::new(PageRequest::MAX_LIMIT, cursor);
            let page = tx.inventory(&filter, now, &request).await?;
            page.items.into_iter().for_each(|credential| look_at(Affected::Own(Box::new(credential))));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        // Nothing else is ever authorised.
        let mut has_more = kind == CredentialKind::PersonalAccessToken;
        while has_more {
            let page = tx.authorized_tokens(now, &PageRequest::new(PageRequest::MAX_LIMIT, cursor)).await?;
            let here = page.items.into_iter().map(|token| AuthorizedHere::new(token, &known, &api_scopes, now));
            here.filter(AuthorizedHere::works).for_each(|here| look_at(Affected::Authorized(Box::new(here))));
            cursor = page.next_cursor;
            has_more = cursor.is_some();
        }
        let (warns_at, enforced_at) = draft.stages(now, hits.len() as u64);
        Ok(DryRun { kind, rules, live, hits, affects_own_credential, warns_at, enforced_at })
    }
}

fn at_once(rules: Rules, announced_by: CreatedBy, now: Timestamp) -> Version {
    let id = PolicyId::new(now, [0; 10]);
    Version { id, rules, announced_at: now, warns_at: now, enforced_at: now, announced_by }
}

/// Whether that was so many days ago, or more.
pub(crate) fn is_long_ago(at: Timestamp, days: u32, now: Timestamp) -> bool {
    at <= now.plus_seconds(-i64::from(days) * DAY_SECONDS)
}
