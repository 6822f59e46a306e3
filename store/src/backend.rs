//! One function body for two database drivers.
//!
//! Owns: the open transaction on either database, and the macros that expand one call for each native driver. Every
//! statement of the crate goes through [`execute!`], [`fetch_optional!`] or [`fetch_all!`], which limit its time.
//! Never: SQL text (see [`crate::sql`]) or a decision about tenants (see [`crate::tx`]).

use crate::{
    Result, StoreError,
    dialect::{BEGIN_LOAD, BEGIN_READ, BEGIN_WRITE},
};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::{future::Future, time::Duration};

/// Longest wait for a reply. The server's own limit of 2 s is shorter, so this one applies only when the server hangs.
const LONGEST_WAIT: Duration = Duration::from_millis(2_500);

/// The connection pools of the database. The follower's connections serve only the change feed and snapshot loads. Work
/// that takes all other connections can't keep verification from seeing changes.
#[derive(Clone, Debug)]
pub(crate) enum Pools {
    /// One connection writes; the others only read.
    Sqlite { readers: SqlitePool, writer: SqlitePool, follower: SqlitePool },
    /// One pool serves all work except the follower's.
    Postgres { pool: PgPool, follower: PgPool },
}

/// An open transaction. It is rolled back if it is dropped without [`Conn::commit`].
#[derive(Debug)]
pub(crate) enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Pools {
    /// Opens a transaction that reads one consistent state.
    pub(crate) async fn begin_read(&self) -> Result<Conn> {
        match self {
            Self::Sqlite { readers, .. } => in_time(readers.begin_with(BEGIN_READ.sqlite)).await.map(Conn::Sqlite),
            Self::Postgres { pool, .. } => in_time(pool.begin_with(BEGIN_READ.postgres)).await.map(Conn::Postgres),
        }
    }

    /// Opens a read transaction on a connection that is reserved for the feed.
    pub(crate) async fn begin_follow(&self) -> Result<Conn> {
        match self {
            Self::Sqlite { follower, .. } => in_time(follower.begin_with(BEGIN_READ.sqlite)).await.map(Conn::Sqlite),
            Self::Postgres { follower, .. } => {
                in_time(follower.begin_with(BEGIN_READ.postgres)).await.map(Conn::Postgres)
            }
        }
    }

    /// Opens a read transaction without a time limit on statements, to load everything.
    pub(crate) async fn begin_load(&self) -> Result<Conn> {
        match self {
            Self::Sqlite { follower, .. } => in_time(follower.begin_with(BEGIN_LOAD.sqlite)).await.map(Conn::Sqlite),
            Self::Postgres { follower, .. } => {
                in_time(follower.begin_with(BEGIN_LOAD.postgres)).await.map(Conn::Postgres)
            }
        }
    }

    /// Opens a write transaction for the feed. On PostgreSQL it does not wait for other work; SQLite has one writer.
    pub(crate) async fn begin_follow_write(&self) -> Result<Conn> {
        match self {
            Self::Sqlite { .. } => self.begin_write().await,
            Self::Postgres { follower, .. } => {
                in_time(follower.begin_with(BEGIN_WRITE.postgres)).await.map(Conn::Postgres)
            }
        }
    }

    /// Opens a transaction that may write.
    pub(crate) async fn begin_write(&self) -> Result<Conn> {
        match self {
            Self::Sqlite { writer, .. } => in_time(writer.begin_with(BEGIN_WRITE.sqlite)).await.map(Conn::Sqlite),
            Self::Postgres { pool, .. } => in_time(pool.begin_with(BEGIN_WRITE.postgres)).await.map(Conn::Postgres),
        }
    }
}

impl Conn {
    /// Commits the transaction. After an error the outcome is unknown.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => in_time(tx.commit()).await,
            Self::Postgres(tx) => in_time(tx.commit()).await,
        }
    }
}

/// Waits for the driver, up to [`LONGEST_WAIT`].
pub(crate) async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    match tokio::time::timeout(LONGEST_WAIT, work).await {
        Ok(done) => Ok(done?),
        Err(late) => Err(StoreError::Unavailable(late.into())),
    }
}

/// Expands the body once for each driver. `$c` is the native connection inside the transaction.
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::backend::Conn::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::backend::Conn::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

/// Runs a statement and returns the number of changed rows.
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::backend::on!($conn, |c| $crate::backend::in_time(
            sqlx::query($sql)$(.bind($bind))*.execute(c)
        ).await.map(|done| done.rows_affected()))
    };
}

/// Runs a statement that returns at most one row.
macro_rules! fetch_optional {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::backend::on!($conn, |c| $crate::backend::in_time(
            sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(c)
        ).await)
    };
}

/// Runs a statement that returns any number of rows.
macro_rules! fetch_all {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::backend::on!($conn, |c| $crate::backend::in_time(
            sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(c)
        ).await)
    };
}

pub(crate) use {execute, fetch_all, fetch_optional, on};
