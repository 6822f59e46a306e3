//! Service accounts: users without a login that an organization owns, for tokens that must outlive people.
//!
//! A caller cannot give a service account a role with rights that they do not have. Its tokens are created like any
//! others; see [`crate::credentials::CredentialTarget::ServiceAccount`].

use crate::{Caller, Result, ServiceError, use_cases::ServiceAccounts};
use domain::{
    Description, Name,
    access::{Action, ServiceAccountRole, UnknownServiceAccountRole, may_give},
    account::ServiceAccount,
    audit::AuditDetail,
    code::FlawCode,
    error::{FieldErrors, Flaw},
    ids::ServiceAccountId,
};
use store::{Page, PageRequest};

impl ServiceAccounts<'_> {
    /// Creates a service account.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`], which lists every flaw, or with the errors of [`may_give`] for a role
    /// beyond the caller's rights.
    pub async fn create(self, caller: &Caller, name: &str, description: &str, role: &str) -> Result<ServiceAccount> {
        let permit = self.service.permit(caller, Action::ManageServiceAccounts).await?;
        let mut errors = FieldErrors::default();
        let name = errors.check("/name", Name::parse(name));
        let description = errors.check("/description", Description::parse(description));
        let unknown = |error: UnknownServiceAccountRole| Flaw::new(FlawCode::UnknownRole, error.to_string());
        let role = errors.check("/role", role.parse::<ServiceAccountRole>().map_err(unknown));
        let (Some(name), Some(description), Some(role)) = (name, description, role) else { return Err(errors.into()) };
        let now = self.service.now();
        let id = ServiceAccountId::new(now, self.service.inner.sources.entropy());
        let account = ServiceAccount { id, org: permit.org(), name, description, role, created_at: now };
        let mut tx = self.service.write(&permit).await?;
        let by = self.service.members().rights_now(&mut tx).await?;
        may_give(&by.rights, &by.rights_of(&role.into()))?;
        self.service.limits().check(&mut tx, domain::limits::Limit::ServiceAccounts, 1).await?;
        tx.insert_service_account(&account).await?;
        self.service
            .commit(tx, self.service.event_at(now, &account, &AuditDetail::ServiceAccountCreated { role }))
            .await?;
        Ok(account)
    }

    /// Returns a page of the organization's service accounts, newest first.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn list(self, caller: &Caller, page: &PageRequest) -> Result<Page<ServiceAccount>> {
        let permit = self.service.permit(caller, Action::ReadServiceAccounts).await?;
        Ok(self.service.inner.db.read(&permit).await?.list_service_accounts(page).await?)
    }

    /// Returns the service account with this id.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if there is no such service account.
    pub async fn show(self, caller: &Caller, id: &str) -> Result<ServiceAccount> {
        let permit = self.service.permit(caller, Action::ReadServiceAccounts).await?;
        let id: ServiceAccountId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.service.inner.db.read(&permit).await?.service_account(id).await?)
    }
}
