//! Adds an event inside a write transaction.
//!
//! Owns: the event's number. The first statement of the transaction locks the end of the chain. On PostgreSQL the next
//! writer of the organization then waits for this transaction; SQLite has one writer anyway. The end moves in the
//! transaction that adds the event, so a rollback leaves no gap.

use super::{
    AuditKeys,
    record::{EventRow, GENESIS},
};
use crate::{
    Result, StoreError,
    backend::{Conn, execute, fetch_optional},
    sql::statements,
    tx::changed_one,
};
use domain::{access::Permit, audit::AuditEvent, ids::OrgId};

/// The end of an organization's chain, locked until the transaction ends.
#[derive(Debug)]
pub(crate) struct Head {
    seq: i64,
    hash: Vec<u8>,
}

/// Locks the end of the organization's chain. Waits for the current writer, and makes later writers wait.
pub(crate) async fn hold(conn: &mut Conn, org: OrgId) -> Result<Head> {
    let row = fetch_optional!(conn, (i64, Vec<u8>), HOLD_HEAD, org.to_string(), GENESIS.to_vec())?;
    let (seq, hash) = row.ok_or_else(|| StoreError::damaged("audit head", "it was not returned"))?;
    Ok(Head { seq, hash })
}

/// Returns whether the newest event is keyed. A chain without events counts as keyed, because its first event will be.
pub(crate) async fn is_keyed(conn: &mut Conn, head: &Head, org: OrgId) -> Result<bool> {
    let row = fetch_optional!(conn, (Option<i32>,), KEY_OF_EVENT, org.to_string(), head.seq)?;
    Ok(row.is_none_or(|(version,)| version.is_some()))
}

/// Adds the event to the chain and moves the end of the chain.
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

statements! {
    /// Locks the row for which an organization's writers queue, and returns the end of its chain. Number 0 and hash $2
    /// mean a chain without events.
    HOLD_HEAD = "INSERT INTO audit_heads (org_id, seq, hash) VALUES ($1, 0, $2)
        ON CONFLICT (org_id) DO UPDATE SET seq = audit_heads.seq
        RETURNING seq, hash";

    MOVE_HEAD = "UPDATE audit_heads SET seq = $3, hash = $4 WHERE org_id = $1 AND seq = $2";

    KEY_OF_EVENT = "SELECT key_version FROM audit_events WHERE org_id = $1 AND seq = $2";

    INSERT_EVENT = "INSERT INTO audit_events (org_id, seq, id, at, action, actor_type, actor_id, actor_name,
            actor_credential_id, actor_credential_name, actor_session_id, target_type, target_id, target_name,
            detail, request_id, ip, user_agent, prev_hash, hash, key_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
}
