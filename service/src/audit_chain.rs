//! Keying the audit chains of a database from before they were keyed.
//!
//! Owns: one keyed event at the end of each chain. It fixes everything before it: nobody without the key can rewrite those
//! events either. Runs once, at the first start (see `keyring`); a start that was interrupted is completed by the next.

use crate::{Sources, keyring::KeyringError};
use domain::{
    access::{Action, Actor, Origin},
    audit::{AuditAction, AuditEvent, Target},
    ids::{EventId, OrgId},
};
use serde_json::json;
use store::{Db, StoreError};

const JOB: &str = "audit_chain";

/// Adds a keyed event to every chain that does not end with one.
pub(crate) async fn key_all(db: &Db, sources: &Sources) -> Result<(), KeyringError> {
    for org in db.org_ids().await? {
        key(db, org, sources).await?;
    }
    Ok(())
}

async fn key(db: &Db, org: OrgId, sources: &Sources) -> Result<(), KeyringError> {
    let permit = Actor::system(org, JOB).permit(Action::KeyAuditChain, &Origin::default());
    let permit = permit.map_err(|denied| StoreError::Internal(denied.into()))?;
    let mut tx = db.write(&permit).await?;
    if tx.is_chain_keyed().await? {
        return Ok(());
    }
    let now = sources.now();
    let event = AuditEvent {
        id: EventId::new(now, sources.entropy()),
        at: now,
        action: AuditAction::AuditChainKeyed,
        target: Target { kind: "organisation", id: org.to_string(), name: None },
        detail: json!({}),
    };
    tx.commit(event).await?;
    Ok(())
}
