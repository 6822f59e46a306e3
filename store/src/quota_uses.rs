//! Use of quotas.
//!
//! Owns: the rows of `quota_uses`, which all nodes share. Like usage, it needs no permit and no event: verifying counts
//! it, and nobody decides.

use crate::{
    Db, Result,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    sql::statements,
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId},
};

/// Use of a credential's quota in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    pub credential: CredentialId,
    pub period_start: Timestamp,
    /// Calls in the period, on all nodes together.
    pub used: u64,
}

impl Db {
    /// Adds to a credential's quota use in a period, and returns the total of all nodes. Returns `None` if the
    /// credential no longer exists.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn add_quota_use(
        &self,
        (org, credential): (OrgId, CredentialId),
        period_start: Timestamp,
        count: u64,
    ) -> Result<Option<u64>> {
        let mut conn = self.begin_write().await?;
        let (org, id) = (org.to_string(), credential.to_string());
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let row = fetch_optional!(&mut conn, (i64,), ADD_QUOTA_USE, org, id, period_start.millis(), count)?;
        conn.commit().await?;
        Ok(row.map(|(used,)| u64::try_from(used).unwrap_or(0)))
    }

    /// Returns the quota use of one credential or of all, in periods that began at `since` or later.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn quota_uses(&self, of: Option<(OrgId, CredentialId)>, since: Timestamp) -> Result<Vec<QuotaUse>> {
        let mut conn = self.begin_follow().await?;
        let rows = match of {
            None => fetch_all!(&mut conn, (String, i64, i64), QUOTA_USES, since.millis())?,
            Some((org, id)) => fetch_all!(
                &mut conn,
                (String, i64, i64),
                QUOTA_USE_OF,
                org.to_string(),
                id.to_string(),
                since.millis()
            )?,
        };
        let read = |(id, start, used): (String, i64, i64)| {
            Ok(QuotaUse {
                credential: parse("credential id", &id)?,
                period_start: Timestamp::from_millis(start),
                used: u64::try_from(used).unwrap_or(0),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Deletes the quota use of periods that began before this time.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_quota_uses(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_QUOTA_USES, before.millis())?;
        conn.commit().await
    }
}

statements! {
    /// Adds nothing for a credential that no longer exists. Returns the total of all nodes.
    ADD_QUOTA_USE = "INSERT INTO quota_uses (org_id, credential_id, period_start, used)
        SELECT org_id, id, $3, $4 FROM credentials WHERE org_id = $1 AND id = $2
        ON CONFLICT (org_id, credential_id, period_start) DO UPDATE SET used = quota_uses.used + $4
        RETURNING used";

    QUOTA_USES = "SELECT credential_id, period_start, used FROM quota_uses WHERE period_start >= $1";

    QUOTA_USE_OF = "SELECT credential_id, period_start, used FROM quota_uses
        WHERE org_id = $1 AND credential_id = $2 AND period_start >= $3";

    DELETE_OLD_QUOTA_USES = "DELETE FROM quota_uses WHERE period_start < $1";
}
