//! Counts in memory how often each secret was presented, with the outcome, the time and the address.
//!
//! Owns: one meter per secret in use. A secret gets its meter from a pool at the first count, and gives it back after a
//! long quiet time. Verification only changes atomics. [`crate::usage`] reads the meters every few seconds and writes
//! the counts to the database.

use crate::table::Table;
use domain::{Timestamp, verify::Verdict};
use std::{
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
};

const OUTCOMES: usize = Verdict::ALL.len();
/// After this many readings without a count, a meter is taken from its secret. After as many more, another secret may
/// get it. A thread that is about to count on the meter has that much time.
const QUIET: u32 = 60;
/// Size of the sample of rejected calls kept between two readings.
const MAX_REFUSED: usize = 1024;

#[derive(Default)]
struct Meter {
    /// Position of the secret's entry in the table.
    position: AtomicU32,
    counts: [AtomicU32; OUTCOMES],
    /// Milliseconds since 1970; 0 if it was not used.
    used_at: AtomicU64,
    /// Both halves of the address and a checksum, which tells a reader that two writers collided.
    ip: [AtomicU64; 3],
    /// Consecutive readings without a count. Only the reader changes it.
    quiet: AtomicU32,
}

#[derive(Clone, Copy)]
pub(crate) struct Refused {
    pub(crate) position: u32,
    pub(crate) verdict: Verdict,
    pub(crate) at: Timestamp,
    pub(crate) ip: Option<IpAddr>,
}

/// The counts taken from one meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) meter: u32,
    pub(crate) position: u32,
    pub(crate) counts: Vec<(Verdict, u32)>,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) ip: Option<IpAddr>,
}

pub(crate) struct Meters {
    meters: boxcar::Vec<Meter>,
    free: crossbeam_queue::SegQueue<u32>,
    refused: crossbeam_queue::ArrayQueue<Refused>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            meters: boxcar::Vec::new(),
            free: crossbeam_queue::SegQueue::new(),
            refused: crossbeam_queue::ArrayQueue::new(MAX_REFUSED),
        }
    }
}

impl Meters {
    /// Counts one presentation of the secret at this position.
    pub(crate) fn count(&self, table: &Table, position: u32, verdict: Verdict, now: Timestamp, ip: Option<IpAddr>) {
        let Some(meter) = self.of(table, position) else { return };
        meter.counts[verdict.index()].fetch_add(1, Ordering::Relaxed);
        if verdict.is_use() {
            meter.used_at.fetch_max(now.millis().cast_unsigned(), Ordering::Relaxed);
            let words = pack(ip);
            if meter.ip[2].load(Ordering::Relaxed) != words[2] {
                meter.ip.iter().zip(words).for_each(|(word, value)| word.store(value, Ordering::Relaxed));
            }
        }
        if verdict != Verdict::Valid {
            // If the queue is full, the sample is large enough.
            let _ = self.refused.push(Refused { position, verdict, at: now, ip });
        }
    }

    fn of(&self, table: &Table, position: u32) -> Option<&Meter> {
        let slot = table.meter(position)?;
        let known = slot.load(Ordering::Acquire);
        if known != 0 {
            return self.meters.get(known as usize - 1);
        }
        let number = match self.free.pop() {
            Some(number) => number,
            None => u32::try_from(self.meters.push(Meter::default())).ok()?,
        };
        self.meters.get(number as usize)?.position.store(position, Ordering::Release);
        let number = match slot.compare_exchange(0, number + 1, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => number,
            Err(other) => {
                self.free.push(number);
                other - 1
            }
        };
        self.meters.get(number as usize)
    }

    /// Number of meters, in use or not.
    pub(crate) fn len(&self) -> usize {
        self.meters.count()
    }

    /// Reads and resets meters from number `from` on, until `most` of them had counts. Returns the number of the next
    /// meter, if there are more. Only one thread may read at a time.
    pub(crate) fn read(&self, table: &Table, from: usize, most: usize) -> (Vec<Reading>, Option<usize>) {
        let mut readings = Vec::new();
        for at in from..self.meters.count() {
            let Some(meter) = self.meters.get(at) else { continue };
            let number = at as u32;
            if readings.len() == most {
                return (readings, Some(at));
            }
            let counted = |verdict: Verdict| {
                let count = meter.counts[verdict.index()].swap(0, Ordering::AcqRel);
                (count > 0).then_some((verdict, count))
            };
            let counts: Vec<_> = Verdict::ALL.into_iter().filter_map(counted).collect();
            let position = meter.position.load(Ordering::Acquire);
            if counts.is_empty() {
                self.rest(table, meter, number, position);
                continue;
            }
            meter.quiet.store(0, Ordering::Relaxed);
            let used_at = meter.used_at.swap(0, Ordering::AcqRel);
            let words = std::array::from_fn(|word| meter.ip[word].load(Ordering::Relaxed));
            readings.push(Reading {
                meter: number,
                position,
                counts,
                used_at: (used_at != 0).then(|| Timestamp::from_millis(used_at.cast_signed())),
                ip: unpack(words),
            });
        }
        (readings, None)
    }

    fn rest(&self, table: &Table, meter: &Meter, number: u32, position: u32) {
        let quiet = meter.quiet.fetch_add(1, Ordering::Relaxed) + 1;
        if quiet == QUIET {
            if let Some(slot) = table.meter(position) {
                let _ = slot.compare_exchange(number + 1, 0, Ordering::AcqRel, Ordering::Relaxed);
            }
        } else if quiet == 2 * QUIET {
            meter.ip.iter().for_each(|word| word.store(0, Ordering::Relaxed));
            self.free.push(number);
        }
    }

    /// Adds back a reading that could not be written.
    pub(crate) fn put_back(&self, reading: &Reading) {
        let Some(meter) = self.meters.get(reading.meter as usize) else { return };
        for (verdict, count) in &reading.counts {
            meter.counts[verdict.index()].fetch_add(*count, Ordering::Relaxed);
        }
        if let Some(used_at) = reading.used_at {
            meter.used_at.fetch_max(used_at.millis().cast_unsigned(), Ordering::Relaxed);
        }
    }

    /// Takes the sample of rejected calls since the previous call.
    pub(crate) fn refused(&self) -> Vec<Refused> {
        std::iter::from_fn(|| self.refused.pop()).take(MAX_REFUSED).collect()
    }
}

/// Makes the checksum of an all-zero address differ from 0, which means that there is no address.
const MARK: u64 = 0x6d69_6e74_6d61_726b;

fn pack(ip: Option<IpAddr>) -> [u64; 3] {
    let Some(ip) = ip else { return [0; 3] };
    let bits = match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    let (high, low) = ((bits >> 64) as u64, bits as u64);
    [high, low, check(high, low)]
}

fn check(high: u64, low: u64) -> u64 {
    high.rotate_left(32).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ low ^ MARK
}

fn unpack([high, low, mark]: [u64; 3]) -> Option<IpAddr> {
    let bits = u128::from(high) << 64 | u128::from(low);
    (mark != 0 && mark == check(high, low)).then(|| IpAddr::V6(Ipv6Addr::from_bits(bits)).to_canonical())
}

#[cfg(test)]
#[path = "meters_tests.rs"]
mod tests;
