//! An index from hashes to positions in the table: open addressing with linear probing.
//!
//! Lookups take no lock, one writer inserts, and nothing is ever removed. Hashes must be evenly distributed. A
//! [`Tagged`] bucket also stores the hash, so that a lookup of a missing key rarely touches the table. A [`Plain`]
//! bucket is half as large.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Holds one position, or is empty.
pub(crate) trait Bucket: Default {
    /// `None` if the bucket is empty, and `Some(None)` if it certainly has another hash. Otherwise the position.
    fn read(&self, hash: u32) -> Option<Option<u32>>;
    fn write(&self, hash: u32, position: u32);
    /// The position, and the hash if the bucket stores it. `None` if the bucket is empty.
    fn entered(&self) -> Option<(Option<u32>, u32)>;
}

/// Eight bytes: the hash, and the position plus one.
#[derive(Default)]
pub(crate) struct Tagged(AtomicU64);

/// Four bytes: the position plus one.
#[derive(Default)]
pub(crate) struct Plain(AtomicU32);

impl Bucket for Tagged {
    fn read(&self, hash: u32) -> Option<Option<u32>> {
        let bucket = self.0.load(Ordering::Acquire);
        let position = (bucket as u32).checked_sub(1)?;
        Some(((bucket >> 32) as u32 == hash).then_some(position))
    }

    fn write(&self, hash: u32, position: u32) {
        self.0.store(u64::from(hash) << 32 | (u64::from(position) + 1), Ordering::Release);
    }

    fn entered(&self) -> Option<(Option<u32>, u32)> {
        let bucket = self.0.load(Ordering::Acquire);
        (bucket as u32).checked_sub(1).map(|position| (Some((bucket >> 32) as u32), position))
    }
}

impl Bucket for Plain {
    fn read(&self, _: u32) -> Option<Option<u32>> {
        self.0.load(Ordering::Acquire).checked_sub(1).map(Some)
    }

    fn write(&self, _: u32, position: u32) {
        self.0.store(position + 1, Ordering::Release);
    }

    fn entered(&self) -> Option<(Option<u32>, u32)> {
        self.0.load(Ordering::Acquire).checked_sub(1).map(|position| (None, position))
    }
}

pub(crate) struct Index<B> {
    buckets: Box<[B]>,
    used: AtomicUsize,
}

/// Largest percentage of buckets in use.
const FULL_PERCENT: usize = 80;

impl<B: Bucket> Index<B> {
    /// An empty index with room for this many positions.
    pub(crate) fn with_room_for(positions: usize) -> Self {
        let buckets = positions.max(64) * 100 / FULL_PERCENT + 1;
        Self { buckets: (0..buckets).map(|_| B::default()).collect(), used: AtomicUsize::new(0) }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.buckets.len() * size_of::<B>()
    }

    /// The first position with this hash that `is_it` accepts.
    pub(crate) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.probe(hash).find(|position| is_it(*position))
    }

    /// Calls `each` with every position that may have this hash.
    pub(crate) fn each(&self, hash: u32, each: impl FnMut(u32)) {
        self.probe(hash).for_each(each);
    }

    /// Inserts a position, or returns false if the index is full. Only one thread may call this at a time.
    pub(crate) fn insert(&self, hash: u32, position: u32) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        if (used + 1) * 100 > self.buckets.len() * FULL_PERCENT {
            return false;
        }
        let free = self.from(hash).find(|bucket| bucket.read(hash).is_none());
        free.into_iter().for_each(|bucket| bucket.write(hash, position));
        self.used.store(used + 1, Ordering::Relaxed);
        true
    }

    /// Every position, with its hash if the bucket stores it.
    pub(crate) fn entered(&self) -> impl Iterator<Item = (Option<u32>, u32)> + '_ {
        self.buckets.iter().filter_map(B::entered)
    }

    fn probe(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        self.from(hash).map_while(move |bucket| bucket.read(hash)).flatten()
    }

    fn from(&self, hash: u32) -> impl Iterator<Item = &B> {
        let start = ((u64::from(hash) * self.buckets.len() as u64) >> 32) as usize;
        self.buckets[start..].iter().chain(&self.buckets[..start])
    }
}
