//! An index from a hash to places in the table: open addressing with linear probing, eight bytes a bucket.
//!
//! Owns: finding without a lock, and one writer that inserts. Nothing is ever taken out. A bucket holds 32 bits of the hash
//! and the place plus one; the hash must be evenly spread.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

pub(super) struct Index {
    buckets: Box<[AtomicU64]>,
    used: AtomicUsize,
}

/// Of a hundred buckets, this many may be in use.
const FULL_PERCENT: usize = 80;

impl Index {
    /// An empty index that takes so many places.
    pub(super) fn with_room_for(places: usize) -> Self {
        let buckets = places.max(64) * 100 / FULL_PERCENT + 1;
        Self { buckets: (0..buckets).map(|_| AtomicU64::new(0)).collect(), used: AtomicUsize::new(0) }
    }

    /// The bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.buckets.len() * size_of::<AtomicU64>()
    }

    /// The first place with this hash that is the one sought.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.probe(hash).find(|place| is_it(*place))
    }

    /// Every place that may have this hash.
    pub(super) fn each(&self, hash: u64, each: impl FnMut(u32)) {
        self.probe(hash).for_each(each);
    }

    /// Enters a place; not if the index is full. One writer at a time.
    pub(super) fn insert(&self, hash: u64, place: u32) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        if (used + 1) * 100 > self.buckets.len() * FULL_PERCENT {
            return false;
        }
        let mut at = self.start(hash);
        while self.buckets[at].load(Ordering::Relaxed) != 0 {
            at = (at + 1) % self.buckets.len();
        }
        self.buckets[at].store(hash << 32 | u64::from(place) + 1, Ordering::Release);
        self.used.store(used + 1, Ordering::Relaxed);
        true
    }

    fn probe(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let tag = hash as u32;
        let from = self.start(hash);
        let buckets = self.buckets[from..].iter().chain(&self.buckets[..from]);
        let used = buckets.map(|bucket| bucket.load(Ordering::Acquire)).take_while(|bucket| *bucket != 0);
        used.filter(move |bucket| (bucket >> 32) as u32 == tag).map(|bucket| (bucket as u32).wrapping_sub(1))
    }

    fn start(&self, hash: u64) -> usize {
        (u128::from(hash) * self.buckets.len() as u128 >> 64) as usize
    }
}
