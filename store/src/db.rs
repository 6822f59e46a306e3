//! The database, and the only ways into it.
//!
//! Owns: opening transactions against a [`Permit`], bringing the schema up to date, saying whether the database
//! answers. Never: a query without a transaction. Next: [`crate::tx`] for what a transaction can do,
//! [`crate::lookups`] for what is read before a caller is known.

use crate::{
    AuditKeys, ConnectError, ReadTx, Result, WriteTx,
    backend::{Conn, Pools, execute, fetch_optional},
    connect,
    dialect::{BEGIN_WRITE, CLOCK, HAS_PEPPERS, MIGRATIONS},
    folding,
};
use domain::{Timestamp, access::Permit};
use sqlx::{Connection, Row, SqliteConnection, SqlitePool, migrate::MigrateError};

/// A handle on the database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    audit_keys: AuditKeys,
}

impl Db {
    /// Connects to `sqlite://<path>` (created with mode 0600, with its directory, if it is not there) or
    /// `postgres://…`. Does not touch the schema.
    ///
    /// # Errors
    /// One line that names the place and the cause, and never a password.
    pub async fn connect(url: &str) -> std::result::Result<Self, ConnectError> {
        connect::open(url).await.map(|pools| Self { pools, audit_keys: AuditKeys::default() })
    }

    /// The same database, whose audit chains are written and verified under these keys. Without keys nothing that needs a
    /// permit can be committed.
    #[must_use]
    pub fn with_audit_keys(self, audit_keys: AuditKeys) -> Self {
        Self { audit_keys, ..self }
    }

    pub(crate) fn audit_keys(&self) -> &AuditKeys {
        &self.audit_keys
    }

    /// Applies the migrations that are missing. Several processes may call it at once.
    ///
    /// # Errors
    /// [`ConnectError::Schema`]: the schema is newer than this program, was altered, or a migration failed.
    pub async fn migrate(&self) -> std::result::Result<(), ConnectError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => migrate_sqlite(writer).await,
            Pools::Postgres { pool, .. } => MIGRATIONS.postgres.run(pool).await,
        }
        .map_err(ConnectError::schema)?;
        folding::fold_what_waits(self).await.map_err(|error| ConnectError::Schema(error.to_string()))
    }

    /// Whether somebody has worked with it: it has keys that a master key seals.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn is_set_up(&self) -> Result<bool> {
        let sql = if self.is_shared() { HAS_PEPPERS.postgres } else { HAS_PEPPERS.sqlite };
        let mut conn = self.begin_read().await?;
        let has_table = fetch_optional!(&mut conn, (String,), sql)?.is_some();
        drop(conn);
        Ok(has_table && !self.peppers().await?.is_empty())
    }

    /// Whether several nodes can work on it. A SQLite file has one.
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres { .. })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`], within 2.5 seconds.
    pub async fn ping(&self) -> Result<()> {
        let mut conn = self.begin_read().await?;
        execute!(&mut conn, "SELECT 1").map(|_| ())
    }

    /// The time by the clock of the database's machine; none on SQLite, which has no other clock than whoever asks.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn clock(&self) -> Result<Option<Timestamp>> {
        let sql = if self.is_shared() { CLOCK.postgres } else { CLOCK.sqlite };
        let Some(sql) = sql else { return Ok(None) };
        let mut conn = self.begin_follow().await?;
        let time = fetch_optional!(&mut conn, (i64,), sql)?;
        Ok(time.map(|(millis,)| Timestamp::from_millis(millis)))
    }

    /// Waits for running transactions and closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer, follower } => {
                follower.close().await;
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { pool, follower } => {
                follower.close().await;
                pool.close().await;
            }
        }
    }

    /// A transaction that sees one consistent state of what the permit reaches.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn read(&self, permit: &Permit) -> Result<ReadTx> {
        Ok(ReadTx::new(self.begin_read().await?, permit.clone(), self.audit_keys.clone()))
    }

    /// A transaction that may change what the permit reaches. Those of one organisation happen one after another, so
    /// what it reads stays true until it commits.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`]: also when others hold the organisation for more than two seconds.
    pub async fn write(&self, permit: &Permit) -> Result<WriteTx> {
        WriteTx::open(self.begin_write().await?, permit.clone(), self.audit_keys.clone()).await
    }

    pub(crate) async fn begin_read(&self) -> Result<Conn> {
        self.pools.begin_read().await
    }

    pub(crate) async fn begin_follow(&self) -> Result<Conn> {
        self.pools.begin_follow().await
    }

    pub(crate) async fn begin_load(&self) -> Result<Conn> {
        self.pools.begin_load().await
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.pools
    }

    pub(crate) async fn begin_write(&self) -> Result<Conn> {
        self.pools.begin_write().await
    }
}

/// In one transaction that holds the write lock from its start: on PostgreSQL the migrator takes a lock by itself. References
/// are checked at its end, as a table that others refer to cannot be made anew otherwise.
async fn migrate_sqlite(writer: &SqlitePool) -> std::result::Result<(), MigrateError> {
    let mut conn = writer.acquire().await?;
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut *conn).await?;
    let migrated = migrate_on(&mut conn).await;
    if migrated.is_err() || sqlx::query("PRAGMA foreign_keys = ON").execute(&mut *conn).await.is_err() {
        // A connection that checks no references does not go back to the pool.
        drop(conn.detach());
    }
    migrated
}

async fn migrate_on(conn: &mut SqliteConnection) -> std::result::Result<(), MigrateError> {
    let mut tx = conn.begin_with(BEGIN_WRITE.sqlite).await?;
    // `run` would do the same with a future that is not Send.
    MIGRATIONS.sqlite.run_direct(None, &mut *tx, false).await?;
    if let Some(broken) = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut *tx).await? {
        let table: String = broken.try_get(0)?;
        let what = format!("a row of {table} refers to what is not there");
        return Err(MigrateError::Execute(sqlx::Error::Protocol(what)));
    }
    Ok(tx.commit().await?)
}
