//! Edits an API of the organization, and removes scopes and operations from it.
//!
//! A scope cannot be removed while an operation names it. Credentials keep the text of a removed scope. It grants
//! nothing, because rights are always read from the current catalog.

use crate::{Caller, Result, ServiceError, use_cases::Apis};
use domain::{
    access::Action,
    audit::{
        AuditDetail,
        detail::{ApiChange, Changes, Field},
    },
    code::ProblemCode,
    ids::ApiId,
    operation::{Api, ApiEdit, check_api_edit},
};
use serde_json::json;
use store::WriteTx;

impl Apis<'_> {
    /// Changes the name, the signing algorithm or the lifetime of access tokens. Absent fields keep their values. An
    /// edit without a difference writes nothing.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the organization does not see such an API.
    /// * [`ServiceError::Invalid`] if a field is not valid.
    /// * [`ServiceError::Refused`] with `platform_api` if the API does not belong to the organization.
    pub async fn edit(self, caller: &Caller, id: &str, edit: &ApiEdit) -> Result<Api> {
        let (mut tx, before) = self.open_api(caller, id).await?;
        let after = check_api_edit(edit, &before)?;
        let changes = changes(&before, &after);
        if changes.is_empty() {
            return Ok(before);
        }
        tx.update_api(&after).await?;
        self.service
            .commit(tx, self.service.event(&after, &AuditDetail::ApiUpdated(ApiChange::Edited(changes))))
            .await?;
        self.service.signing_keys().ensure(after.signing_alg).await?;
        Ok(after)
    }

    /// Removes a scope that no operation of the API names.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such API or scope.
    /// * [`ServiceError::ScopeInUse`] if an operation names the scope.
    /// * [`ServiceError::Refused`] with `platform_api` if the API does not belong to the organization.
    pub async fn remove_scope(self, caller: &Caller, id: &str, name: &str) -> Result<Api> {
        let (mut tx, mut api) = self.open_api(caller, id).await?;
        let place = api.scopes.iter().position(|scope| scope.name.as_str() == name).ok_or(ServiceError::Missing)?;
        if let Some(operation) = api.operation_that_names(name) {
            return Err(ServiceError::ScopeInUse { operation: operation.id.clone() });
        }
        tx.remove_api_scope(api.id, &api.scopes.remove(place).name).await?;
        let change = ApiChange::RemovedScopes { removed_scopes: vec![name.to_owned()] };
        self.service.commit(tx, self.service.event(&api, &AuditDetail::ApiUpdated(change))).await?;
        Ok(api)
    }

    /// Removes an operation from an API.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such API or operation.
    /// * [`ServiceError::Refused`] with `platform_api` if the API does not belong to the organization.
    pub async fn remove_operation(self, caller: &Caller, id: &str, operation: &str) -> Result<Api> {
        let (mut tx, mut api) = self.open_api(caller, id).await?;
        let place = api.operations.iter().position(|known| known.id == operation).ok_or(ServiceError::Missing)?;
        tx.remove_operation(api.id, &api.operations.remove(place).id).await?;
        let change = ApiChange::RemovedOperations { removed_operations: vec![operation.to_owned()] };
        self.service.commit(tx, self.service.event(&api, &AuditDetail::ApiUpdated(change))).await?;
        Ok(api)
    }

    /// Opens a write transaction and reads an API that the caller's organization owns.
    pub(super) async fn open_api(self, caller: &Caller, id: &str) -> Result<(WriteTx, Api)> {
        let permit = self.service.permit(caller, Action::ManageApis).await?;
        let id: ApiId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let api = tx.api(id).await?;
        if api.org == Some(permit.org()) {
            return Ok((tx, api));
        }
        let detail = "This API belongs to the platform and is changed by its operator.";
        Err(ServiceError::Refused { code: ProblemCode::PlatformApi, detail })
    }
}

fn changes(before: &Api, after: &Api) -> Changes {
    Changes::between([
        (Field::Name, json!(before.name), json!(after.name)),
        (Field::SigningAlg, json!(before.signing_alg), json!(after.signing_alg)),
        (Field::AccessTokenSeconds, json!(before.access_token_seconds), json!(after.access_token_seconds)),
    ])
}
