//! Checks whether an organization's chain is intact.
//!
//! Owns: finding the first event that was changed, removed, added or moved, and noticing a missing tail. The head
//! records the length of the chain. Events from before chains were keyed come first and are followed by a keyed event.
//! Without the key, nobody can rewrite them either. The check can't notice a tail that was removed together with the
//! head, or an older copy of the whole database. To detect those, keep the hash of a recent event elsewhere.

use super::{
    AuditKeys,
    record::{EventRow, GENESIS},
};
use crate::{
    ReadTx, Result,
    backend::{Conn, fetch_all, fetch_optional},
    sql::{audit::columns, statements},
};
use domain::ids::OrgId;

const BATCH: i64 = 500;

/// The result of verifying a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    /// Every event is as it was written.
    Whole {
        /// Number of events.
        events: i64,
        /// Number of leading events that were written before chains were keyed.
        unkeyed: i64,
    },
    /// The chain is intact before event `seq`, but not from there on.
    Broken {
        /// Number of the first bad event.
        seq: i64,
        fault: ChainFault,
    },
}

/// The fault of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// The content does not match the hash.
    Altered,
    /// The previous hash does not match the preceding event.
    Unlinked,
    /// The event is missing.
    Removed,
    /// The chain ends here, but the head differs.
    HeadDiffers,
    /// The event is hashed with plain SHA-256 where a key is required: it follows a keyed event, or no
    /// keyed event follows it.
    Unkeyed,
    /// The event names a key version that this installation does not have.
    UnknownKey,
}

impl ReadTx {
    /// Recomputes the chain of the permit's organization from its first event to its head.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available. A broken chain is a result, not an error.
    pub async fn verify_chain(&mut self) -> Result<ChainVerdict> {
        let org = self.permit().org();
        verify(&mut self.conn, &self.audit_keys, org).await
    }
}

/// Recomputes the chain of an organization from its first event to its head.
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

statements! {
    HEAD = "SELECT seq, hash FROM audit_heads WHERE org_id = $1";

    /// In chain order, after the number $2.
    EVENTS_AFTER = concat!("SELECT ", columns!(), "
        FROM audit_events e
        WHERE e.org_id = $1 AND e.seq > $2
        ORDER BY e.seq
        LIMIT $3");
}
