//! Whom a policy would hit.
//!
//! Owns: asking the very functions that will block, about every credential that works. Nothing is written.

use crate::{Caller, Result, Service};
use domain::{
    Timestamp,
    access::Action,
    credential::{CreatedBy, Credential, CredentialKind, DAY_SECONDS},
    ids::PolicyId,
    policy::{Objection, Policies, Policy, PolicyDraft, Rules, Version},
};
use store::{InventoryFilter, PageRequest, ReadTx};

/// A credential that works now and would not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// As it is now.
    pub credential: Credential,
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
    /// Those of them that would not any more, the newest first.
    pub hits: Vec<Hit>,
    /// When replies would begin to warn.
    pub warns_at: Timestamp,
    /// When it would be enforced for what exists.
    pub enforced_at: Timestamp,
}

impl DryRun {
    /// How many of those that would be hit were used in the last day.
    pub fn used_today(&self, now: Timestamp) -> usize {
        self.hits.iter().filter(|hit| hit.credential.was_used_in_the_last_day(now)).count()
    }
}

impl Service {
    /// What a policy would do if it were saved now.
    ///
    /// # Errors
    /// [`crate::ServiceError::Invalid`] with every flaw; [`crate::ServiceError::MissingScope`].
    pub async fn dry_run_policy(&self, caller: &Caller, draft: &PolicyDraft) -> Result<DryRun> {
        let permit = self.permit(caller, Action::ManagePolicies).await?;
        let asked = draft.check()?;
        let mut tx = self.inner.db.read(&permit).await?;
        self.dry_run(&mut tx, draft, asked, caller.actor.as_creator()).await
    }

    pub(super) async fn dry_run(
        &self,
        tx: &mut ReadTx,
        draft: &PolicyDraft,
        (kind, rules): (CredentialKind, Rules),
        by: CreatedBy,
    ) -> Result<DryRun> {
        let now = self.now();
        let known = tx.policies().await?;
        let asked = Policies::clone(&known).with(kind, Policy::new(vec![at_once(rules.clone(), by, now)]));
        let (mut live, mut hits, mut cursor) = (0, Vec::new(), None);
        loop {
            let filter = InventoryFilter { kind: Some(kind), is_live: true, ..InventoryFilter::default() };
            let request = PageRequest::new(PageRequest::MAX_LIMIT, cursor);
            let page = tx.inventory(&filter, now, &request).await?;
            live += page.items.len() as u64;
            for credential in page.items {
                let objections = objections(&credential, &asked, now);
                if !objections.is_empty() {
                    hits.push(Hit { credential, objections });
                }
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let (warns_at, enforced_at) = draft.stages(now, hits.len() as u64);
        Ok(DryRun { kind, rules, live, hits, warns_at, enforced_at })
    }
}

fn at_once(rules: Rules, announced_by: CreatedBy, now: Timestamp) -> Version {
    let id = PolicyId::new(now, [0; 10]);
    Version { id, rules, announced_at: now, warns_at: now, enforced_at: now, announced_by }
}

/// What these policies have against a credential at `now`.
fn objections(credential: &Credential, policies: &Policies, now: Timestamp) -> Vec<Objection> {
    if policies.is_excepted(credential.id, now) {
        return Vec::new();
    }
    let blocks = policies.blocks(credential.id, &credential.existing());
    let mut found: Vec<_> = blocks.iter().filter(|block| block.covers(now)).map(|block| block.objection).collect();
    if let Some(networks) = policies.networks(credential.id, now)
        && last_addresses(credential).any(|address| !networks.allows(Some(address)))
    {
        found.push(Objection::UsedElsewhere);
    }
    let rules = policies.of(credential.kind()).in_force(now).map(|version| &version.rules);
    if rules.and_then(|rules| rules.max_idle_days).is_some_and(|days| is_idle(credential, days, now)) {
        found.push(Objection::Idle);
    }
    found
}

/// From where each of its secrets was last used.
fn last_addresses(credential: &Credential) -> impl Iterator<Item = std::net::IpAddr> {
    credential.secrets.iter().filter_map(|secret| secret.last_used_ip)
}

/// Whether a credential was not used for so many days.
pub(crate) fn is_idle(credential: &Credential, days: u32, now: Timestamp) -> bool {
    is_long_ago(credential.idle_since(), days, now)
}

/// Whether that was so many days ago, or more.
pub(crate) fn is_long_ago(at: Timestamp, days: u32, now: Timestamp) -> bool {
    at <= now.plus_seconds(-i64::from(days) * DAY_SECONDS)
}
