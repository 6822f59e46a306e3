//! Effective scopes and the parts of replies made from them, shared by credentials with equal role and scopes.
//!
//! Each state of an organization has its own collection. A grant is dropped when no credential uses it any more. Only
//! the computation of effective grants reads this collection; verification never does.

use domain::{access::RoleCode, oauth::Audience, scope::ScopeSet};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// Scopes, and the parts of replies made from them.
pub(super) struct Grant {
    /// The scopes of the credential that an API defines.
    pub(super) limit: ScopeSet,
    /// Effective scopes, with `all` expanded.
    pub(super) holds: ScopeSet,
    /// `["contacts:read",…]`
    pub(super) scopes: Arc<str>,
    /// Effective scopes, separated by spaces.
    pub(super) scope: Arc<str>,
    /// Audiences of the APIs that define any of the effective scopes.
    pub(super) audiences: Arc<Audience>,
}

/// The role of the owner, and the stored scopes. The outer `None` means that the owner is not a member, so nothing is
/// granted.
pub(super) type GrantKey = (Option<Option<RoleCode>>, ScopeSet);

#[derive(Default)]
struct Known {
    grants: HashMap<GrantKey, Weak<Grant>>,
    purge_at: usize,
}

#[derive(Default)]
pub(super) struct Grants(Mutex<Known>);

impl Grants {
    /// Returns the grant with this key, or makes and keeps a new one.
    pub(super) fn get(&self, key: GrantKey, make: impl FnOnce() -> Grant) -> Arc<Grant> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(grant) = known.grants.get(&key).and_then(Weak::upgrade) {
            return grant;
        }
        if known.grants.len() >= known.purge_at {
            known.grants.retain(|_, grant| grant.strong_count() > 0);
            known.purge_at = 2 * known.grants.len() + 64;
        }
        let grant = Arc::new(make());
        known.grants.insert(key, Arc::downgrade(&grant));
        grant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(grants: &Grants, scopes: &str) -> Arc<Grant> {
        let scopes: ScopeSet = scopes.parse().unwrap();
        grants.get((None, scopes.clone()), || Grant {
            limit: scopes.clone(),
            scope: scopes.to_string().into(),
            scopes: "".into(),
            audiences: Arc::new(Vec::new().into()),
            holds: scopes,
        })
    }

    #[test]
    fn what_is_equal_is_kept_once_and_dropped_when_nobody_has_it() {
        let grants = Grants::default();
        let held = get(&grants, "a b");
        assert!(Arc::ptr_eq(&held, &get(&grants, "b a")));
        for number in 0..10_000 {
            get(&grants, &format!("s{number}"));
        }
        assert!(grants.0.lock().unwrap().grants.len() < 200);
        assert!(Arc::ptr_eq(&held, &get(&grants, "a b")));
    }
}
