//! Transactions: opened with a permit, committed with an audit event.
//!
//! Owns: those two rules. The reads and writes are in the module of each table, with the permit's organization in their
//! WHERE. Never: a way to commit without an event.

use crate::{
    Result, StoreError,
    audit_log::{self, AuditKeys, Head},
    backend::Conn,
    feed,
};
use domain::{access::Permit, audit::AuditEvent, credential::Owner, ids::OrgId, policy::Policies};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// A transaction that reads one consistent state of the rows within its permit's reach. It ends when dropped.
#[derive(Debug)]
pub struct ReadTx {
    pub(crate) conn: Conn,
    permit: Permit,
    pub(crate) audit_keys: AuditKeys,
    /// The organization's policies, once they were read.
    pub(crate) policies: Option<Arc<Policies>>,
}

impl ReadTx {
    pub(crate) fn new(conn: Conn, permit: Permit, audit_keys: AuditKeys) -> Self {
        Self { conn, permit, audit_keys, policies: None }
    }

    /// Returns the permit with which the transaction was opened.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// Returns the organization's id, for `org_id = $1`.
    pub(crate) fn org(&self) -> String {
        self.permit.org().to_string()
    }

    /// Returns $1, $2 and $3 of most statements. These are the organization, and the type and id of the only reachable
    /// owner. Type and id are `None` if all owners are reachable.
    pub(crate) fn reach(&self) -> (String, Option<&'static str>, Option<String>) {
        let (org, owner) = (self.permit.org(), self.permit.owner());
        (org.to_string(), owner.map(Owner::type_name), owner.map(|owner| owner.id(org)))
    }

    /// Returns the acting user. Other actors get an error, because they own no rows of a user.
    pub(crate) fn user(&self) -> Result<String> {
        self.permit.actor().user().map(|user| user.to_string()).ok_or(StoreError::Missing)
    }
}

/// A transaction that can also write. It is rolled back if it is dropped without [`WriteTx::commit`].
#[derive(Debug)]
pub struct WriteTx {
    read: ReadTx,
    head: Head,
}

impl Deref for WriteTx {
    type Target = ReadTx;

    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut ReadTx {
        &mut self.read
    }
}

impl WriteTx {
    /// Locks the end of the organization's audit chain first. The holder of that lock is the
    /// organization's only writer.
    pub(crate) async fn open(mut conn: Conn, permit: Permit, audit_keys: AuditKeys) -> Result<Self> {
        let head = audit_log::hold(&mut conn, permit.org()).await?;
        Ok(Self { read: ReadTx::new(conn, permit, audit_keys), head })
    }

    /// Appends the event to the organization's chain, adds the change to the feed if verification depends on it, and
    /// commits. Returns the feed number, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available. The change and its event may then have been
    /// stored, both or neither.
    pub async fn commit(mut self, event: AuditEvent) -> Result<Option<i64>> {
        let ReadTx { conn, permit, audit_keys, .. } = &mut self.read;
        audit_log::append(conn, self.head, audit_keys, permit, &event).await?;
        let mut seq = None;
        if event.action.concerns_verification() {
            let change = (self.read.permit.org(), event.target.kind, event.target.id.as_str(), event.at);
            seq = Some(feed::append(&mut self.read.conn, change).await?);
        }
        self.read.conn.commit().await?;
        Ok(seq)
    }

    /// Returns whether the newest event of the organization is keyed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn is_chain_keyed(&mut self) -> Result<bool> {
        let org = self.permit().org();
        audit_log::is_keyed(&mut self.read.conn, &self.head, org).await
    }

    /// Rejects writing a row that the permit does not reach.
    pub(crate) fn check_reach(&self, org: OrgId, owner: Owner) -> Result<()> {
        let permit = self.permit();
        let reached = org == permit.org() && permit.owner().is_none_or(|own| own == owner);
        if reached { Ok(()) } else { Err(StoreError::Missing) }
    }
}

/// Checks that a guarded change found its row. Otherwise the row does not exist, is out of reach,
/// or can't change anymore.
pub(crate) fn changed_one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Missing) }
}
