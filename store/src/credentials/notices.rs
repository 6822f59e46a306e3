//! Records which expiration notices were sent.
//!
//! Owns: the guarantee that each notice is sent once, by the first node that takes it. The `domain` crate decides which
//! notice is due. The search for due notices across tenants is in [`crate::unscoped_queries`].

use crate::{
    ReadTx, Result, WriteTx,
    backend::{execute, fetch_optional},
    column::instant,
    sql::{credentials::reached, statements},
    tx::changed_one,
};
use domain::{Timestamp, ids::CredentialId};

impl ReadTx {
    /// Returns the time at which the next notice about a credential is due, or `None` if there are no more.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential.
    pub async fn notice_due_at(&mut self, id: CredentialId) -> Result<Option<Timestamp>> {
        let (org, owner_type, owner) = self.reach();
        let row =
            fetch_optional!(&mut self.conn, (Option<i64>,), NOTICE_DUE_AT, org, owner_type, owner, id.to_string())?;
        row.map(|(due_at,)| instant(due_at)).ok_or(crate::StoreError::Missing)
    }
}

impl WriteTx {
    /// Records that the notice due at `due_at` was sent, and when the next one is due.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential, the credential is revoked, or the
    /// notice was sent before.
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

statements! {
    NOTICE_DUE_AT = concat!("SELECT notice_due_at FROM credentials
        WHERE org_id = $1 AND id = $4 AND ", reached!(""));

    /// Only if no other node has sent the notice that was due at $5.
    GIVE_NOTICE = concat!("UPDATE credentials SET notice_due_at = $6
        WHERE org_id = $1 AND id = $4 AND ", reached!(""), " AND revoked_at IS NULL AND notice_due_at = $5");
}
