//! Adds keys to the audit chains of a database that is older than keyed chains.
//!
//! Appends one keyed event to each chain. That event also protects the earlier ones: without the key they can no longer
//! be rewritten. Runs once, at the first start (see `keyring`). The next start completes an interrupted run.

use crate::{Sources, keyring::KeyringError};
use domain::{
    access::{Action, Actor, RequestContext},
    audit::{AuditDetail, AuditEvent, Target},
    ids::{EventId, OrgId},
};
use store::{Db, StoreError};

const JOB: &str = "audit_chain";

/// Appends a keyed event to every chain that does not end with one.
pub(crate) async fn key_all(db: &Db, sources: &Sources) -> Result<(), KeyringError> {
    for org in db.org_ids().await? {
        key(db, org, sources).await?;
    }
    Ok(())
}

async fn key(db: &Db, org: OrgId, sources: &Sources) -> Result<(), KeyringError> {
    let permit = Actor::system(org, JOB).permit(Action::KeyAuditChain, &RequestContext::default());
    let permit = permit.map_err(|denied| StoreError::Internal(denied.into()))?;
    let mut tx = db.write(&permit).await?;
    if tx.is_chain_keyed().await? {
        return Ok(());
    }
    let now = sources.now();
    let target = Target { kind: "organization", id: org.to_string(), name: None };
    let id = EventId::new(now, sources.entropy());
    tx.commit(AuditEvent::new(id, now, target, &AuditDetail::AuditChainKeyed {})).await?;
    Ok(())
}
