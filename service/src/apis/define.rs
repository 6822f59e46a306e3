//! Defining an API of the organisation, and adding scopes and operations to it.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    audit::{AuditAction, AuditEvent, Target},
    error::{FieldErrors, Flaw},
    ids::{ApiId, EventId},
    limits::Limit,
    operation::{
        Api, ApiDraft, ApiScope, ApiScopeDraft, Operation, OperationDraft, audience_key, check_api, check_api_scope,
        check_operation,
    },
};
use serde_json::{Value, json};
use store::{Constraint, StoreError};

pub(super) fn taken(error: StoreError) -> ServiceError {
    let invalid = |pointer: &str, code, detail| FieldErrors::one(Flaw::new(code, detail).at(pointer)).into();
    match error {
        StoreError::Conflict(Constraint::ApiAudience) => invalid(
            "/audience",
            "audience_taken",
            "This audience is taken. Choose another one, such as a URI below a domain of your own.",
        ),
        StoreError::Conflict(Constraint::ApiScope) => {
            invalid("/name", "scope_taken", "The API has a scope of this name already.")
        }
        StoreError::Conflict(Constraint::Operation) => {
            invalid("/id", "operation_taken", "The API has an operation of this id already.")
        }
        error => error.into(),
    }
}

impl Service {
    /// Defines an API that belongs to the caller's organisation.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every flaw.
    pub async fn create_api(&self, caller: &Caller, draft: &ApiDraft) -> Result<Api> {
        let permit = self.permit(caller, Action::ManageApis).await?;
        let now = self.now();
        let id = ApiId::new(now, self.inner.sources.entropy());
        let api = check_api(draft, id, Some(permit.org()), now)?;
        if self.is_own_audience(&api.audience) {
            return Err(taken(StoreError::Conflict(Constraint::ApiAudience)));
        }
        self.ensure_signing_key(api.signing_alg).await?;
        let mut tx = self.write(&permit).await?;
        self.check_limit(&mut tx, Limit::Apis, 1).await?;
        self.check_limit(&mut tx, Limit::Scopes, api.scopes.len()).await?;
        tx.insert_api(&api).await.map_err(taken)?;
        let detail =
            json!({ "audience": api.audience, "scopes": api.scopes.len(), "operations": api.operations.len() });
        self.commit(tx, self.api_event(AuditAction::ApiCreated, &api, detail)).await?;
        Ok(api)
    }

    /// Whether the audience is this server's: its own API, or what its clients' assertions are made for.
    fn is_own_audience(&self, audience: &str) -> bool {
        let (inner, key) = (&self.inner, audience_key(audience));
        let own = [&inner.management_audience, &inner.issuer, &format!("{}/oauth/token", inner.issuer)];
        own.into_iter().any(|own| audience_key(own) == key)
    }

    /// Adds a scope.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Invalid`] with every flaw.
    pub async fn add_api_scope(&self, caller: &Caller, id: &str, draft: &ApiScopeDraft) -> Result<Api> {
        self.grow(caller, id, |api| Ok((vec![check_api_scope(draft, api)?], Vec::new()))).await
    }

    /// Adds an operation.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Invalid`] with every flaw.
    pub async fn add_operation(&self, caller: &Caller, id: &str, draft: &OperationDraft) -> Result<Api> {
        self.grow(caller, id, |api| Ok((Vec::new(), vec![check_operation(draft, api)?]))).await
    }

    /// Adds what `additions` makes of the API as it is now. Nothing to add writes nothing.
    pub(super) async fn grow(
        &self,
        caller: &Caller,
        id: &str,
        additions: impl FnOnce(&Api) -> std::result::Result<(Vec<ApiScope>, Vec<Operation>), FieldErrors>,
    ) -> Result<Api> {
        let (mut tx, mut api) = self.open_api(caller, id).await?;
        let (scopes, operations) = additions(&api)?;
        if scopes.is_empty() && operations.is_empty() {
            return Ok(api);
        }
        self.check_limit(&mut tx, Limit::Scopes, scopes.len()).await?;
        tx.add_api_scopes(api.id, &scopes).await.map_err(taken)?;
        tx.add_operations(api.id, &operations).await.map_err(taken)?;
        let names: Vec<_> = scopes.iter().map(|scope| scope.name.as_str()).collect();
        let ids: Vec<_> = operations.iter().map(|operation| operation.id.as_str()).take(100).collect();
        let detail = json!({ "scopes": names, "operations": ids, "operation_count": operations.len() });
        let event = self.api_event(AuditAction::ApiUpdated, &api, detail);
        self.commit(tx, event).await?;
        api.scopes.extend(scopes);
        api.operations.extend(operations);
        Ok(api)
    }

    pub(crate) fn api_event(&self, action: AuditAction, api: &Api, detail: Value) -> AuditEvent {
        let at = self.now();
        AuditEvent { id: EventId::new(at, self.inner.sources.entropy()), at, action, target: Target::from(api), detail }
    }
}
