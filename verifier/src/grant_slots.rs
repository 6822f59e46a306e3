//! Tracks which slot holds which effective grant, and which slots are free.
//!
//! It drops grants that no table entry uses, and stores equal scope sets once. Only the writer uses it. A free slot is
//! reused at once, so readers look again if their entry has changed (see [`crate::table::Table::look`]).

use crate::{Engine, effective_grant::EffectiveGrant, snapshot::Snapshot};
use arc_swap::ArcSwap;
use domain::{credential::CredentialKind, error::Flaw, ids::OrgId, scope::ScopeSet};
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

/// Grants recomputed before other writers get their turn.
const PIECE: usize = 64;

/// Identifies a grant by the kind and a hash of the stored data. A credential that shares its grant with no other adds
/// the bits of its id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GrantKey {
    kind: CredentialKind,
    counted: Option<u128>,
    stored: [u8; 32],
}

impl GrantKey {
    pub(crate) fn new(kind: CredentialKind, counted: Option<u128>, stored: &str) -> Self {
        Self { kind, counted, stored: Sha256::digest(stored).into() }
    }
}

struct Use {
    key: GrantKey,
    org: OrgId,
    entries: usize,
}

/// The grants in use.
#[derive(Default)]
pub(crate) struct GrantSlots {
    by_key: HashMap<GrantKey, u32>,
    uses: HashMap<u32, Use>,
    free: Vec<u32>,
    of_org: HashMap<OrgId, HashSet<u32>>,
    /// The last grant that others may share. Most consecutive credentials have equal grants.
    last: Option<(CredentialKind, String, u32)>,
    /// Slots whose grant may come from an earlier version of the organization.
    stale: HashMap<OrgId, Vec<u32>>,
    /// Organizations that changed again before all their slots were processed.
    stale_again: HashSet<OrgId>,
    pub(crate) scopes: ScopeSets,
    /// The grant that is stored in free slots.
    vacant: Option<Arc<EffectiveGrant>>,
}

impl GrantSlots {
    /// The slot of the last grant, if it is this one.
    pub(crate) fn last(&self, kind: CredentialKind, stored: &str) -> Option<u32> {
        self.last.as_ref().filter(|(known, text, _)| *known == kind && text == stored).map(|(_, _, slot)| *slot)
    }

    pub(crate) fn remember_last(&mut self, last: Option<(CredentialKind, String, u32)>) {
        self.last = last;
    }

    pub(crate) fn find(&self, key: &GrantKey) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// Stores a grant in a free slot, or in a new one.
    pub(crate) fn insert(&mut self, snapshot: &Snapshot, key: GrantKey, grant: EffectiveGrant) -> u32 {
        let org = grant.org.id();
        let slot = match self.free.pop() {
            Some(slot) => {
                if let Some(free) = snapshot.grants.get(slot as usize) {
                    free.store(Arc::new(grant));
                }
                slot
            }
            None => u32::try_from(snapshot.grants.push(ArcSwap::from_pointee(grant))).unwrap_or(u32::MAX),
        };
        self.by_key.insert(key, slot);
        self.uses.insert(slot, Use { key, org, entries: 0 });
        self.of_org.entry(org).or_default().insert(slot);
        slot
    }

    /// Notes that one more table entry uses this slot.
    pub(crate) fn gain(&mut self, slot: u32) {
        if let Some(used) = self.uses.get_mut(&slot) {
            used.entries += 1;
        }
    }

    /// Notes that one table entry fewer uses this slot. Without entries, the slot becomes free.
    pub(crate) fn lose(&mut self, snapshot: &Snapshot, slot: u32) {
        let Entry::Occupied(mut used) = self.uses.entry(slot) else { return };
        used.get_mut().entries = used.get().entries.saturating_sub(1);
        if used.get().entries > 0 {
            return;
        }
        let Use { key, org, .. } = used.remove();
        self.by_key.remove(&key);
        if let Some(slots) = self.of_org.get_mut(&org) {
            slots.remove(&slot);
        }
        if self.last.as_ref().is_some_and(|(_, _, last)| *last == slot) {
            self.last = None;
        }
        if let Some(grant) = snapshot.grants.get(slot as usize) {
            let vacant = self.vacant.get_or_insert_with(|| Arc::new(grant.load().vacant()));
            grant.store(vacant.clone());
        }
        self.free.push(slot);
    }

    /// Schedules the grants of an organization to be recomputed.
    pub(crate) fn mark_stale(&mut self, org: OrgId) {
        match self.stale.entry(org) {
            Entry::Occupied(_) => drop(self.stale_again.insert(org)),
            Entry::Vacant(entry) => {
                entry.insert(self.of_org.get(&org).into_iter().flatten().copied().collect());
            }
        }
    }

    /// Some slots to recompute; empty when none are left.
    fn next_stale(&mut self) -> Vec<u32> {
        let Some(org) = self.stale.keys().next().copied() else { return Vec::new() };
        let slots = self.stale.get_mut(&org).map(|all| all.split_off(all.len().saturating_sub(PIECE)));
        if self.stale.get(&org).is_some_and(Vec::is_empty) {
            self.stale.remove(&org);
            if self.stale_again.remove(&org) {
                self.mark_stale(org);
            }
        }
        slots.unwrap_or_default()
    }
}

/// Scope sets by their text, so that equal sets are stored once.
#[derive(Default)]
pub(crate) struct ScopeSets {
    known: HashMap<String, ScopeSet>,
    purge_at: usize,
}

impl ScopeSets {
    /// Parses a scope set, or returns the known one with this text.
    ///
    /// # Errors
    /// `invalid_scope` if the text is not a scope set.
    pub(crate) fn parse(&mut self, text: &str) -> Result<ScopeSet, Flaw> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        if self.known.len() >= self.purge_at {
            self.known.retain(|_, set| set.is_shared());
            self.purge_at = 2 * self.known.len() + 64;
        }
        let set: ScopeSet = text.parse()?;
        self.known.insert(text.to_owned(), set.clone());
        Ok(set)
    }
}

/// Number of shared parts in the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SharedCounts {
    /// Slots for grants, including free ones.
    pub slots: usize,
    /// Grants that a table entry uses.
    pub grants: usize,
    /// Names that are stored separately.
    pub names: usize,
}

impl Engine {
    /// Recomputes the grants of changed organizations, a few at a time. No request waits for it: a request that needs
    /// one of these grants earlier recomputes it itself.
    pub async fn renew_grants(&self) {
        loop {
            {
                let mut writer = self.writer.lock().await;
                let slots = writer.slots.next_stale();
                let Some(snapshot) = self.snapshot.load_full().filter(|_| !slots.is_empty()) else { return };
                for slot in slots {
                    snapshot.grants.get(slot as usize).into_iter().for_each(|grant| drop(snapshot.current(grant)));
                }
            }
            tokio::task::yield_now().await;
        }
    }

    pub async fn shared_counts(&self) -> SharedCounts {
        let writer = self.writer.lock().await;
        let of_snapshot = |of: fn(&Snapshot) -> usize| self.snapshot.load().as_deref().map_or(0, of);
        SharedCounts {
            slots: of_snapshot(|snapshot| snapshot.grants.count()),
            grants: writer.slots.uses.len(),
            names: of_snapshot(|snapshot| snapshot.names.count_alone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scopes_are_kept_once_and_dropped_when_nobody_has_them() {
        let mut sets = ScopeSets::default();
        let held = sets.parse("a b").unwrap();
        for number in 0..10_000 {
            sets.parse(&format!("s{number}")).unwrap();
        }
        assert!(sets.known.len() < 200 && sets.known.contains_key("a b"));
        assert_eq!(sets.parse("a b"), Ok(held));
    }
}
