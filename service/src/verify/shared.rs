//! Tracks which slot holds which effective grant, and which slots are free.
//!
//! It drops grants that no table entry uses, and stores equal scope sets once. Only the writer uses it. A free slot is
//! reused at once, so readers look again if their entry has changed (see [`super::table::Table::look`]).

use super::{follow::State, terms::Terms};
use crate::Service;
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
pub(super) struct TermsKey {
    kind: CredentialKind,
    counted: Option<u128>,
    stored: [u8; 32],
}

impl TermsKey {
    pub(super) fn new(kind: CredentialKind, counted: Option<u128>, stored: &str) -> Self {
        Self { kind, counted, stored: Sha256::digest(stored).into() }
    }
}

struct Use {
    key: TermsKey,
    org: OrgId,
    entries: usize,
}

/// The grants in use.
#[derive(Default)]
pub(super) struct SharedTerms {
    places: HashMap<TermsKey, u32>,
    uses: HashMap<u32, Use>,
    free: Vec<u32>,
    of_org: HashMap<OrgId, HashSet<u32>>,
    /// The last grant that others may share. Most consecutive credentials have equal grants.
    last: Option<(CredentialKind, String, u32)>,
    /// Slots whose grant may come from an earlier state of the organization.
    stale: HashMap<OrgId, Vec<u32>>,
    /// Organizations that changed again before all their slots were processed.
    stale_again: HashSet<OrgId>,
    pub(super) scopes: ScopeSets,
    /// The grant that is stored in free slots.
    vacant: Option<Arc<Terms>>,
}

impl SharedTerms {
    /// The slot of the last grant, if it is this one.
    pub(super) fn last(&self, kind: CredentialKind, stored: &str) -> Option<u32> {
        self.last.as_ref().filter(|(known, text, _)| *known == kind && text == stored).map(|(_, _, place)| *place)
    }

    pub(super) fn remember_last(&mut self, last: Option<(CredentialKind, String, u32)>) {
        self.last = last;
    }

    pub(super) fn find(&self, key: &TermsKey) -> Option<u32> {
        self.places.get(key).copied()
    }

    /// Stores a grant in a free slot, or in a new one.
    pub(super) fn insert(&mut self, state: &State, key: TermsKey, terms: Terms) -> u32 {
        let org = terms.org.id();
        let place = match self.free.pop() {
            Some(place) => {
                if let Some(free) = state.terms.get(place as usize) {
                    free.store(Arc::new(terms));
                }
                place
            }
            None => u32::try_from(state.terms.push(ArcSwap::from_pointee(terms))).unwrap_or(u32::MAX),
        };
        self.places.insert(key, place);
        self.uses.insert(place, Use { key, org, entries: 0 });
        self.of_org.entry(org).or_default().insert(place);
        place
    }

    /// Notes that one more table entry uses this slot.
    pub(super) fn gain(&mut self, place: u32) {
        if let Some(used) = self.uses.get_mut(&place) {
            used.entries += 1;
        }
    }

    /// Notes that one table entry fewer uses this slot. Without entries, the slot becomes free.
    pub(super) fn lose(&mut self, state: &State, place: u32) {
        let Entry::Occupied(mut used) = self.uses.entry(place) else { return };
        used.get_mut().entries = used.get().entries.saturating_sub(1);
        if used.get().entries > 0 {
            return;
        }
        let Use { key, org, .. } = used.remove();
        self.places.remove(&key);
        if let Some(places) = self.of_org.get_mut(&org) {
            places.remove(&place);
        }
        if self.last.as_ref().is_some_and(|(_, _, last)| *last == place) {
            self.last = None;
        }
        if let Some(terms) = state.terms.get(place as usize) {
            let vacant = self.vacant.get_or_insert_with(|| Arc::new(terms.load().vacant()));
            terms.store(vacant.clone());
        }
        self.free.push(place);
    }

    /// Schedules the grants of an organization to be recomputed.
    pub(super) fn mark_stale(&mut self, org: OrgId) {
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
        let places = self.stale.get_mut(&org).map(|all| all.split_off(all.len().saturating_sub(PIECE)));
        if self.stale.get(&org).is_some_and(Vec::is_empty) {
            self.stale.remove(&org);
            if self.stale_again.remove(&org) {
                self.mark_stale(org);
            }
        }
        places.unwrap_or_default()
    }
}

/// Scope sets by their text, so that equal sets are stored once.
#[derive(Default)]
pub(super) struct ScopeSets {
    known: HashMap<String, ScopeSet>,
    purge_at: usize,
}

impl ScopeSets {
    /// Parses a scope set, or returns the known one with this text.
    ///
    /// # Errors
    /// `invalid_scope` if the text is not a scope set.
    pub(super) fn parse(&mut self, text: &str) -> Result<ScopeSet, Flaw> {
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
    pub places: usize,
    /// Grants that a table entry uses.
    pub terms: usize,
    /// Names that are stored separately.
    pub names: usize,
}

impl Service {
    /// Recomputes the grants of changed organizations, a few at a time. No request waits for it: a request that needs
    /// one of these grants earlier recomputes it itself.
    pub async fn renew_terms(&self) {
        let memory = &self.inner.memory;
        loop {
            {
                let mut writer = memory.writer.lock().await;
                let places = writer.shared.next_stale();
                let Some(state) = memory.state.load_full().filter(|_| !places.is_empty()) else { return };
                for place in places {
                    state.terms.get(place as usize).into_iter().for_each(|terms| drop(state.current(terms)));
                }
            }
            tokio::task::yield_now().await;
        }
    }

    pub async fn shared_counts(&self) -> SharedCounts {
        let memory = &self.inner.memory;
        let writer = memory.writer.lock().await;
        let of_state = |of: fn(&State) -> usize| memory.state.load().as_deref().map_or(0, of);
        SharedCounts {
            places: of_state(|state| state.terms.count()),
            terms: writer.shared.uses.len(),
            names: of_state(|state| state.names.count_alone()),
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
