//! Reads the catalog.
//!
//! Owns: the part of the catalog that an organization sees: all of its own APIs and all of the platform's. Every caller
//! in the organization sees the same part.

use super::row::{ApiRow, IdentityRow, OperationsRow, ScopeRow};
use crate::{
    ReadTx, Result, StoreError,
    backend::{Conn, fetch_all, fetch_optional},
    column::parse_optional,
    sql::{catalog::api_scopes, statements},
};
use domain::{
    ids::{ApiId, OrgId},
    operation::{Api, ApiIdentity},
    scope::ScopeSet,
};

impl ReadTx {
    /// Returns the scopes that the organization's APIs and the platform's define. Reads no operations.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn api_scopes(&mut self) -> Result<ScopeSet> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (Option<String>,), API_SCOPE_NAMES, org)?;
        let names = row.and_then(|(names,)| names);
        Ok(parse_optional("API scopes", names.as_deref())?.unwrap_or_default())
    }

    /// Returns the ids and audiences of the organization's APIs and the platform's, in no order. Reads no operations.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn api_identities(&mut self) -> Result<Vec<ApiIdentity>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, IdentityRow, API_IDENTITIES, org)?;
        rows.into_iter().map(IdentityRow::identity).collect()
    }

    /// Returns one of the organization's APIs or the platform's.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization sees no such API.
    pub async fn api(&mut self, id: ApiId) -> Result<Api> {
        let org = self.permit().org();
        load(&mut self.conn, org, Some(id)).await?.pop().ok_or(StoreError::Missing)
    }
}

/// Reads all APIs that an organization sees, or only one.
pub(crate) async fn load(conn: &mut Conn, org: OrgId, only: Option<ApiId>) -> Result<Vec<Api>> {
    let (org, only) = (org.to_string(), only.map(|id| id.to_string()));
    let apis = fetch_all!(&mut *conn, ApiRow, APIS, org.as_str(), only.as_deref())?;
    let scopes = fetch_all!(&mut *conn, ScopeRow, API_SCOPES, org.as_str(), only.as_deref())?;
    let operations = fetch_all!(&mut *conn, OperationsRow, OPERATIONS, org.as_str(), only.as_deref())?;
    apis.iter().map(|api| api.with(&scopes, &operations)).collect()
}

/// Whether the API `a` is in the organization's catalog and, if $2 is given, is that API.
macro_rules! seen {
    () => {
        "(a.org_id = $1 OR a.org_id IS NULL) AND (CAST($2 AS TEXT) IS NULL OR a.id = $2)"
    };
}

statements! {
    /// The platform's APIs first, then the oldest.
    APIS = concat!("SELECT a.id, a.org_id, a.name, a.audience, a.audience_key, a.signing_alg, a.access_token_seconds, a.created_at
        FROM apis a WHERE ", seen!(), "
        ORDER BY CASE WHEN a.org_id IS NULL THEN 0 ELSE 1 END, a.id");

    API_SCOPES = concat!("SELECT x.api_id, x.name, x.title, x.description
        FROM apis a JOIN api_scopes x ON x.api_id = a.id WHERE ", seen!(), "
        ORDER BY x.api_id, x.name");

    /// One row for each API, because transferring rows costs several times as much as reading them. Fields and
    /// operations are separated as in [`super::snapshot`]; their order is arbitrary.
    OPERATIONS = concat!("SELECT x.api_id, string_agg(format('%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s',
            x.id, x.method, x.path, x.scopes, x.user_context, x.resource_type), '\u{1e}') AS operations
        FROM apis a JOIN operations x ON x.api_id = a.id WHERE ", seen!(), "
        GROUP BY x.api_id");

    /// With [`API_SCOPE_NAMES`], the data that credentials are checked against. Leaves out operations,
    /// which may be very many.
    API_IDENTITIES = "SELECT a.id, a.org_id, a.audience, a.audience_key FROM apis a WHERE a.org_id = $1 OR a.org_id IS NULL";

    API_SCOPE_NAMES = concat!("SELECT ", api_scopes!("$1"), " AS names");
}
