//! Reading the catalogue.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    credential::CredentialKind,
    ids::OrgId,
    operation::{Api, Catalogue, Operation, UserContext, management_api},
};

/// An operation with the API it belongs to.
#[derive(Clone, Debug)]
pub struct ListedOperation {
    /// The API.
    pub api: Api,
    /// The operation.
    pub operation: Operation,
}

impl Service {
    /// What an organisation sees: Mintmark's own API, the platform's and its own.
    pub(crate) async fn catalogue(&self, org: OrgId) -> Result<Catalogue> {
        let management = management_api(&self.inner.management_audience);
        Ok(Catalogue::new(org, management, self.inner.db.apis_of(org).await?))
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
        let catalogue = self.show_catalogue(caller).await?;
        catalogue.apis().iter().find(|api| api.id.to_string() == id).cloned().ok_or(ServiceError::Missing)
    }

    /// Every operation that a credential of `kind` could be given scopes for, or every operation at all.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn list_operations(&self, caller: &Caller, kind: Option<CredentialKind>) -> Result<Vec<ListedOperation>> {
        let catalogue = self.show_catalogue(caller).await?;
        let has_user = kind.map(|kind| kind.rules().has_user);
        let fits = |operation: &Operation| {
            !matches!(
                (has_user, operation.user_context),
                (Some(false), UserContext::Required) | (Some(true), UserContext::Forbidden)
            )
        };
        let fitting = catalogue.operations().filter(|(_, operation)| fits(operation));
        Ok(fitting.map(|(api, operation)| ListedOperation { api: api.clone(), operation: operation.clone() }).collect())
    }
}
