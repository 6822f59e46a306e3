//! Previews the credentials that a policy would affect.
//!
//! Calls the functions that later block, for every credential that works here, also those of other organizations.
//! Writes nothing. About a token of another organization, it shows no more than the list of these tokens.

use crate::{Caller, Result, org_authorizations::AuthorizedHere, use_cases::OrgPolicies};
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

/// A credential that works in the organization and that a policy would block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affected {
    /// A credential of the organization.
    Own(Box<Credential>),
    /// A token of another organization, which its owner has authorized here.
    Authorized(Box<AuthorizedHere>),
}

/// A credential that a policy would block, and the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The credential as it is now.
    pub affected: Affected,
    /// All objections of the policy to it.
    pub objections: Vec<Objection>,
}

/// The preview of a policy.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// The kind of credentials that the policy is for.
    pub kind: CredentialKind,
    /// The requirements of the policy.
    pub rules: Rules,
    /// The number of credentials that work now.
    pub live: u64,
    /// The affected credentials: the organization's own, then those of others, each newest first.
    pub hits: Vec<Hit>,
    /// Whether the calling credential would be blocked.
    pub affects_own_credential: bool,
    /// The time from which replies would contain a warning.
    pub warns_at: Timestamp,
    /// The time from which existing credentials would be blocked.
    pub enforced_at: Timestamp,
}

impl DryRun {
    /// Counts the affected credentials that were used in the last day.
    pub fn used_today(&self, now: Timestamp) -> usize {
        let used = |hit: &&Hit| hit.affected.last_used_at().is_some_and(|at| !is_long_ago(at, 1, now));
        self.hits.iter().filter(used).count()
    }
}

impl Affected {
    pub fn id(&self) -> CredentialId {
        match self {
            Self::Own(credential) => credential.id,
            Self::Authorized(here) => here.token.authorization.credential,
        }
    }

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

    /// Returns the last address of each secret. The addresses of another organization's token are not known here.
    fn last_addresses(&self) -> impl Iterator<Item = IpAddr> {
        let secrets = match self {
            Self::Own(credential) => credential.secrets.as_slice(),
            Self::Authorized(_) => &[],
        };
        secrets.iter().filter_map(|secret| secret.last_used_ip)
    }

    /// Returns the objections of these policies at `now`.
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

/// A valid draft, its author, and the data for its preview.
pub(super) struct Trial<'a> {
    draft: &'a PolicyDraft,
    kind: CredentialKind,
    rules: Rules,
    by: CreatedBy,
    /// The calling credential and its address.
    own: Option<(CredentialId, Option<IpAddr>)>,
    /// The scopes that the organization's APIs define.
    api_scopes: ScopeSet,
}

impl OrgPolicies<'_> {
    /// Previews a policy as if it were saved now.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Invalid`], which lists every flaw, or with
    /// [`crate::ServiceError::MissingScope`].
    pub async fn dry_run(self, caller: &Caller, draft: &PolicyDraft) -> Result<DryRun> {
        let permit = self.service.permit(caller, Action::ManagePolicies).await?;
        let trial = self.trial(caller, &permit, draft).await?;
        let mut tx = self.service.inner.db.read(&permit).await?;
        self.apply_trial(&mut tx, trial).await
    }

    pub(super) async fn trial<'a>(self, caller: &Caller, permit: &Permit, draft: &'a PolicyDraft) -> Result<Trial<'a>> {
        let (kind, rules) = draft.check()?;
        let api_scopes = self.service.inner.db.read(permit).await?.api_scopes().await?;
        let own = caller.actor.credential().map(|own| (own, caller.context.ip));
        Ok(Trial { draft, kind, rules, by: caller.actor.as_creator(), own, api_scopes })
    }

    pub(super) async fn apply_trial(self, tx: &mut ReadTx, trial: Trial<'_>) -> Result<DryRun> {
        let Trial { draft, kind, rules, by, own, api_scopes } = trial;
        let now = self.service.now();
        let known = tx.policies().await?;
        let asked = Policies::clone(&known).with(kind, Policy::new(vec![at_once(rules.clone(), by, now)]));
        let (mut live, mut hits, mut cursor) = (0, Vec::new(), None);
        // The current address of the calling credential may not be stored yet.
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
        // Only personal access tokens can be authorized for other organizations.
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

/// Returns whether `at` is at least this number of days ago.
pub(crate) fn is_long_ago(at: Timestamp, days: u32, now: Timestamp) -> bool {
    at <= now.plus_seconds(-i64::from(days) * DAY_SECONDS)
}
