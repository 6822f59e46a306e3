//! Effective scopes and the parts of replies made from them, shared by credentials with equal role and scopes.
//!
//! Each version of an organization has its own cache. Scopes are dropped when no credential uses them any more. Only
//! the computation of effective grants reads this cache; verification never does.

use domain::{access::RoleCode, oauth::Audience, scope::ScopeSet};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// Effective scopes, and the parts of replies made from them.
pub(crate) struct EffectiveScopes {
    /// The scopes of the credential that an API defines.
    pub(crate) limit: ScopeSet,
    /// With `all` expanded.
    pub(crate) scopes: ScopeSet,
    /// `["contacts:read",…]`
    pub(crate) json: Arc<str>,
    /// Separated by spaces.
    pub(crate) text: Arc<str>,
    /// Audiences of the APIs that define any of the effective scopes.
    pub(crate) audiences: Arc<Audience>,
}

/// The role of the owner, and the stored scopes. The outer `None` means that the owner is not a member, so no scope is
/// effective.
pub(crate) type ScopeKey = (Option<Option<RoleCode>>, ScopeSet);

#[derive(Default)]
struct Cached {
    by_key: HashMap<ScopeKey, Weak<EffectiveScopes>>,
    purge_at: usize,
}

#[derive(Default)]
pub(crate) struct ScopeCache(Mutex<Cached>);

impl ScopeCache {
    /// Returns the scopes with this key, or makes and keeps new ones.
    pub(crate) fn get(&self, key: ScopeKey, make: impl FnOnce() -> EffectiveScopes) -> Arc<EffectiveScopes> {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scopes) = cached.by_key.get(&key).and_then(Weak::upgrade) {
            return scopes;
        }
        if cached.by_key.len() >= cached.purge_at {
            cached.by_key.retain(|_, scopes| scopes.strong_count() > 0);
            cached.purge_at = 2 * cached.by_key.len() + 64;
        }
        let scopes = Arc::new(make());
        cached.by_key.insert(key, Arc::downgrade(&scopes));
        scopes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(cache: &ScopeCache, scopes: &str) -> Arc<EffectiveScopes> {
        let scopes: ScopeSet = scopes.parse().unwrap();
        cache.get((None, scopes.clone()), || EffectiveScopes {
            limit: scopes.clone(),
            text: scopes.to_string().into(),
            json: "".into(),
            audiences: Arc::new(Vec::new().into()),
            scopes,
        })
    }

    #[test]
    fn what_is_equal_is_kept_once_and_dropped_when_nobody_has_it() {
        let cache = ScopeCache::default();
        let held = get(&cache, "a b");
        assert!(Arc::ptr_eq(&held, &get(&cache, "b a")));
        for number in 0..10_000 {
            get(&cache, &format!("s{number}"));
        }
        assert!(cache.0.lock().unwrap().by_key.len() < 200);
        assert!(Arc::ptr_eq(&held, &get(&cache, "a b")));
    }
}
