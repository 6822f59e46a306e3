//! What happened to one credential, for whoever may see it, whether or not they may read the whole audit log.

use super::{Page, PageRequest, Which};
use crate::{Caller, Result, Service};
use domain::audit::AuditAction;
use store::{AuditFilter, AuditRecord};

impl Service {
    /// A page of the events that were done to a credential, newest first; with `action`, only those of it.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`] if the credential is not there or not within reach.
    pub async fn credential_history(
        &self,
        caller: &Caller,
        which: Which,
        id: &str,
        action: Option<AuditAction>,
        page: &PageRequest,
    ) -> Result<Page<AuditRecord>> {
        let permit = self.permit(caller, which.read()).await?;
        let id = which.id(id)?;
        let mut tx = self.inner.db.read(&permit).await?;
        which.admits(tx.credential(id).await?)?;
        let filter = AuditFilter {
            action: action.map(|action| action.as_str().to_owned()),
            target: Some(id.to_string()),
            ..AuditFilter::default()
        };
        Ok(tx.audit_events(&filter, page).await?)
    }
}
