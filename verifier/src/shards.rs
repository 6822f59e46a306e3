//! A map with lock-free reads, for data that is rarely read and rarely changed.
//!
//! A reader sees an entry in full or not at all. A change copies the affected part of the map, one of [`PARTS`]. Only
//! one thread may write at a time.

use arc_swap::ArcSwap;
use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::Arc,
};

const PARTS: usize = 256;

type Part<K, V> = ArcSwap<HashMap<K, V>>;

pub(crate) struct Shards<K, V> {
    parts: Box<[Part<K, V>]>,
    hasher: RandomState,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Part::default()).collect(), hasher: RandomState::new() }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Shards<K, V> {
    fn position(&self, key: &K) -> usize {
        self.hasher.hash_one(key) as usize % PARTS
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.parts.get(self.position(key))?.load().get(key).cloned()
    }

    /// Inserts the entries that have a value, and removes those that have none.
    pub(crate) fn change(&self, entries: impl IntoIterator<Item = (K, Option<V>)>) {
        let mut of_part: HashMap<usize, Vec<(K, Option<V>)>> = HashMap::new();
        for (key, value) in entries {
            of_part.entry(self.position(&key)).or_default().push((key, value));
        }
        for (position, entries) in of_part {
            let Some(part) = self.parts.get(position) else { continue };
            let mut map = HashMap::clone(&part.load());
            for (key, value) in entries {
                match value {
                    Some(value) => drop(map.insert(key, value)),
                    None => drop(map.remove(&key)),
                }
            }
            part.store(Arc::new(map));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_last_is_there_and_what_was_taken_away_is_not() {
        let map = Shards::default();
        map.change((0..2_000).map(|key| (key, Some(key))));
        map.change([(7, Some(70)), (8, None), (9_999, None)]);
        for key in 0..2_000 {
            let expected = match key {
                7 => Some(70),
                8 => None,
                key => Some(key),
            };
            assert_eq!(map.get(&key), expected);
        }
        assert_eq!(map.get(&9_999), None);
    }
}
