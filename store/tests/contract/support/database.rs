//! A new, migrated database for one test, with direct access that bypasses the store.

use domain::secret::Pepper;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, SqlitePool, postgres::PgConnectOptions};
use std::sync::Arc;
use store::{AuditKeys, Db};
use tempfile::TempDir;

/// A database of either kind; clones share it.
#[derive(Clone)]
pub(crate) struct TestDb {
    /// The store under test.
    pub(crate) store: Db,
    pub(crate) url: String,
    outside: Outside,
    /// The directory of the file; it is removed with the last clone.
    _dir: Option<Arc<TempDir>>,
}

/// A direct connection, without permits.
#[derive(Clone)]
enum Outside {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

macro_rules! outside {
    ($db:expr, |$pool:ident| $body:expr) => {
        match &$db.outside {
            Outside::Sqlite($pool) => $body,
            Outside::Postgres($pool) => $body,
        }
    };
}

impl TestDb {
    pub(crate) async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/mintmark.db", dir.path().display());
        let store = migrated(&url).await;
        let pool = SqlitePool::connect(&url).await.unwrap();
        Self { store, url, outside: Outside::Sqlite(pool), _dir: Some(Arc::new(dir)) }
    }

    pub(crate) async fn postgres() -> Self {
        let admin = admin_of_postgres();
        let name = format!("mintmark_test_{}_{}", std::process::id(), super::unique());
        let mut server = PgConnection::connect_with(&admin).await.expect("PostgreSQL answers");
        for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut server).await.unwrap();
        }
        let options = admin.database(&name);
        let url = options.to_url_lossy().to_string();
        let store = migrated(&url).await;
        let pool = PgPool::connect_with(options).await.unwrap();
        Self { store, url, outside: Outside::Postgres(pool), _dir: None }
    }

    /// Closes and deletes the database.
    pub(crate) async fn remove(self) {
        self.store.close().await;
        outside!(self, |pool| pool.close().await);
        if let Outside::Postgres(pool) = &self.outside {
            let options = pool.connect_options();
            let name = options.get_database().unwrap();
            let mut server = PgConnection::connect_with(&admin_of_postgres()).await.unwrap();
            let statement = format!("DROP DATABASE {name} WITH (FORCE)");
            sqlx::query(AssertSqlSafe(statement)).execute(&mut server).await.unwrap();
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.outside, Outside::Sqlite(..))
    }

    /// Runs any SQL, without the store.
    pub(crate) async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.unwrap();
    }

    /// Runs any SQL that the database may reject, without the store.
    pub(crate) async fn try_execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        outside!(self, |pool| sql.execute(pool).await.map(|_| ()))
    }

    /// Returns the first column of every row, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        outside!(self, |pool| sqlx::query_scalar::<_, String>(sql).fetch_all(pool).await).unwrap()
    }

    /// Returns the database's plan for this statement.
    pub(crate) async fn plan(&self, sql: &str) -> Vec<String> {
        match &self.outside {
            Outside::Sqlite(pool) => {
                let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
                let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
                steps.into_iter().map(|(.., step)| step).collect()
            }
            Outside::Postgres(_) => self.texts(&format!("EXPLAIN {sql}")).await,
        }
    }

    /// Checks whether the database can prepare this statement, with unbound parameters.
    pub(crate) async fn prepares(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        use sqlx::{Executor, SqlSafeStr};
        outside!(self, |pool| pool.prepare(sql.into_sql_str()).await.map(|_| ()))
    }

    /// Returns every row of every table, as text with all values.
    pub(crate) async fn dump(&self) -> Vec<String> {
        let mut rows = Vec::new();
        for table in self.tables().await {
            let shown: Vec<_> = self.columns(&table).await.iter().map(|column| self.shown(column)).collect();
            let sql = format!("SELECT {} FROM {table}", shown.join(" || '|' || "));
            rows.extend(self.texts(&sql).await.into_iter().map(|row| format!("{table}: {row}")));
        }
        rows.sort();
        rows
    }

    /// Returns the rows that contain any of these texts.
    pub(crate) async fn rows_about(&self, texts: &[String]) -> Vec<String> {
        let mut rows = self.dump().await;
        rows.retain(|row| texts.iter().any(|text| row.contains(text.as_str())));
        rows
    }

    fn shown(&self, column: &str) -> String {
        match self.outside {
            Outside::Sqlite(..) => format!("quote({column})"),
            Outside::Postgres(..) => format!("quote_nullable({column}::text)"),
        }
    }

    /// Returns the names of the tables, except those of the migrator.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let mut tables = self
            .texts(match self.outside {
                Outside::Sqlite(..) => {
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                }
                Outside::Postgres(..) => {
                    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
                }
            })
            .await;
        tables.retain(|table| table != "_sqlx_migrations");
        tables.sort();
        tables
    }

    /// Returns the columns of a table, in order.
    pub(crate) async fn columns(&self, table: &str) -> Vec<String> {
        self.texts(&match self.outside {
            Outside::Sqlite(..) => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
            Outside::Postgres(..) => format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public'
                 AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        })
        .await
    }
}

async fn migrated(url: &str) -> Db {
    let store = Db::connect(url).await.unwrap();
    store.migrate().await.unwrap();
    store.with_audit_keys(audit_keys())
}

/// The key of the audit chains in all test databases.
pub(crate) fn audit_keys() -> AuditKeys {
    AuditKeys::new(vec![Pepper::new(1, [9; 32])])
}

/// Connection options for a server on which the tests may create databases.
pub(crate) fn admin_of_postgres() -> PgConnectOptions {
    let Ok(url) = std::env::var("MINTMARK_TEST_POSTGRES_URL") else {
        panic!("MINTMARK_TEST_POSTGRES_URL is not set: run `make test`, which starts a PostgreSQL for the tests");
    };
    url.parse().expect("MINTMARK_TEST_POSTGRES_URL is a postgres:// address")
}
