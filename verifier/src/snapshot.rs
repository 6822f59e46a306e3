//! The snapshot: every credential, as verification needs it.
//!
//! Owns the table of secrets and the data that many secrets share. Readers take no lock. One writer changes it, which
//! [`crate::follow`] ensures. A reload builds a new snapshot beside the one in use.

use crate::{
    cross_org::{AuthorizationIndex, CrossOrg},
    effective_grant::EffectiveGrant,
    grant_slots::GrantSlots,
    meters::Meters,
    names::Names,
    org_snapshot::OrgSnapshot,
    shards::Shards,
    stored_grant::StoredGrant,
    table::Table,
    usage_sources::UsageSources,
};
use arc_swap::{ArcSwap, ArcSwapOption};
use crossbeam_queue::SegQueue;
use domain::ids::{CredentialId, OrgId};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// One complete snapshot.
pub(crate) struct Snapshot {
    pub(crate) table: Table,
    /// The effective grants, by slot.
    pub(crate) grants: boxcar::Vec<ArcSwap<EffectiveGrant>>,
    /// The current organizations, for grants that were computed from an earlier version.
    pub(crate) orgs: Shards<OrgId, Arc<OrgSnapshot>>,
    pub(crate) names: Names,
    pub(crate) revoked_access_tokens: ArcSwap<HashSet<(OrgId, String)>>,
    pub(crate) meters: Meters,
    pub(crate) sources: UsageSources,
    /// Quotas with uses that are not in the database yet, with their organization and credential.
    pub(crate) quotas_to_write: SegQueue<(Arc<StoredGrant>, OrgId, CredentialId)>,
    pub(crate) cross_org: CrossOrg,
    /// The platform organization; `None` until the first organization exists.
    pub(crate) platform: ArcSwapOption<OrgId>,
}

/// Bookkeeping that only the writer needs.
#[derive(Default)]
pub(crate) struct Writer {
    pub(crate) slots: GrantSlots,
    pub(crate) orgs: HashMap<OrgId, Arc<OrgSnapshot>>,
    pub(crate) authorizations: AuthorizationIndex,
}

impl Snapshot {
    pub(crate) fn with_room_for(entries: usize) -> Self {
        Self {
            table: Table::with_room_for(entries),
            grants: boxcar::Vec::new(),
            orgs: Shards::default(),
            names: Names::default(),
            revoked_access_tokens: ArcSwap::default(),
            meters: Meters::default(),
            sources: UsageSources::default(),
            quotas_to_write: SegQueue::new(),
            cross_org: CrossOrg::default(),
            platform: ArcSwapOption::empty(),
        }
    }

    pub(crate) fn is_platform(&self, org: OrgId) -> bool {
        self.platform.load().as_deref() == Some(&org)
    }

    pub(crate) fn is_access_token_revoked(&self, org: OrgId, jti: &str) -> bool {
        let revoked = self.revoked_access_tokens.load();
        !revoked.is_empty() && revoked.contains(&(org, jti.to_owned()))
    }

    /// Bytes used by the table and the names, its largest parts.
    pub(crate) fn bytes(&self) -> usize {
        self.table.bytes() + self.names.bytes()
    }
}
