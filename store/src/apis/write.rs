//! Adds and changes APIs.
//!
//! Owns: the rule that only the permit's organization is written to. The platform's APIs have no permit, so nothing
//! here reaches them. Callers decide beforehand whether a scope may be removed. The schema can't, because credentials
//! and operations name scopes as text.

use crate::{
    Result, StoreError, WriteTx,
    backend::{execute, fetch_optional},
    column::to_json,
    sql::statements,
    tx::changed_one,
};
use domain::{
    credential::Owner,
    ids::ApiId,
    operation::{Api, ApiScope, Operation, UserContext, audience_key},
    scope::Scope,
};

impl WriteTx {
    /// Adds an API of the permit's organization with its scopes and operations.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the API belongs to another organization, or the permit reaches only one owner.
    /// * [`StoreError::Conflict`] with `ApiAudience` if any API of the installation has the audience, in any spelling.
    /// * [`StoreError::Conflict`] with `ApiScope`, `Operation` or `Id` if one of them is taken.
    pub async fn insert_api(&mut self, api: &Api) -> Result<()> {
        self.check_reach(api.org.ok_or(StoreError::Missing)?, Owner::Organization)?;
        let org = self.org();
        execute!(
            &mut self.conn,
            INSERT_API,
            org,
            api.id.to_string(),
            api.name.as_str(),
            api.audience.as_str(),
            api.signing_alg.as_str(),
            i64::from(api.access_token_seconds),
            api.created_at.millis(),
            audience_key(&api.audience),
        )?;
        self.add_api_scopes(api.id, &api.scopes).await?;
        self.add_operations(api.id, &api.operations).await
    }

    /// Stores the fields of an API that can change: its name, its signing algorithm and the
    /// lifetime of its access tokens.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such API.
    pub async fn update_api(&mut self, api: &Api) -> Result<()> {
        let (org, id) = self.own_api(api.id).await?;
        let (alg, seconds) = (api.signing_alg.as_str(), i64::from(api.access_token_seconds));
        let rows = execute!(&mut self.conn, UPDATE_API, org, id, api.name.as_str(), alg, seconds)?;
        changed_one(rows)
    }

    /// Removes a scope from one of the organization's APIs.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such API, or the API has no such scope.
    pub async fn remove_api_scope(&mut self, api: ApiId, scope: &Scope) -> Result<()> {
        let (org, api) = self.own_api(api).await?;
        changed_one(execute!(&mut self.conn, DELETE_API_SCOPE, org, api, scope.as_str())?)
    }

    /// Removes an operation from one of the organization's APIs.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such API, or the API has no such operation.
    pub async fn remove_operation(&mut self, api: ApiId, operation: &str) -> Result<()> {
        let (org, api) = self.own_api(api).await?;
        changed_one(execute!(&mut self.conn, DELETE_OPERATION, org, api, operation)?)
    }

    /// Adds scopes to one of the organization's APIs.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the organization has no such API.
    /// * [`StoreError::Conflict`] with `ApiScope` if the API has a scope of that name.
    pub async fn add_api_scopes(&mut self, api: ApiId, scopes: &[ApiScope]) -> Result<()> {
        let (org, api) = self.own_api(api).await?;
        for scope in scopes {
            let rows = execute!(
                &mut self.conn,
                INSERT_API_SCOPE,
                org.as_str(),
                api.as_str(),
                scope.name.as_str(),
                scope.title.as_str(),
                scope.description.as_str(),
            )?;
            changed_one(rows)?;
        }
        Ok(())
    }

    /// Stores the title and description of scopes that one of the organization's APIs has.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such API, or the API has no such scope.
    pub async fn update_api_scopes(&mut self, api: ApiId, scopes: &[ApiScope]) -> Result<()> {
        let (org, api) = self.own_api(api).await?;
        for scope in scopes {
            let (title, description) = (scope.title.as_str(), scope.description.as_str());
            let name = scope.name.as_str();
            let rows =
                execute!(&mut self.conn, UPDATE_API_SCOPE, org.as_str(), api.as_str(), name, title, description)?;
            changed_one(rows)?;
        }
        Ok(())
    }

    /// Adds operations to one of the organization's APIs.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the organization has no such API.
    /// * [`StoreError::Conflict`] with `Operation` if the API has an operation with that id.
    pub async fn add_operations(&mut self, api: ApiId, operations: &[Operation]) -> Result<()> {
        let (org, api) = self.own_api(api).await?;
        for operation in operations {
            let scopes = to_json(&operation.scopes)?;
            let rows = execute!(
                &mut self.conn,
                INSERT_OPERATION,
                org.as_str(),
                api.as_str(),
                operation.id.as_str(),
                operation.method.as_str(),
                operation.path.as_str(),
                scopes.as_str(),
                user_context(operation.user_context),
                operation.resource_type.as_deref(),
            )?;
            changed_one(rows)?;
        }
        Ok(())
    }

    /// Returns the ids of the organization and the API if the organization owns the API. Callers check this first, so
    /// that even an empty change to another organization's API is rejected.
    async fn own_api(&mut self, api: ApiId) -> Result<(String, String)> {
        self.check_reach(self.permit().org(), Owner::Organization)?;
        let (org, api) = (self.org(), api.to_string());
        let found = fetch_optional!(&mut self.conn, (String,), OWN_API, org.as_str(), api.as_str())?;
        found.map(|_| (org, api)).ok_or(StoreError::Missing)
    }
}

fn user_context(context: UserContext) -> &'static str {
    match context {
        UserContext::Required => "required",
        UserContext::Optional => "optional",
        UserContext::Forbidden => "forbidden",
    }
}

statements! {
    INSERT_API = "INSERT INTO apis (org_id, id, name, audience, signing_alg, access_token_seconds, created_at,
            audience_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    OWN_API = "SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2";

    UPDATE_API = "UPDATE apis SET name = $3, signing_alg = $4, access_token_seconds = $5
        WHERE org_id = $1 AND id = $2";

    DELETE_API_SCOPE = "DELETE FROM api_scopes
        WHERE api_id = (SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2) AND name = $3";

    UPDATE_API_SCOPE = "UPDATE api_scopes SET title = $4, description = $5
        WHERE api_id = (SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2) AND name = $3";

    DELETE_OPERATION = "DELETE FROM operations
        WHERE api_id = (SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2) AND id = $3";

    INSERT_API_SCOPE = "INSERT INTO api_scopes (api_id, name, title, description)
        SELECT a.id, $3, $4, $5 FROM apis a WHERE a.org_id = $1 AND a.id = $2";

    INSERT_OPERATION = "INSERT INTO operations (api_id, id, method, path, scopes, user_context, resource_type)
        SELECT a.id, $3, $4, $5, $6, $7, $8 FROM apis a WHERE a.org_id = $1 AND a.id = $2";
}
