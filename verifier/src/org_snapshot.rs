//! One version of an organization in the snapshot: everything that the grants of its credentials depend on.
//!
//! A change makes the next version. Grants that were computed from an earlier one are outdated from then on.

use crate::scope_cache::ScopeCache;
use domain::{Slug, account::Org, ids::OrgId, operation::Catalog, scope::ScopeSet};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::OrgContext;

/// An organization, with the data that verdicts and replies need.
pub struct OrgSnapshot {
    pub(crate) context: OrgContext,
    /// Shared with earlier versions until an API changes.
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) api_scopes: ScopeSet,
    pub(crate) scope_cache: ScopeCache,
    /// Number of this version.
    version: u64,
    /// Number of the newest published version.
    newest: Arc<AtomicU64>,
}

impl OrgSnapshot {
    /// The version that follows `before`. It takes effect when it is [`OrgSnapshot::publish`]ed.
    pub(crate) fn new(context: OrgContext, catalog: Arc<Catalog>, before: Option<&Self>) -> Self {
        let newest = before.map(|before| before.newest.clone()).unwrap_or_default();
        let version = newest.load(Ordering::Acquire) + 1;
        let (api_scopes, scope_cache) = (catalog.api_scopes(), ScopeCache::default());
        Self { api_scopes, catalog, context, scope_cache, version, newest }
    }

    /// Makes every grant that was computed from an earlier version outdated.
    pub(crate) fn publish(&self) {
        self.newest.store(self.version, Ordering::Release);
    }

    /// True if no newer version is published.
    pub(crate) fn is_current(&self) -> bool {
        self.version == self.newest.load(Ordering::Acquire)
    }

    pub fn id(&self) -> OrgId {
        self.context.org.id
    }

    pub fn slug(&self) -> &Slug {
        &self.context.org.slug
    }

    pub fn org(&self) -> &Org {
        &self.context.org
    }

    /// The APIs that the organization sees.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }
}
