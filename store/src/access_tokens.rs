//! What is remembered of access tokens and client assertions: those that count no more.
//!
//! Owns: `revoked_access_tokens` and `used_assertions`. Both are forgotten when what they name has ended by itself.

use crate::{
    Db, Result, WriteTx,
    backend::{execute, fetch_optional},
    sql::oauth::{
        DELETE_ENDED_ACCESS_TOKENS, DELETE_ENDED_ASSERTIONS, REVOKE_ACCESS_TOKEN, REVOKED_ACCESS_TOKEN, USE_ASSERTION,
    },
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId},
};

impl Db {
    /// Whether the access token of this name was revoked.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn is_access_token_revoked(&self, org: OrgId, jti: &str) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        let found = fetch_optional!(&mut conn, (String,), REVOKED_ACCESS_TOKEN, org.to_string(), jti)?;
        Ok(found.is_some())
    }

    /// Uses a client's assertion: of any number of calls, on any number of nodes, one answers `true`.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn use_assertion(
        &self,
        org: OrgId,
        client: CredentialId,
        jti_hash: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<bool> {
        let mut conn = self.begin_write().await?;
        let rows = execute!(
            &mut conn,
            USE_ASSERTION,
            org.to_string(),
            client.to_string(),
            jti_hash.to_vec(),
            expires_at.millis(),
        )?;
        conn.commit().await?;
        Ok(rows == 1)
    }

    /// Forgets what has ended by itself.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn sweep_access_tokens(&self, now: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_ENDED_ACCESS_TOKENS, now.millis())?;
        execute!(&mut conn, DELETE_ENDED_ASSERTIONS, now.millis())?;
        conn.commit().await
    }
}

impl WriteTx {
    /// Revokes one access token of the organisation until it ends.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn revoke_access_token(
        &mut self,
        jti: &str,
        credential: CredentialId,
        expires_at: Timestamp,
    ) -> Result<()> {
        let org = self.org();
        execute!(&mut self.conn, REVOKE_ACCESS_TOKEN, org, jti, credential.to_string(), expires_at.millis()).map(|_| ())
    }
}
