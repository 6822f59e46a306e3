//! Reads the catalog.
//!
//! Operations are read only for callers that ask about operations, because a catalog may have very many.

use crate::{Caller, Result, ServiceError, use_cases::Apis};
use domain::{
    access::{Action, Permit},
    credential::CredentialKind,
    ids::{ApiId, OrgId},
    operation::{Api, Catalog, GrantCatalog, Operation, UserContext, management_api},
};

impl Apis<'_> {
    /// Returns the catalog that an organization sees: Mintmark's own API, the platform's APIs and its own.
    pub(crate) async fn catalog(self, org: OrgId) -> Result<Catalog> {
        let management = management_api(&self.service.inner.management_audience);
        Ok(Catalog::new(management, self.service.inner.db.apis_of(org).await?))
    }

    /// Returns the catalog that credentials of the permit's organization are checked against. Reads no operations.
    pub(crate) async fn grant_catalog(self, permit: &Permit) -> Result<GrantCatalog> {
        let mut tx = self.service.inner.db.read(permit).await?;
        let (apis, scopes) = (tx.api_identities().await?, tx.api_scopes().await?);
        Ok(GrantCatalog::new(permit.org(), &self.service.inner.management_audience, apis, scopes))
    }

    /// Returns the catalog of the caller's organization.
    ///
    /// # Errors
    /// Fails if the caller may not read APIs, or if the database is not available.
    pub async fn show_catalog(self, caller: &Caller) -> Result<Catalog> {
        let permit = self.service.permit(caller, Action::ReadApis).await?;
        self.catalog(permit.org()).await
    }

    /// Returns one API of the catalog.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the organization does not see such an API.
    pub async fn show(self, caller: &Caller, id: &str) -> Result<Api> {
        let permit = self.service.permit(caller, Action::ReadApis).await?;
        let id: ApiId = id.parse().map_err(|_| ServiceError::Missing)?;
        let management = management_api(&self.service.inner.management_audience);
        if id == management.id {
            return Ok(management);
        }
        let api = self.service.inner.db.read(&permit).await?.api(id).await?;
        Catalog::new(management, vec![api]).into_apis().pop().ok_or(ServiceError::Missing)
    }

    /// Returns the APIs of the catalog with their operations. With `kind`, keeps only operations whose user context
    /// fits credentials of that kind.
    ///
    /// # Errors
    /// Fails if the caller may not read APIs, or if the database is not available.
    pub async fn list_operations(self, caller: &Caller, kind: Option<CredentialKind>) -> Result<Vec<Api>> {
        let mut apis = self.show_catalog(caller).await?.into_apis();
        let has_user = kind.map(|kind| kind.rules().has_user);
        let fits = |operation: &Operation| {
            !matches!(
                (has_user, operation.user_context),
                (Some(false), UserContext::Required) | (Some(true), UserContext::Forbidden)
            )
        };
        for api in &mut apis {
            api.operations.retain(fits);
        }
        Ok(apis)
    }
}
