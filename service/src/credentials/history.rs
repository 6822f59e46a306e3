//! The audit events of one credential, for callers who may see it. The right to read the whole audit log is not needed.

use super::{CredentialTarget, Page, PageRequest};
use crate::{Caller, Result, use_cases::Credentials};
use domain::audit::AuditAction;
use store::{AuditFilter, AuditRecord};

impl Credentials<'_> {
    /// Returns a page of the events of a credential, newest first. `action` limits it to one kind of event.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Missing`] if the credential does not exist or is not within reach.
    pub async fn history(
        self,
        caller: &Caller,
        target: CredentialTarget,
        id: &str,
        action: Option<AuditAction>,
        page: &PageRequest,
    ) -> Result<Page<AuditRecord>> {
        let permit = self.service.permit(caller, target.read()).await?;
        let id = target.id(id)?;
        let mut tx = self.service.inner.db.read(&permit).await?;
        target.admits(tx.credential(id).await?)?;
        let filter = AuditFilter {
            action: action.map(|action| action.as_str().to_owned()),
            target: Some(id.to_string()),
            ..AuditFilter::default()
        };
        Ok(tx.audit_events(&filter, page).await?)
    }
}
