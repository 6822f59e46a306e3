//! Whether an organisation's chain is whole.
//!
//! Owns: naming the first event that was changed, removed, added or moved, and noticing a tail that was cut off
//! (the head knows how far the chain went). Events from before chains were keyed come first and have a keyed event after
//! them, so that nobody without the key rewrites them either. It cannot notice a tail that was removed together with the
//! head, or an older copy of the database in its place; for that, keep the hash of a late event elsewhere.

use super::{
    AuditKeys,
    record::{EventRow, GENESIS},
};
use crate::{
    ReadTx, Result,
    backend::{Conn, fetch_all, fetch_optional},
    sql::audit::{EVENTS_AFTER, HEAD},
};
use domain::ids::OrgId;

const BATCH: i64 = 500;

/// What verifying a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    /// Every event is as it was written.
    Whole {
        /// How many.
        events: i64,
        /// How many of them, from the first on, were written before chains were keyed.
        unkeyed: i64,
    },
    /// Up to here it is; not from here on.
    Broken {
        /// The number of the first bad event.
        seq: i64,
        /// What is wrong with it.
        fault: ChainFault,
    },
}

/// What is wrong with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// Its content does not have its hash.
    Altered,
    /// It does not follow the event before it.
    Unlinked,
    /// It is not there.
    Removed,
    /// The chain ends here, but the head says otherwise.
    HeadDiffers,
    /// It has no key where one is due: it was written by SHA-256 after a keyed event, or nothing keyed follows.
    Unkeyed,
    /// It names a key that this installation does not have.
    UnknownKey,
}

impl ReadTx {
    /// Recomputes the chain of the permit's organisation from its first event to its head.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`]. A broken chain is an answer, not an error.
    pub async fn verify_chain(&mut self) -> Result<ChainVerdict> {
        let org = self.permit().org();
        verify(&mut self.conn, &self.audit_keys, org).await
    }
}

/// Recomputes the chain of an organisation.
pub(crate) async fn verify(conn: &mut Conn, keys: &AuditKeys, org: OrgId) -> Result<ChainVerdict> {
    let org = org.to_string();
    let head = fetch_optional!(&mut *conn, (i64, Vec<u8>), HEAD, org.as_str())?;
    let (mut seq, mut hash, mut unkeyed) = (0, GENESIS.to_vec(), 0);
    loop {
        let batch = fetch_all!(&mut *conn, EventRow, EVENTS_AFTER, org.as_str(), seq, BATCH)?;
        let end = batch.len() < BATCH as usize;
        for record in batch {
            if let Some(fault) = fault(&record, keys, seq, &hash) {
                return Ok(ChainVerdict::Broken { seq: seq + 1, fault });
            }
            match record.key_version {
                None if unkeyed < seq => return Ok(ChainVerdict::Broken { seq: seq + 1, fault: ChainFault::Unkeyed }),
                None => unkeyed += 1,
                Some(_) => {}
            }
            (seq, hash) = (record.seq, record.hash);
        }
        if end {
            break;
        }
    }
    let (head_seq, head_hash) = head.unwrap_or((0, GENESIS.to_vec()));
    Ok(match head_seq {
        _ if head_seq > seq => ChainVerdict::Broken { seq: seq + 1, fault: ChainFault::Removed },
        _ if (head_seq, &head_hash) != (seq, &hash) => ChainVerdict::Broken { seq, fault: ChainFault::HeadDiffers },
        _ if seq > 0 && unkeyed == seq => ChainVerdict::Broken { seq, fault: ChainFault::Unkeyed },
        _ => ChainVerdict::Whole { events: seq, unkeyed },
    })
}

fn fault(record: &EventRow, keys: &AuditKeys, last_seq: i64, last_hash: &[u8]) -> Option<ChainFault> {
    let digest = record.digest(keys);
    if record.seq != last_seq + 1 {
        Some(ChainFault::Removed)
    } else if record.prev_hash != last_hash {
        Some(ChainFault::Unlinked)
    } else if digest.is_none() {
        Some(ChainFault::UnknownKey)
    } else if digest.is_some_and(|digest| record.hash != digest) {
        Some(ChainFault::Altered)
    } else {
        None
    }
}
