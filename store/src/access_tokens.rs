//! Revoked access tokens and used client assertions.
//!
//! Owns: `revoked_access_tokens` and `used_assertions`. A row is deleted once the token or
//! assertion it names has expired.

use crate::{
    Db, Result, WriteTx,
    backend::{execute, fetch_optional},
    sql::statements,
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId},
};

impl Db {
    /// Returns whether the access token with this `jti` was revoked.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn is_access_token_revoked(&self, org: OrgId, jti: &str) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        let found = fetch_optional!(&mut conn, (String,), REVOKED_ACCESS_TOKEN, org.to_string(), jti)?;
        Ok(found.is_some())
    }

    /// Marks a client's assertion as used. Returns `true` for only one of any number of calls, on any number of nodes.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
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

    /// Deletes rows whose token or assertion has expired.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_access_tokens(&self, now: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_ENDED_ACCESS_TOKENS, now.millis())?;
        execute!(&mut conn, DELETE_ENDED_ASSERTIONS, now.millis())?;
        conn.commit().await
    }
}

impl WriteTx {
    /// Revokes one access token of the organization. The row is kept until the token expires.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
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

statements! {
    REVOKE_ACCESS_TOKEN = "INSERT INTO revoked_access_tokens (org_id, jti, credential_id, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, jti) DO NOTHING";

    REVOKED_ACCESS_TOKEN = "SELECT jti FROM revoked_access_tokens WHERE org_id = $1 AND jti = $2";

    DELETE_ENDED_ACCESS_TOKENS = "DELETE FROM revoked_access_tokens WHERE expires_at <= $1";

    USE_ASSERTION = "INSERT INTO used_assertions (org_id, client_id, jti_hash, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, client_id, jti_hash) DO NOTHING";

    DELETE_ENDED_ASSERTIONS = "DELETE FROM used_assertions WHERE expires_at <= $1";
}
