//! Transactions: opened by a permit, committed by an audit event.
//!
//! Owns: those two rules. The reads and writes themselves are in `credentials`, `service_accounts`, `apis`,
//! `claims`, `users`, `orgs`, `members` and `own_sessions`, each with the permit's organisation in its WHERE. Never: a way to commit without an event.

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

/// A transaction that reads one consistent state of what its permit reaches. Ends when dropped.
#[derive(Debug)]
pub struct ReadTx {
    pub(crate) conn: Conn,
    permit: Permit,
    pub(crate) audit_keys: AuditKeys,
    /// Once they were read.
    pub(crate) policies: Option<Arc<Policies>>,
}

impl ReadTx {
    pub(crate) fn new(conn: Conn, permit: Permit, audit_keys: AuditKeys) -> Self {
        Self { conn, permit, audit_keys, policies: None }
    }

    /// The permit it was opened with.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// The tenant, for `org_id = $1`.
    pub(crate) fn org(&self) -> String {
        self.permit.org().to_string()
    }

    /// The tenant and the only owner whose rows are reached, or none for all: $1, $2 and $3 of most statements.
    pub(crate) fn reach(&self) -> (String, Option<&'static str>, Option<String>) {
        let (org, owner) = (self.permit.org(), self.permit.owner());
        (org.to_string(), owner.map(Owner::type_name), owner.map(|owner| owner.id(org)))
    }

    /// The person who acts; whoever is none has nothing that belongs to a person.
    pub(crate) fn user(&self) -> Result<String> {
        self.permit.actor().user().map(|user| user.to_string()).ok_or(StoreError::Missing)
    }
}

/// A transaction that may also write. Dropped without [`WriteTx::commit`], it leaves nothing.
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
    /// Holds the end of the organisation's audit chain first: whoever does is its only writer.
    pub(crate) async fn open(mut conn: Conn, permit: Permit, audit_keys: AuditKeys) -> Result<Self> {
        let head = audit_log::hold(&mut conn, permit.org()).await?;
        Ok(Self { read: ReadTx::new(conn, permit, audit_keys), head })
    }

    /// Appends the event to the organisation's chain, tells the feed what verification has to know, and makes the
    /// transaction last. Answers the number in the feed, if there is something to know.
    ///
    /// # Errors
    /// After [`StoreError::Unavailable`] the change and its event may have been kept, both or neither.
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

    /// Whether the newest event of the organisation is keyed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn is_chain_keyed(&mut self) -> Result<bool> {
        let org = self.permit().org();
        audit_log::is_keyed(&mut self.read.conn, &self.head, org).await
    }

    /// Refuses to write a row that the permit does not reach.
    pub(crate) fn check_reach(&self, org: OrgId, owner: Owner) -> Result<()> {
        let permit = self.permit();
        let reached = org == permit.org() && permit.owner().is_none_or(|own| own == owner);
        if reached { Ok(()) } else { Err(StoreError::Missing) }
    }
}

/// A guarded change that found no row: there is none, or the permit does not reach it, or it is past changing.
pub(crate) fn changed_one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Missing) }
}
