//! Reading the catalogue.
//!
//! Owns: what an organisation sees of it: all of its own and all of the platform's, whoever asks.

use super::row::{ApiRow, OperationRow, ScopeRow};
use crate::{
    ReadTx, Result, StoreError,
    backend::{Conn, fetch_all},
    sql::catalogue::{API_SCOPES, APIS, OPERATIONS},
};
use domain::{
    ids::{ApiId, OrgId},
    operation::Api,
};

impl ReadTx {
    /// The organisation's APIs and the platform's, the platform's first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn apis(&mut self) -> Result<Vec<Api>> {
        let org = self.permit().org();
        load(&mut self.conn, org, None).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: none that the organisation sees.
    pub async fn api(&mut self, id: ApiId) -> Result<Api> {
        let org = self.permit().org();
        load(&mut self.conn, org, Some(id)).await?.pop().ok_or(StoreError::Missing)
    }
}

/// What an organisation sees: everything, or one API.
pub(crate) async fn load(conn: &mut Conn, org: OrgId, only: Option<ApiId>) -> Result<Vec<Api>> {
    let (org, only) = (org.to_string(), only.map(|id| id.to_string()));
    let apis = fetch_all!(&mut *conn, ApiRow, APIS, org.as_str(), only.as_deref())?;
    let scopes = fetch_all!(&mut *conn, ScopeRow, API_SCOPES, org.as_str(), only.as_deref())?;
    let operations = fetch_all!(&mut *conn, OperationRow, OPERATIONS, org.as_str(), only.as_deref())?;
    apis.iter().map(|api| api.with(&scopes, &operations)).collect()
}
