//! The audit log: reading it.
//!
//! Owns: who may read it. It is written by every other use case, as part of its own transaction.

use crate::{Caller, Result, Service};
use domain::access::Action;
use store::Page;
pub use store::{AuditFilter, AuditRecord, PageRequest};

impl Service {
    /// A page of the organisation's events, newest first.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`], or [`crate::ServiceError::Invalid`] for a bad cursor.
    pub async fn audit_events(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Page<AuditRecord>> {
        let permit = self.permit(caller, Action::ReadAudit).await?;
        Ok(self.inner.db.read(&permit).await?.audit_events(filter, page).await?)
    }

    /// One event of the organisation by its number.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`], or [`crate::ServiceError::Missing`].
    pub async fn audit_event(&self, caller: &Caller, number: i64) -> Result<AuditRecord> {
        let permit = self.permit(caller, Action::ReadAudit).await?;
        Ok(self.inner.db.read(&permit).await?.audit_event(number).await?)
    }
}
