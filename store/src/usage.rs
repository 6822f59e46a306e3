//! When secrets were first and last used.
//!
//! Owns: writing what the verification path has seen, in batches, so that verifying itself writes nothing. No
//! permit and no event: nobody decides this. Each row is still named with its tenant.

use crate::{Db, Result, backend::execute, sql::credentials::USE_SECRET};
use domain::{
    Timestamp,
    ids::{OrgId, SecretId},
};
use std::net::IpAddr;

/// That a secret was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageSeen {
    /// The tenant of the secret.
    pub org: OrgId,
    /// The secret.
    pub secret: SecretId,
    /// When.
    pub at: Timestamp,
    /// From where, if that is known.
    pub ip: Option<IpAddr>,
}

impl Db {
    /// Records what was seen, all or nothing. The last use never moves back and the first one never on, so batches may
    /// come late, twice and from several nodes. Secrets that are gone are passed over.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn record_usage(&self, seen: &[UsageSeen]) -> Result<()> {
        // One order on every node, so that two batches cannot wait for each other.
        let mut seen = seen.to_vec();
        seen.sort_by_key(|seen| (seen.secret, seen.at));
        let mut conn = self.begin_write().await?;
        for seen in seen {
            execute!(
                &mut conn,
                USE_SECRET,
                seen.org.to_string(),
                seen.secret.to_string(),
                seen.at.millis(),
                seen.ip.map(|ip| ip.to_string()),
            )?;
        }
        conn.commit().await
    }
}
