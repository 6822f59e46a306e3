//! Reads the audit log.
//!
//! Owns who may read it. Every other use case writes it, in the transaction of its own change.

use crate::{Caller, Result, use_cases::AuditLog};
use domain::access::Action;
use store::Page;
pub use store::{AuditFilter, AuditRecord, PageRequest};

impl AuditLog<'_> {
    /// Returns a page of the organization's events, newest first.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`], or with [`crate::ServiceError::Invalid`] for a bad cursor.
    pub async fn list(self, caller: &Caller, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditRecord>> {
        let permit = self.service.permit(caller, Action::ReadAudit).await?;
        Ok(self.service.inner.db.read(&permit).await?.audit_events(filter, page).await?)
    }

    /// Returns one event of the organization by its number.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`] or [`crate::ServiceError::Missing`].
    pub async fn show(self, caller: &Caller, number: i64) -> Result<AuditRecord> {
        let permit = self.service.permit(caller, Action::ReadAudit).await?;
        Ok(self.service.inner.db.read(&permit).await?.audit_event(number).await?)
    }
}
