//! Reading the catalogue.
//!
//! Owns: how much of it is read. Operations are read for whoever asks about operations, and for nothing else.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::{Action, Permit},
    credential::CredentialKind,
    ids::{ApiId, OrgId},
    operation::{Api, Catalogue, GrantCatalogue, Operation, UserContext, management_api},
};

impl Service {
    /// What an organisation sees: Mintmark's own API, the platform's and its own.
    pub(crate) async fn catalogue(&self, org: OrgId) -> Result<Catalogue> {
        let management = management_api(&self.inner.management_audience);
        Ok(Catalogue::new(management, self.inner.db.apis_of(org).await?))
    }

    /// What the credentials of the permit's organization are checked against. Reads no operations.
    pub(crate) async fn grant_catalogue(&self, permit: &Permit) -> Result<GrantCatalogue> {
        let mut tx = self.inner.db.read(permit).await?;
        let (apis, scopes) = (tx.api_identities().await?, tx.api_scopes().await?);
        Ok(GrantCatalogue::new(permit.org(), &self.inner.management_audience, apis, scopes))
    }

    /// The catalogue of the caller's organisation.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn show_catalogue(&self, caller: &Caller) -> Result<Catalogue> {
        let permit = self.permit(caller, Action::ReadApis).await?;
        self.catalogue(permit.org()).await
    }

    /// One API of the catalogue.
    ///
    /// # Errors
    /// [`ServiceError::Missing`].
    pub async fn show_api(&self, caller: &Caller, id: &str) -> Result<Api> {
        let permit = self.permit(caller, Action::ReadApis).await?;
        let id: ApiId = id.parse().map_err(|_| ServiceError::Missing)?;
        let management = management_api(&self.inner.management_audience);
        if id == management.id {
            return Ok(management);
        }
        let api = self.inner.db.read(&permit).await?.api(id).await?;
        Catalogue::new(management, vec![api]).into_apis().pop().ok_or(ServiceError::Missing)
    }

    /// The APIs of the catalogue, each with the operations that a credential of `kind` could be given scopes for, or with all
    /// of its operations.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn list_operations(&self, caller: &Caller, kind: Option<CredentialKind>) -> Result<Vec<Api>> {
        let mut apis = self.show_catalogue(caller).await?.into_apis();
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
