//! Rows of the catalog.
//!
//! Owns: the conversion of rows into the types of `domain`. All operations of an API come as one text. Relies on scopes
//! being ordered by the id of their API.

use crate::{
    Result, StoreError,
    column::{from_json, parse, parse_optional},
    sql::{FIELD, ROW},
};
use domain::{
    Timestamp,
    operation::{Api, ApiIdentity, ApiScope, Operation, ScopeRule, SigningAlg, UserContext},
};
use std::collections::HashMap;

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

/// All operations of one API, as one text.
#[derive(sqlx::FromRow)]
pub(super) struct OperationsRow {
    api_id: String,
    operations: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct IdentityRow {
    id: String,
    org_id: Option<String>,
    audience: String,
    audience_key: Option<String>,
}

impl IdentityRow {
    pub(super) fn identity(self) -> Result<ApiIdentity> {
        Ok(ApiIdentity {
            id: parse("API id", &self.id)?,
            org: parse_optional("organization id", self.org_id.as_deref())?,
            audience: self.audience,
            owns_audience: self.audience_key.is_some(),
        })
    }
}

impl ApiRow {
    /// Builds the API with its own scopes and operations, picked from these rows.
    pub(super) fn with(&self, scopes: &[ScopeRow], operations: &[OperationsRow]) -> Result<Api> {
        let scopes = of_api(scopes, &self.id);
        let operations = operations.iter().find(|row| row.api_id == self.id);
        Ok(Api {
            id: parse("API id", &self.id)?,
            org: parse_optional("organization id", self.org_id.as_deref())?,
            name: parse("API name", &self.name)?,
            audience: self.audience.clone(),
            owns_audience: self.audience_key.is_some(),
            signing_alg: signing_alg(&self.signing_alg)?,
            access_token_seconds: u32::try_from(self.access_token_seconds)
                .map_err(|error| StoreError::damaged("lifetime of access tokens", error))?,
            scopes: scopes.iter().map(ScopeRow::scope).collect::<Result<_>>()?,
            operations: operations.map(OperationsRow::operations).transpose()?.unwrap_or_default(),
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

/// Returns the scopes of one API. Relies on the rows being ordered by API id.
fn of_api<'a>(rows: &'a [ScopeRow], api: &str) -> &'a [ScopeRow] {
    let start = rows.partition_point(|row| row.api_id.as_str() < api);
    let rest = &rows[start..];
    &rest[..rest.partition_point(|row| row.api_id == api)]
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

impl OperationsRow {
    /// Returns the operations ordered by id. Operations with equal scope rules share one copy.
    fn operations(&self) -> Result<Vec<Operation>> {
        let mut rules = HashMap::new();
        let operations = self.operations.split(ROW).map(|text| operation(text, &mut rules));
        let mut operations = operations.collect::<Result<Vec<_>>>()?;
        operations.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Ok(operations)
    }
}

fn operation<'a>(text: &'a str, rules: &mut HashMap<&'a str, ScopeRule>) -> Result<Operation> {
    let fields: Vec<&str> = text.split(FIELD).collect();
    let [id, method, path, scopes, context, resource_type] = fields[..] else {
        return Err(StoreError::damaged("operation", fields.first().copied().unwrap_or_default()));
    };
    let rule = match rules.get(scopes) {
        Some(known) => known.clone(),
        None => {
            let rule: ScopeRule = from_json("scopes of an operation", scopes)?;
            rules.insert(scopes, rule.clone());
            rule
        }
    };
    Ok(Operation {
        id: id.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        scopes: rule,
        user_context: user_context(context)?,
        resource_type: Some(resource_type).filter(|kind| !kind.is_empty()).map(str::to_owned),
    })
}

fn user_context(text: &str) -> Result<UserContext> {
    match text {
        "required" => Ok(UserContext::Required),
        "optional" => Ok(UserContext::Optional),
        "forbidden" => Ok(UserContext::Forbidden),
        other => Err(StoreError::damaged("user context", other)),
    }
}

fn signing_alg(text: &str) -> Result<SigningAlg> {
    let known = [SigningAlg::ES256, SigningAlg::RS256, SigningAlg::EdDSA];
    match known.into_iter().find(|alg| alg.as_str() == text) {
        Some(alg) => Ok(alg),
        None => Err(StoreError::damaged("signing algorithm", text)),
    }
}
