//! The keys under which verifiers are computed, in wrapped form.
//!
//! Owns: the rows of `peppers`. They belong to the installation and to no tenant, so there is no permit. Never sees an
//! unwrapped pepper; `service` has the master key.

use crate::{
    Db, Result,
    backend::{execute, fetch_all},
    sql::statements,
};
use domain::Timestamp;

/// A pepper, wrapped by the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPepper {
    /// Version by which rows of `secrets` refer to the pepper; 1 or more.
    pub version: i32,
    /// Nonce and sealed key, in the form that `service` defines.
    pub wrapped: Vec<u8>,
    pub created_at: Timestamp,
}

impl Db {
    /// Returns all peppers, oldest version first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn peppers(&self) -> Result<Vec<StoredPepper>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (i32, Vec<u8>, i64), PEPPERS)?;
        let pepper = |(version, wrapped, created_at)| StoredPepper {
            version,
            wrapped,
            created_at: Timestamp::from_millis(created_at),
        };
        Ok(rows.into_iter().map(pepper).collect())
    }

    /// Adds a pepper. If several processes add the same version, one succeeds and the others read its pepper.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] with `PepperVersion` if the version exists.
    pub async fn insert_pepper(&self, pepper: &StoredPepper) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, INSERT_PEPPER, pepper.version, pepper.wrapped.as_slice(), pepper.created_at.millis())?;
        conn.commit().await
    }

    /// Replaces the wrapped form of a pepper. Does nothing if another process replaced it first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn reseal_pepper(&self, pepper: &StoredPepper, wrapped: &[u8]) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, RESEAL_PEPPER, pepper.version, pepper.wrapped.as_slice(), wrapped)?;
        conn.commit().await
    }
}

statements! {
    PEPPERS = "SELECT version, wrapped, created_at FROM peppers ORDER BY version";

    RESEAL_PEPPER = "UPDATE peppers SET wrapped = $3 WHERE version = $1 AND wrapped = $2";

    INSERT_PEPPER = "INSERT INTO peppers (version, wrapped, created_at) VALUES ($1, $2, $3)";
}
