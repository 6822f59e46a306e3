//! Write transactions for callers that still exist.
//!
//! A credential that was revoked after it was recognized can no longer change anything. Writers of one organization
//! take turns, so the facts read here stay true until the commit.

use crate::{Challenge, Result, Service, ServiceError, repeatable::complete_held};
use domain::{
    Timestamp,
    access::Permit,
    audit::{AuditDetail, AuditEvent, Target},
    ids::EventId,
};
use store::WriteTx;

impl Service {
    /// Opens a write transaction.
    ///
    /// # Errors
    /// * [`ServiceError::Unauthenticated`] if the calling credential no longer works.
    /// * [`ServiceError::Busy`] if the organization has made too many changes within a minute.
    pub(crate) async fn write(&self, permit: &Permit) -> Result<WriteTx> {
        self.limits().count_change(permit).await?;
        let mut tx = self.inner.db.write(permit).await?;
        if let Some(own) = permit.actor().credential() {
            let credential = tx.credential(own).await?;
            if !credential.status(self.now()).is_live() {
                return Err(ServiceError::Unauthenticated(Challenge::Invalid("The token no longer works.")));
            }
        }
        Ok(tx)
    }

    /// Makes an audit event of this moment.
    pub(crate) fn event(&self, target: impl Into<Target>, detail: &AuditDetail) -> AuditEvent {
        self.event_at(self.now(), target, detail)
    }

    pub(crate) fn event_at(&self, at: Timestamp, target: impl Into<Target>, detail: &AuditDetail) -> AuditEvent {
        AuditEvent::new(EventId::new(at, self.inner.sources.entropy()), at, target, detail)
    }

    /// Commits the transaction with its event, and updates this node's snapshot before the request gets its reply.
    ///
    /// # Errors
    /// Fails like [`WriteTx::commit`]. If only the snapshot cannot be updated, the change stays committed, and this
    /// node verifies nothing until the update succeeds.
    pub(crate) async fn commit(&self, mut tx: WriteTx, event: AuditEvent) -> Result<Option<i64>> {
        complete_held(&mut tx, &event.target.id).await?;
        let seq = tx.commit(event).await?;
        if let Some(seq) = seq {
            self.inner.engine.apply_own(seq).await;
        }
        Ok(seq)
    }
}
