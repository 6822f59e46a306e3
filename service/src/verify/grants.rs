//! What credentials with the same role and the same scopes have in common, kept once for each state of an organization.
//!
//! Owns: sharing it, and dropping it when no terms have it. Asked only when terms are made, never by a verification.

use domain::{access::RoleCode, oauth::Audience, scope::ScopeSet};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// Scopes and the pieces of replies that are made of them.
pub(super) struct Grant {
    /// The scopes of the credential that an API defines.
    pub(super) limit: ScopeSet,
    /// What it may do now, with `all` spelt out.
    pub(super) holds: ScopeSet,
    /// `["contacts:read",…]`
    pub(super) scopes: Arc<str>,
    /// Scopes, joined by spaces.
    pub(super) scope: Arc<str>,
    /// The audiences of the APIs that define any of the scopes.
    pub(super) audiences: Arc<Audience>,
}

/// The role of the owner, and the stored scopes. Without an owner that is a member, nothing is held.
pub(super) type GrantKey = (Option<Option<RoleCode>>, ScopeSet);

#[derive(Default)]
struct Known {
    grants: HashMap<GrantKey, Weak<Grant>>,
    purge_at: usize,
}

/// All that are in use.
#[derive(Default)]
pub(super) struct Grants(Mutex<Known>);

impl Grants {
    /// The one for this key; made if there is none.
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
