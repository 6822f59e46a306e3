//! Usage sources: the addresses, callers and operations of each credential.
//!
//! Owns: the rows of `usage_sources`, each with the time of its last use, and their maximum number for each credential.
//! Writing needs no permit and no event, as with [`crate::Usage`]. Reading needs a permit.

use crate::{
    Db, ReadTx, Result,
    backend::{execute, fetch_all},
    column::parse,
    sql::statements,
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId},
};
use std::str::FromStr;

/// Maximum number of usage sources of one kind for each credential.
pub const MAX_USAGE_SOURCES: i64 = 200;

/// Kind of a usage source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsageSourceKind {
    /// The address of the caller.
    Address,
    /// The credential that asked for the verification.
    Api,
    /// The operation that was called.
    Operation,
}

impl UsageSourceKind {
    const ALL: [Self; 3] = [Self::Address, Self::Api, Self::Operation];

    fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Api => "api",
            Self::Operation => "operation",
        }
    }
}

impl FromStr for UsageSourceKind {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or("not a kind of trace")
    }
}

/// A usage source to record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewUsageSource {
    pub org: OrgId,
    /// The credential that was used.
    pub credential: CredentialId,
    pub kind: UsageSourceKind,
    /// The address, the id of the credential that asked, or the id of the operation.
    pub value: String,
    pub at: Timestamp,
}

/// A recorded usage source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUsageSource {
    pub kind: UsageSourceKind,
    /// The address, the id of the credential that asked, or the id of the operation.
    pub value: String,
    /// Name of the credential that asked, if it belongs to the organization.
    pub name: Option<String>,
    /// Time of the last use.
    pub noted_at: Timestamp,
}

impl Db {
    /// Records usage sources, all or nothing. Credentials that no longer exist are skipped. New sources of a credential
    /// that has reached the maximum are skipped too.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn note_usage_sources(&self, sources: &[NewUsageSource]) -> Result<()> {
        let mut conn = self.begin_write().await?;
        for source in sources {
            execute!(
                &mut conn,
                NOTE_USAGE_SOURCE,
                source.org.to_string(),
                source.credential.to_string(),
                source.kind.as_str(),
                source.value.as_str(),
                source.at.millis(),
                MAX_USAGE_SOURCES
            )?;
        }
        conn.commit().await
    }

    /// Deletes usage sources whose last use was before this time.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_usage_sources(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_USAGE_SOURCES, before.millis())?;
        conn.commit().await
    }
}

impl ReadTx {
    /// Returns the usage sources of a credential since `from`; the latest of each kind comes first.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential.
    pub async fn usage_sources(&mut self, id: CredentialId, from: Timestamp) -> Result<Vec<StoredUsageSource>> {
        self.credential(id).await?;
        let org = self.org();
        let rows = fetch_all!(
            &mut self.conn,
            (String, String, Option<String>, i64),
            USAGE_SOURCES_OF,
            org,
            id.to_string(),
            from.millis()
        )?;
        let read = |(kind, value, name, noted_at): (String, String, Option<String>, i64)| {
            Ok(StoredUsageSource {
                kind: parse("kind of usage source", &kind)?,
                value,
                name,
                noted_at: Timestamp::from_millis(noted_at),
            })
        };
        rows.into_iter().map(read).collect()
    }
}

statements! {
    /// Adds nothing for a credential that no longer exists, and no new value for one that has $6 of this kind.
    NOTE_USAGE_SOURCE = "INSERT INTO usage_sources (org_id, credential_id, kind, value, noted_at)
        SELECT c.org_id, c.id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM credentials c
        WHERE c.org_id = $1 AND c.id = $2 AND (
            EXISTS (SELECT 1 FROM usage_sources t
                WHERE t.org_id = $1 AND t.credential_id = $2 AND t.kind = $3 AND t.value = $4)
            OR (SELECT COUNT(*) FROM usage_sources t
                WHERE t.org_id = $1 AND t.credential_id = $2 AND t.kind = $3) < $6)
        ON CONFLICT (org_id, credential_id, kind, value) DO UPDATE
            SET noted_at = CASE WHEN usage_sources.noted_at > $5 THEN usage_sources.noted_at ELSE $5 END";

    USAGE_SOURCES_OF = "SELECT t.kind, t.value, c.name, t.noted_at FROM usage_sources t
        LEFT JOIN credentials c ON t.kind = 'api' AND c.org_id = t.org_id AND c.id = t.value
        WHERE t.org_id = $1 AND t.credential_id = $2 AND t.noted_at >= $3
        ORDER BY t.kind, t.noted_at DESC, t.value";

    DELETE_OLD_USAGE_SOURCES = "DELETE FROM usage_sources WHERE noted_at < $1";
}
