//! Which notices that a credential ends were given.
//!
//! Owns: that each is given once, by whichever node is first. Which one is due is decided by `domain`; who looks for them,
//! across tenants, is in [`crate::lookups`].

use crate::{
    ReadTx, Result, WriteTx,
    backend::{execute, fetch_optional},
    column::instant,
    sql::credentials::{GIVE_NOTICE, NOTICE_DUE_AT},
    tx::changed_one,
};
use domain::{Timestamp, ids::CredentialId};

impl ReadTx {
    /// When the next notice about a credential is due; none if there is none to come.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches.
    pub async fn notice_due_at(&mut self, id: CredentialId) -> Result<Option<Timestamp>> {
        let (org, owner_type, owner) = self.reach();
        let row =
            fetch_optional!(&mut self.conn, (Option<i64>,), NOTICE_DUE_AT, org, owner_type, owner, id.to_string())?;
        row.map(|(due_at,)| instant(due_at)).ok_or(crate::StoreError::Missing)
    }
}

impl WriteTx {
    /// Notes that the notice which was due at `due_at` is given, and when the next one is due.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches, revoked, or the notice was given before.
    pub async fn give_notice(&mut self, id: CredentialId, due_at: Timestamp, next_at: Option<Timestamp>) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let rows = execute!(
            &mut self.conn,
            GIVE_NOTICE,
            org,
            owner_type,
            owner,
            id.to_string(),
            due_at.millis(),
            next_at.map(Timestamp::millis),
        )?;
        changed_one(rows)
    }
}
