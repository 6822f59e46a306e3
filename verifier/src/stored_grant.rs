//! What the database stores about the grant of a credential, and the state of its limits.

use crate::{grant_slots::ScopeSets, quota::QuotaMeter};
use domain::{
    Timestamp,
    credential::{ClientSettings, CredentialKind, Owner, RateLimit},
    network::NetworkSet,
    resource::ResourceSet,
    scope::ScopeSet,
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use store::SharedFields;

/// Stored data of a credential that others may share.
pub struct StoredGrant {
    pub kind: CredentialKind,
    pub owner: Owner,
    pub scopes: ScopeSet,
    pub resources: ResourceSet,
    pub networks: NetworkSet,
    pub(crate) rate_limit: Option<RateLimit>,
    /// A credential with a quota shares its grant with no other.
    pub(crate) quota: Option<QuotaMeter>,
    pub client: Option<Arc<ClientSettings>>,
    /// State of the rate limit, for [`domain::verify::take`]. A credential with a rate limit shares its grant with no
    /// other.
    pub(crate) full_at: AtomicI64,
}

impl StoredGrant {
    /// Continues the counts of the limits that these limits replace.
    pub(crate) fn carry_over(&self, before: &Self, now: Timestamp) {
        if std::ptr::eq(self, before) {
            return;
        }
        self.full_at.fetch_max(before.full_at.load(Ordering::Acquire), Ordering::AcqRel);
        if let (Some(quota), Some(before)) = (&self.quota, &before.quota) {
            quota.carry_over(before, now);
        }
    }

    pub(crate) fn read(
        kind: CredentialKind,
        row: &SharedFields<'_>,
        scopes: &mut ScopeSets,
    ) -> std::result::Result<Self, String> {
        let flaw = |flaw: domain::error::Flaw| flaw.detail;
        let json = |error: serde_json::Error| error.to_string();
        let owner = match row.owner_type {
            "organization" => Owner::Organization,
            "user" => Owner::User(row.owner_id.parse().map_err(|error| format!("owner: {error}"))?),
            "service_account" => {
                Owner::ServiceAccount(row.owner_id.parse().map_err(|error| format!("owner: {error}"))?)
            }
            other => return Err(format!("owner type {other}")),
        };
        Ok(Self {
            kind,
            owner,
            scopes: scopes.parse(row.scopes).map_err(flaw)?,
            resources: row.resources.parse().map_err(flaw)?,
            networks: row.networks.parse().map_err(flaw)?,
            rate_limit: row.rate_limit.map(serde_json::from_str).transpose().map_err(json)?,
            quota: row.quota.map(serde_json::from_str).transpose().map_err(json)?.map(QuotaMeter::new),
            client: row.client.map(serde_json::from_str).transpose().map_err(json)?.map(Arc::new),
            full_at: AtomicI64::new(0),
        })
    }
}
