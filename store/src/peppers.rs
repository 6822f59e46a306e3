//! The keys under which verifiers are computed, as the database keeps them: wrapped.
//!
//! Owns: the rows of `peppers`. They belong to the installation and to no tenant, so there is no permit. Never sees
//! an unwrapped pepper; the master key is with `service`.

use crate::{
    Db, Result,
    backend::{execute, fetch_all},
    sql::accounts::{INSERT_PEPPER, PEPPERS, RESEAL_PEPPER},
};
use domain::Timestamp;

/// A pepper, wrapped by the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPepper {
    /// What rows of `secrets` name it by; 1 or more.
    pub version: i32,
    /// Nonce and sealed key, in the form that `service` defines.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Db {
    /// All peppers, oldest version first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
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

    /// Adds a pepper. Of several processes that add the same version, one succeeds; the others read it.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`]: `PepperVersion`.
    pub async fn insert_pepper(&self, pepper: &StoredPepper) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, INSERT_PEPPER, pepper.version, pepper.wrapped.as_slice(), pepper.created_at.millis())?;
        conn.commit().await
    }

    /// Puts another wrapping of the same pepper in the place of this one. Nothing happens if another process was first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn reseal_pepper(&self, pepper: &StoredPepper, wrapped: &[u8]) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, RESEAL_PEPPER, pepper.version, pepper.wrapped.as_slice(), wrapped)?;
        conn.commit().await
    }
}
