//! The database, and the only ways to access it.
//!
//! Owns: opening transactions for a [`Permit`], bringing the schema up to date, and checking whether the database
//! responds. Never: a query without a transaction. Next: [`crate::tx`] for the methods of a transaction,
//! [`crate::unscoped_queries`] for reads before a caller is known.

use crate::{
    AuditKeys, ConnectError, ReadTx, Result, WriteTx,
    backend::{Conn, Pools, execute, fetch_optional},
    connect,
    dialect::{BEGIN_WRITE, CLOCK, HAS_PEPPERS, MIGRATIONS},
    folding,
};
use domain::{Timestamp, access::Permit};
use sqlx::{Connection, Row, SqliteConnection, SqlitePool, migrate::MigrateError};

/// A handle to the database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    audit_keys: AuditKeys,
}

impl Db {
    /// Connects to `sqlite://<path>` or `postgres://…`. A missing SQLite file is created with mode 0600, together with
    /// its directory. Does not touch the schema.
    ///
    /// # Errors
    /// [`ConnectError`], in one line that names the address and the cause, but never a password.
    pub async fn connect(url: &str) -> std::result::Result<Self, ConnectError> {
        connect::open(url).await.map(|pools| Self { pools, audit_keys: AuditKeys::default() })
    }

    /// Sets the keys under which audit chains are written and verified. Without keys, no transaction with a
    /// permit can be committed.
    #[must_use]
    pub fn with_audit_keys(self, audit_keys: AuditKeys) -> Self {
        Self { audit_keys, ..self }
    }

    pub(crate) fn audit_keys(&self) -> &AuditKeys {
        &self.audit_keys
    }

    /// Applies the missing migrations. Several processes may call it at once.
    ///
    /// # Errors
    /// [`ConnectError::Schema`] if the schema is newer than this program, was altered, or a migration failed.
    pub async fn migrate(&self) -> std::result::Result<(), ConnectError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => migrate_sqlite(writer).await,
            Pools::Postgres { pool, .. } => MIGRATIONS.postgres.run(pool).await,
        }
        .map_err(ConnectError::schema)?;
        folding::fold_what_waits(self).await.map_err(|error| ConnectError::Schema(error.to_string()))
    }

    /// Returns whether the database is in use: it has keys that are sealed by a master key.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn is_set_up(&self) -> Result<bool> {
        let sql = if self.is_shared() { HAS_PEPPERS.postgres } else { HAS_PEPPERS.sqlite };
        let mut conn = self.begin_read().await?;
        let has_table = fetch_optional!(&mut conn, (String,), sql)?.is_some();
        drop(conn);
        Ok(has_table && !self.peppers().await?.is_empty())
    }

    /// Returns whether several nodes can share the database. A SQLite file has one node.
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres { .. })
    }

    /// Checks whether the database responds.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if it does not respond within 2.5 seconds.
    pub async fn ping(&self) -> Result<()> {
        let mut conn = self.begin_read().await?;
        execute!(&mut conn, "SELECT 1").map(|_| ())
    }

    /// Returns the time of the database server's clock. Returns `None` on SQLite, which has no clock of its own.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn clock(&self) -> Result<Option<Timestamp>> {
        let sql = if self.is_shared() { CLOCK.postgres } else { CLOCK.sqlite };
        let Some(sql) = sql else { return Ok(None) };
        let mut conn = self.begin_follow().await?;
        let time = fetch_optional!(&mut conn, (i64,), sql)?;
        Ok(time.map(|(millis,)| Timestamp::from_millis(millis)))
    }

    /// Waits for running transactions and closes all connections.
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

    /// Opens a transaction that sees one consistent state of the rows within the permit's reach.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn read(&self, permit: &Permit) -> Result<ReadTx> {
        Ok(ReadTx::new(self.begin_read().await?, permit.clone(), self.audit_keys.clone()))
    }

    /// Opens a transaction that may change the rows within the permit's reach. Write transactions of one organization
    /// run one after another, so a value it reads stays valid until it commits.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available. This includes waiting for the
    /// organization's other writers for more than two seconds.
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

/// Migrates in one transaction that holds the write lock from its start; on PostgreSQL the migrator takes a lock
/// itself. References are checked at the end, because a referenced table can't be rebuilt otherwise.
async fn migrate_sqlite(writer: &SqlitePool) -> std::result::Result<(), MigrateError> {
    let mut conn = writer.acquire().await?;
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut *conn).await?;
    let migrated = migrate_on(&mut conn).await;
    if migrated.is_err() || sqlx::query("PRAGMA foreign_keys = ON").execute(&mut *conn).await.is_err() {
        // A connection that does not check references must not return to the pool.
        drop(conn.detach());
    }
    migrated
}

async fn migrate_on(conn: &mut SqliteConnection) -> std::result::Result<(), MigrateError> {
    let mut tx = conn.begin_with(BEGIN_WRITE.sqlite).await?;
    // `run` does the same, but its future is not `Send`.
    MIGRATIONS.sqlite.run_direct(None, &mut *tx, false).await?;
    if let Some(broken) = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut *tx).await? {
        let table: String = broken.try_get(0)?;
        let what = format!("a row of {table} refers to what is not there");
        return Err(MigrateError::Execute(sqlx::Error::Protocol(what)));
    }
    Ok(tx.commit().await?)
}
