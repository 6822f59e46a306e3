//! From where, by which API and for which operations credentials were used.
//!
//! Owns: the rows of `usage_traces`, each with when it was last noted, and that a credential has a bounded number of them.
//! No permit and no event to write them, as with [`crate::Usage`]; reading is for those with a permit.

use crate::{
    Db, ReadTx, Result,
    backend::{execute, fetch_all},
    column::parse,
    sql::usage_traces::{DELETE_OLD_TRACES, NOTE_TRACE, TRACES_OF},
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId},
};
use std::str::FromStr;

/// So many traces of one kind a credential has at most.
pub const MAX_TRACES: i64 = 200;

/// What is told of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TraceKind {
    /// From which address.
    Address,
    /// Which credential asked about it.
    Api,
    /// For which operation.
    Operation,
}

impl TraceKind {
    const ALL: [Self; 3] = [Self::Address, Self::Api, Self::Operation];

    fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Api => "api",
            Self::Operation => "operation",
        }
    }
}

impl FromStr for TraceKind {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or("not a kind of trace")
    }
}

/// Something to note.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewTrace {
    /// The tenant.
    pub org: OrgId,
    /// The credential that was used.
    pub credential: CredentialId,
    /// What is told.
    pub kind: TraceKind,
    /// The address, the id of the credential that asked, or the id of the operation.
    pub value: String,
    /// When.
    pub at: Timestamp,
}

/// What was noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// What is told.
    pub kind: TraceKind,
    /// The address, the id of the credential that asked, or the id of the operation.
    pub value: String,
    /// The name of the credential that asked, where it is one of the organisation.
    pub name: Option<String>,
    /// When it was last noted.
    pub noted_at: Timestamp,
}

impl Db {
    /// Notes traces, all or nothing. Credentials that are gone, or have enough of them, are passed over.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn note_traces(&self, traces: &[NewTrace]) -> Result<()> {
        let mut conn = self.begin_write().await?;
        for trace in traces {
            execute!(
                &mut conn,
                NOTE_TRACE,
                trace.org.to_string(),
                trace.credential.to_string(),
                trace.kind.as_str(),
                trace.value.as_str(),
                trace.at.millis(),
                MAX_TRACES
            )?;
        }
        conn.commit().await
    }

    /// Forgets what was last noted before.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn sweep_traces(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_TRACES, before.millis())?;
        conn.commit().await
    }
}

impl ReadTx {
    /// What was noted of a credential since `from`, the latest of each kind first.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches.
    pub async fn traces(&mut self, id: CredentialId, from: Timestamp) -> Result<Vec<Trace>> {
        self.credential(id).await?;
        let org = self.org();
        let rows = fetch_all!(
            &mut self.conn,
            (String, String, Option<String>, i64),
            TRACES_OF,
            org,
            id.to_string(),
            from.millis()
        )?;
        let read = |(kind, value, name, noted_at): (String, String, Option<String>, i64)| {
            Ok(Trace { kind: parse("kind of trace", &kind)?, value, name, noted_at: Timestamp::from_millis(noted_at) })
        };
        rows.into_iter().map(read).collect()
    }
}
