//! Write transactions for callers that still exist.
//!
//! Owns: that a credential which was revoked after it was recognised changes nothing any more. Writers of one
//! organisation take turns, so what is seen here stays true until the commit.

use crate::{Challenge, Result, Service, ServiceError, repeatable::complete_held};
use domain::{access::Permit, audit::AuditEvent};
use store::WriteTx;

impl Service {
    /// Opens a write transaction.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] if the credential that calls does not work any more, [`ServiceError::RateLimited`]
    /// if its organization has made as many changes within a minute as it may.
    pub(crate) async fn write(&self, permit: &Permit) -> Result<WriteTx> {
        self.count_change(permit).await?;
        let mut tx = self.inner.db.write(permit).await?;
        if let Some(own) = permit.actor().credential() {
            let credential = tx.credential(own).await?;
            if !credential.status(self.now()).is_live() {
                return Err(ServiceError::Unauthenticated(Challenge::Invalid("The token was revoked.")));
            }
        }
        Ok(tx)
    }

    /// Commits with its event, and lets this node's memory know before anybody is answered.
    ///
    /// # Errors
    /// As [`WriteTx::commit`]. The change stands when only the memory could not be told: then nothing is verified until it is.
    pub(crate) async fn commit(&self, mut tx: WriteTx, event: AuditEvent) -> Result<Option<i64>> {
        complete_held(&mut tx, &event.target.id).await?;
        let seq = tx.commit(event).await?;
        let memory = &self.inner.memory;
        match seq {
            // A command that verifies nothing has nothing in memory to keep true. Whoever fills it needs this change.
            Some(seq) if !memory.is_loaded() => memory.require(seq),
            Some(seq) => {
                if let Err(error) = self.catch_up_to(seq).await {
                    memory.require(seq);
                    tracing::warn!(%error, "a change is committed and not in memory; verification waits for it");
                }
            }
            None => {}
        }
        Ok(seq)
    }
}
