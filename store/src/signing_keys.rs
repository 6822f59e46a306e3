//! The keys that sign access tokens, with a wrapped private half.
//!
//! Owns: the rows of `signing_keys` and `signing_algs`. They belong to the installation and to no tenant. The first key
//! of an algorithm is created without a permit, like a pepper. Later keys are added in a transaction with a permit and
//! an audit event. Never sees an unwrapped key; `service` has the master key.

use crate::{
    Db, Result, StoreError, WriteTx,
    backend::{Conn, execute, fetch_all},
    column::from_json,
    sql::statements,
};
use domain::{Timestamp, credential::PublicJwk, oauth::SigningKey, operation::SigningAlg};

/// A signing key with its private half, wrapped by the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSigningKey {
    /// The public part of the key.
    pub key: SigningKey,
    /// Nonce and sealed key, in the form that `service` defines. `None` once the private half is no longer needed.
    pub wrapped: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct SigningKeyRow {
    alg: String,
    number: i64,
    public_jwk: String,
    wrapped: Option<Vec<u8>>,
    created_at: i64,
    activates_at: i64,
    revoked_at: Option<i64>,
}

fn alg(text: &str) -> Result<SigningAlg> {
    SigningAlg::ALL
        .into_iter()
        .find(|alg| alg.as_str() == text)
        .ok_or_else(|| StoreError::damaged("signing algorithm", text))
}

impl SigningKeyRow {
    fn key(self) -> Result<StoredSigningKey> {
        let key = SigningKey {
            public: from_json::<PublicJwk>("public key", &self.public_jwk)?,
            alg: alg(&self.alg)?,
            number: self.number,
            created_at: Timestamp::from_millis(self.created_at),
            activates_at: Timestamp::from_millis(self.activates_at),
            revoked_at: self.revoked_at.map(Timestamp::from_millis),
        };
        Ok(StoredSigningKey { key, wrapped: self.wrapped })
    }
}

impl Db {
    /// Returns all signing keys that ever existed, by algorithm and number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn signing_keys(&self) -> Result<Vec<StoredSigningKey>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, SigningKeyRow, SIGNING_KEYS)?;
        rows.into_iter().map(SigningKeyRow::key).collect()
    }

    /// Returns the algorithms that ever had a key, even if the key is gone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn signing_algs(&self) -> Result<Vec<SigningAlg>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String,), SIGNING_ALGS)?;
        rows.iter().map(|(text,)| alg(text)).collect()
    }

    /// Adds the first key of its algorithm. If several processes do this, one succeeds and the others read its key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the algorithm had a key before.
    pub async fn insert_first_signing_key(&self, stored: &StoredSigningKey) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, INSERT_SIGNING_ALG, stored.key.alg.as_str(), stored.key.created_at.millis())?;
        insert(&mut conn, stored).await?;
        conn.commit().await
    }

    /// Deletes the private half of a key that no longer signs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn forget_private_half(&self, kid: &str) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, FORGET_PRIVATE_HALF, kid)?;
        conn.commit().await
    }
}

impl WriteTx {
    /// Adds a key of an algorithm that already has keys.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another process added the key with this number.
    pub async fn insert_signing_key(&mut self, stored: &StoredSigningKey) -> Result<()> {
        insert(&mut self.conn, stored).await
    }

    /// Revokes every key of `alg` before `number` at once, and deletes their private halves.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn revoke_signing_keys(&mut self, alg: SigningAlg, number: i64, at: Timestamp) -> Result<()> {
        execute!(&mut self.conn, REVOKE_SIGNING_KEYS, alg.as_str(), number, at.millis()).map(|_| ())
    }
}

async fn insert(conn: &mut Conn, stored: &StoredSigningKey) -> Result<()> {
    let key = &stored.key;
    let public = serde_json::to_string(&key.public).map_err(|error| StoreError::damaged("public key", error))?;
    execute!(
        conn,
        INSERT_SIGNING_KEY,
        key.public.kid.as_str(),
        key.alg.as_str(),
        key.number,
        public.as_str(),
        stored.wrapped.as_deref(),
        key.created_at.millis(),
        key.activates_at.millis(),
    )
    .map(|_| ())
}

statements! {
    SIGNING_KEYS = "SELECT alg, number, public_jwk, wrapped, created_at, activates_at, revoked_at
        FROM signing_keys ORDER BY alg, number";

    SIGNING_ALGS = "SELECT alg FROM signing_algs ORDER BY alg";

    INSERT_SIGNING_ALG = "INSERT INTO signing_algs (alg, since) VALUES ($1, $2)";

    INSERT_SIGNING_KEY = "INSERT INTO signing_keys (kid, alg, number, public_jwk, wrapped, created_at, activates_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

    REVOKE_SIGNING_KEYS = "UPDATE signing_keys SET revoked_at = $3, wrapped = NULL
        WHERE alg = $1 AND number < $2 AND revoked_at IS NULL";

    FORGET_PRIVATE_HALF = "UPDATE signing_keys SET wrapped = NULL WHERE kid = $1 AND wrapped IS NOT NULL";
}
