//! Rows of the catalogue.
//!
//! Owns: reading them into the domain's types. Relies on scopes and operations standing in the order of their API's id.

use crate::{
    Result, StoreError,
    column::{from_json, parse, parse_optional},
};
use domain::{
    Timestamp,
    operation::{Api, ApiScope, Operation, SigningAlg},
};
use serde_json::Value;

#[derive(sqlx::FromRow)]
pub(super) struct ApiRow {
    id: String,
    org_id: Option<String>,
    name: String,
    audience: String,
    audience_key: Option<String>,
    signing_alg: String,
    access_token_seconds: i64,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
pub(super) struct ScopeRow {
    api_id: String,
    name: String,
    title: String,
    description: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct OperationRow {
    api_id: String,
    id: String,
    method: String,
    path: String,
    scopes: String,
    user_context: String,
    resource_type: Option<String>,
}

impl ApiRow {
    /// The API with what is its own among these.
    pub(super) fn with(&self, scopes: &[ScopeRow], operations: &[OperationRow]) -> Result<Api> {
        let scopes = of_api(scopes, &self.id, |row| &row.api_id);
        let operations = of_api(operations, &self.id, |row| &row.api_id);
        Ok(Api {
            id: parse("API id", &self.id)?,
            org: parse_optional("organisation id", self.org_id.as_deref())?,
            name: parse("API name", &self.name)?,
            audience: self.audience.clone(),
            owns_audience: self.audience_key.is_some(),
            signing_alg: signing_alg(&self.signing_alg)?,
            access_token_seconds: u32::try_from(self.access_token_seconds)
                .map_err(|error| StoreError::damaged("lifetime of access tokens", error))?,
            scopes: scopes.iter().map(ScopeRow::scope).collect::<Result<_>>()?,
            operations: operations.iter().map(OperationRow::operation).collect::<Result<_>>()?,
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

/// The rows of one API; they stand together.
fn of_api<'a, T>(rows: &'a [T], api: &str, id: impl Fn(&T) -> &String) -> &'a [T] {
    let start = rows.partition_point(|row| id(row).as_str() < api);
    let rest = &rows[start..];
    &rest[..rest.partition_point(|row| id(row) == api)]
}

impl ScopeRow {
    fn scope(&self) -> Result<ApiScope> {
        Ok(ApiScope {
            name: domain::scope::Scope::parse(&self.name).map_err(|flaw| StoreError::damaged("scope", flaw.detail))?,
            title: self.title.clone(),
            description: self.description.clone(),
        })
    }
}

impl OperationRow {
    fn operation(&self) -> Result<Operation> {
        Ok(Operation {
            id: self.id.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            scopes: from_json("scopes of an operation", &self.scopes)?,
            user_context: serde_json::from_value(Value::from(self.user_context.as_str()))
                .map_err(|error| StoreError::damaged("user context", error))?,
            resource_type: self.resource_type.clone(),
        })
    }
}

fn signing_alg(text: &str) -> Result<SigningAlg> {
    let known = [SigningAlg::ES256, SigningAlg::RS256, SigningAlg::EdDSA];
    match known.into_iter().find(|alg| alg.as_str() == text) {
        Some(alg) => Ok(alg),
        None => Err(StoreError::damaged("signing algorithm", text)),
    }
}
