//! Defines APIs of the organization, and adds scopes and operations to them.

use crate::{Caller, Result, ServiceError, use_cases::Apis};
use domain::{
    access::Action,
    audit::{AuditDetail, detail::ApiChange},
    code::FlawCode,
    error::{FieldErrors, Flaw},
    ids::ApiId,
    limits::Limit,
    operation::{
        Api, ApiAdditions, ApiDraft, ApiScope, ApiScopeDraft, OperationDraft, audience_key, check_api, check_api_scope,
        check_operation,
    },
};
use store::{Constraint, StoreError};

pub(super) fn taken(error: StoreError) -> ServiceError {
    let invalid = |pointer: &str, code, detail| FieldErrors::one(Flaw::new(code, detail).at(pointer)).into();
    match error {
        StoreError::Conflict(Constraint::ApiAudience) => invalid(
            "/audience",
            FlawCode::AudienceTaken,
            "This audience is taken. Choose another one, such as a URI below a domain of your own.",
        ),
        StoreError::Conflict(Constraint::ApiScope) => {
            invalid("/name", FlawCode::ScopeTaken, "The API has a scope of this name already.")
        }
        StoreError::Conflict(Constraint::Operation) => {
            invalid("/id", FlawCode::OperationTaken, "The API has an operation of this id already.")
        }
        error => error.into(),
    }
}

impl Apis<'_> {
    /// Creates an API that belongs to the caller's organization.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`], which lists every flaw.
    pub async fn create(self, caller: &Caller, draft: &ApiDraft) -> Result<Api> {
        let permit = self.service.permit(caller, Action::ManageApis).await?;
        let now = self.service.now();
        let id = ApiId::new(now, self.service.inner.sources.entropy());
        let api = check_api(draft, id, Some(permit.org()), now)?;
        if self.is_own_audience(&api.audience) {
            return Err(taken(StoreError::Conflict(Constraint::ApiAudience)));
        }
        self.service.signing_keys().ensure(api.signing_alg).await?;
        let mut tx = self.service.write(&permit).await?;
        self.service.limits().check(&mut tx, Limit::Apis, 1).await?;
        self.service.limits().check(&mut tx, Limit::Scopes, api.scopes.len()).await?;
        self.service.limits().check(&mut tx, Limit::Operations, api.operations.len()).await?;
        tx.insert_api(&api).await.map_err(taken)?;
        let detail = AuditDetail::ApiCreated {
            audience: api.audience.clone(),
            scopes: api.scopes.len(),
            operations: api.operations.len(),
        };
        self.service.commit(tx, self.service.event(&api, &detail)).await?;
        Ok(api)
    }

    /// Returns whether this server uses the audience itself: for its own API, or for client assertions.
    fn is_own_audience(self, audience: &str) -> bool {
        let (inner, key) = (&self.service.inner, audience_key(audience));
        let own = [&inner.management_audience, &inner.issuer, &format!("{}/oauth/token", inner.issuer)];
        own.into_iter().any(|own| audience_key(own) == key)
    }

    /// Adds a scope to an API.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such API.
    /// * [`ServiceError::Invalid`] with every flaw of the scope.
    pub async fn add_scope(self, caller: &Caller, id: &str, draft: &ApiScopeDraft) -> Result<Api> {
        let added = |scope| ApiAdditions { scopes: vec![scope], ..ApiAdditions::default() };
        self.grow(caller, id, |api| check_api_scope(draft, api).map(added)).await
    }

    /// Adds an operation to an API.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such API.
    /// * [`ServiceError::Invalid`] with every flaw of the operation.
    pub async fn add_operation(self, caller: &Caller, id: &str, draft: &OperationDraft) -> Result<Api> {
        let added = |operation| ApiAdditions { operations: vec![operation], ..ApiAdditions::default() };
        self.grow(caller, id, |api| check_operation(draft, api).map(added)).await
    }

    /// Passes the current API to `additions` and adds the result. Writes nothing if there is nothing to add.
    pub(super) async fn grow(
        self,
        caller: &Caller,
        id: &str,
        additions: impl FnOnce(&Api) -> std::result::Result<ApiAdditions, FieldErrors>,
    ) -> Result<Api> {
        let (mut tx, mut api) = self.open_api(caller, id).await?;
        let added = additions(&api)?;
        if added.is_empty() {
            return Ok(api);
        }
        self.service.limits().check(&mut tx, Limit::Scopes, added.scopes.len()).await?;
        self.service.limits().check(&mut tx, Limit::Operations, added.operations.len()).await?;
        tx.add_api_scopes(api.id, &added.scopes).await.map_err(taken)?;
        tx.add_operations(api.id, &added.operations).await.map_err(taken)?;
        tx.update_api_scopes(api.id, &added.reworded_scopes).await?;
        let event = self.service.event(&api, &AuditDetail::ApiUpdated(recorded(&added)));
        self.service.commit(tx, event).await?;
        extend(&mut api, added);
        Ok(api)
    }
}

/// Describes additions for the audit log. Lists at most 100 operation ids, because an import can add very many.
fn recorded(added: &ApiAdditions) -> ApiChange {
    let names = |scopes: &[ApiScope]| -> Vec<String> { scopes.iter().map(|scope| scope.name.to_string()).collect() };
    ApiChange::Extended {
        scopes: names(&added.scopes),
        operations: added.operations.iter().map(|operation| operation.id.clone()).take(100).collect(),
        operation_count: added.operations.len() as u64,
        reworded_scopes: names(&added.reworded_scopes),
    }
}

fn extend(api: &mut Api, added: ApiAdditions) {
    for scope in added.reworded_scopes {
        api.scopes.iter_mut().filter(|known| known.name == scope.name).for_each(|known| known.clone_from(&scope));
    }
    api.scopes.extend(added.scopes);
    api.operations.extend(added.operations);
}
