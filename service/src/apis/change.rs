//! Changing an API of the organisation, and removing scopes and operations from it.
//!
//! Owns: that a scope which an operation still names stays. Credentials keep the text of a removed scope, and it grants
//! nothing: rights are read from the catalogue as it is.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    audit::AuditAction,
    ids::ApiId,
    operation::{Api, ApiEdit, check_api_edit},
};
use serde_json::{Value, json};
use store::WriteTx;

impl Service {
    /// Changes name, signing algorithm or the life of access tokens; what is absent stays. A change that changes nothing
    /// writes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], [`ServiceError::Invalid`], or [`ServiceError::Refused`] with `platform_api`.
    pub async fn edit_api(&self, caller: &Caller, id: &str, edit: &ApiEdit) -> Result<Api> {
        let (mut tx, before) = self.open_api(caller, id).await?;
        let after = check_api_edit(edit, &before)?;
        let detail = changes(&before, &after);
        if detail.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(before);
        }
        tx.update_api(&after).await?;
        self.commit(tx, self.api_event(AuditAction::ApiUpdated, &after, detail)).await?;
        self.ensure_signing_key(after.signing_alg).await?;
        Ok(after)
    }

    /// Removes a scope that no operation of the API names.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], [`ServiceError::ScopeInUse`], or [`ServiceError::Refused`] with `platform_api`.
    pub async fn remove_api_scope(&self, caller: &Caller, id: &str, name: &str) -> Result<Api> {
        let (mut tx, mut api) = self.open_api(caller, id).await?;
        let place = api.scopes.iter().position(|scope| scope.name.as_str() == name).ok_or(ServiceError::Missing)?;
        if let Some(operation) = api.operation_that_names(name) {
            return Err(ServiceError::ScopeInUse { operation: operation.id.clone() });
        }
        tx.remove_api_scope(api.id, &api.scopes.remove(place).name).await?;
        self.commit(tx, self.api_event(AuditAction::ApiUpdated, &api, json!({ "removed_scopes": [name] }))).await?;
        Ok(api)
    }

    /// Removes an operation.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Refused`] with `platform_api`.
    pub async fn remove_operation(&self, caller: &Caller, id: &str, operation: &str) -> Result<Api> {
        let (mut tx, mut api) = self.open_api(caller, id).await?;
        let place = api.operations.iter().position(|known| known.id == operation).ok_or(ServiceError::Missing)?;
        tx.remove_operation(api.id, &api.operations.remove(place).id).await?;
        self.commit(tx, self.api_event(AuditAction::ApiUpdated, &api, json!({ "removed_operations": [operation] })))
            .await?;
        Ok(api)
    }

    /// A transaction that may change an API of the caller's organisation, and the API as it is now.
    pub(super) async fn open_api(&self, caller: &Caller, id: &str) -> Result<(WriteTx, Api)> {
        let permit = self.permit(caller, Action::ManageApis).await?;
        let id: ApiId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.write(&permit).await?;
        let api = tx.api(id).await?;
        if api.org == Some(permit.org()) {
            return Ok((tx, api));
        }
        let detail = "This API belongs to the platform and is changed by its operator.";
        Err(ServiceError::Refused { code: "platform_api", detail })
    }
}

fn changes(before: &Api, after: &Api) -> Value {
    let pairs = [
        ("name", json!(before.name), json!(after.name)),
        ("signing_alg", json!(before.signing_alg), json!(after.signing_alg)),
        ("access_token_seconds", json!(before.access_token_seconds), json!(after.access_token_seconds)),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(field, before, after)| (field.to_owned(), json!({ "before": before, "after": after }))).collect()
}
