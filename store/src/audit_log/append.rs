//! Adding an event inside a writing transaction.
//!
//! Owns: the number. The end of the chain is held by the transaction's first statement, which on PostgreSQL makes the
//! next writer of the same organisation wait for this one's end (on SQLite there is one writer anyhow). The end
//! moves in the transaction that adds the event, so a rollback leaves no gap.

use super::{
    AuditKeys,
    record::{EventRow, GENESIS},
};
use crate::{
    Result, StoreError,
    backend::{Conn, execute, fetch_optional},
    sql::audit::{HOLD_HEAD, INSERT_EVENT, KEY_OF_EVENT, MOVE_HEAD},
    tx::changed_one,
};
use domain::{access::Permit, audit::AuditEvent, ids::OrgId};

/// The end of an organisation's chain, held until the transaction ends.
#[derive(Debug)]
pub(crate) struct Head {
    seq: i64,
    hash: Vec<u8>,
}

/// Waits until nobody else writes in this organisation, and keeps others waiting.
pub(crate) async fn hold(conn: &mut Conn, org: OrgId) -> Result<Head> {
    let row = fetch_optional!(conn, (i64, Vec<u8>), HOLD_HEAD, org.to_string(), GENESIS.to_vec())?;
    let (seq, hash) = row.ok_or_else(|| StoreError::damaged("audit head", "it was not returned"))?;
    Ok(Head { seq, hash })
}

/// Whether the newest event is keyed. A chain without events counts as keyed: its first event will be.
pub(crate) async fn is_keyed(conn: &mut Conn, head: &Head, org: OrgId) -> Result<bool> {
    let row = fetch_optional!(conn, (Option<i32>,), KEY_OF_EVENT, org.to_string(), head.seq)?;
    Ok(row.is_none_or(|(version,)| version.is_some()))
}

/// Adds the event to the chain and moves its end.
pub(crate) async fn append(
    conn: &mut Conn,
    head: Head,
    keys: &AuditKeys,
    permit: &Permit,
    event: &AuditEvent,
) -> Result<()> {
    let record = EventRow::new(permit, event, head.seq + 1, head.hash, keys.current()?);
    execute!(
        &mut *conn,
        INSERT_EVENT,
        record.org_id.as_str(),
        record.seq,
        record.id.as_str(),
        record.at,
        record.action.as_str(),
        record.actor_type.as_str(),
        record.actor_id.as_str(),
        record.actor_name.as_str(),
        record.actor_credential_id.as_deref(),
        record.actor_credential_name.as_deref(),
        record.actor_session_id.as_deref(),
        record.target_type.as_str(),
        record.target_id.as_str(),
        record.target_name.as_deref(),
        record.detail.as_str(),
        record.request_id.as_str(),
        record.ip.as_deref(),
        record.user_agent.as_deref(),
        record.prev_hash.as_slice(),
        record.hash.as_slice(),
        record.key_version,
    )?;
    changed_one(execute!(conn, MOVE_HEAD, record.org_id.as_str(), head.seq, record.seq, record.hash.as_slice())?)
}
