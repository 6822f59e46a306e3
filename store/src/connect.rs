//! Opens the connection pools for a database address.
//!
//! Owns: the supported databases, the way each is opened, and one-line errors that a person can act on. Never: a
//! password in a message. Settings of a transaction are in [`crate::dialect`].

use crate::{backend::Pools, snapshot::READERS};
use sqlx::{
    Connection,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::Path,
    str::FromStr,
    time::{Duration, Instant},
};

/// Longest wait for a free connection and, on SQLite, for the write lock of another process.
const ACQUIRE: Duration = Duration::from_secs(2);
/// Pause between attempts to open a file that another process is using.
const BETWEEN: Duration = Duration::from_millis(10);
const SQLITE_BUSY: u32 = 5;
/// Longest wait for a server at startup.
const FIRST_CONTACT: Duration = Duration::from_secs(5);
const SQLITE_READERS: u32 = 4;
/// Page cache of the writer, in KiB; SQLite expects a negative number for this unit. It fills up as changes are
/// written, so it limits the memory that edits take. Other pages are read from the cache of the operating system.
const WRITER_CACHE: &str = "-8192";
/// Page cache of each follower connection, also in KiB. A full load reads each page once, and the cache stays allocated
/// afterwards, so it is small.
const FOLLOWER_CACHE: &str = "-512";
const POSTGRES_CONNECTIONS: u32 = 10;
/// Connections for the change feed and for loading everything it describes.
const FOLLOWERS: u32 = READERS + 1;

/// The reason why the database can't be used. Each message is one line.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address does not name a supported database.
    #[error("not a database address (use sqlite://<path> or postgres://…): {0}")]
    Address(String),
    /// The database file can't be created or opened.
    #[error("cannot open the database file {path}: {cause}")]
    File {
        /// The path as it was given.
        path: String,
        /// The cause, in one line.
        cause: String,
    },
    /// The server can't be reached or rejects the connection.
    #[error("cannot connect to PostgreSQL at {server}: {cause}")]
    Server {
        /// Host, port and database.
        server: String,
        /// The cause, in one line.
        cause: String,
    },
    /// The schema can't be brought up to date.
    #[error("cannot bring the database schema up to date: {0}")]
    Schema(String),
}

impl ConnectError {
    pub(crate) fn schema(error: MigrateError) -> Self {
        Self::Schema(one_line(&error.to_string()))
    }
}

pub(crate) async fn open(url: &str) -> Result<Pools, ConnectError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => open_sqlite(url).await,
        Some("postgres" | "postgresql") => open_postgres(url).await,
        _ => Err(ConnectError::Address("the address has no such scheme".to_owned())),
    }
}

async fn open_sqlite(url: &str) -> Result<Pools, ConnectError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(ConnectError::Address("a database in memory is lost at exit; name a file".to_owned()));
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|error| ConnectError::Address(cause(&error)))?;
    let path = options.get_filename().to_owned();
    let failed = |cause: String| ConnectError::File { path: path.display().to_string(), cause };
    create_private(&path).map_err(|error| failed(error.to_string()))?;
    let options = options.foreign_keys(true).busy_timeout(ACQUIRE);
    // `FULL`: an acknowledged commit survives a power cut. `NORMAL` would not sync the log on commit.
    let written = options
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", WRITER_CACHE);
    let writer = open_writer(written).await.map_err(|error| failed(cause(&error)))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(ACQUIRE)
        .connect_lazy_with(options.clone().pragma("query_only", "ON"));
    let follower = SqlitePoolOptions::new()
        .max_connections(FOLLOWERS)
        .acquire_timeout(ACQUIRE)
        .connect_lazy_with(options.pragma("query_only", "ON").pragma("cache_size", FOLLOWER_CACHE));
    Ok(Pools::Sqlite { readers, writer, follower })
}

/// Opens the pool of the only writer, and retries while another process is using the file. SQLite does not apply the
/// busy timeout while a file is switched to WAL mode, or while another process closes it as the last one.
async fn open_writer(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let pool =
        || SqlitePoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE).idle_timeout(None).max_lifetime(None);
    let until = Instant::now() + ACQUIRE;
    loop {
        match pool().connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && Instant::now() < until => tokio::time::sleep(BETWEEN).await,
            opened => return opened,
        }
    }
}

/// Returns whether another process is using the file. Extended codes of `SQLITE_BUSY` have it in their last byte.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Creates the file and its directory if they don't exist. The file is empty, and only its owner can read it. SQLite
/// gives its log files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(|_| ())
}

async fn open_postgres(url: &str) -> Result<Pools, ConnectError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| ConnectError::Address(cause(&error)))?;
    let options = options.application_name("mintmark");
    let failed = |cause| ConnectError::Server {
        server: format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or_default()),
        cause,
    };
    // A pool would retry until its time is up and then report only a timeout. A single connection reports the cause.
    let first = tokio::time::timeout(FIRST_CONTACT, PgConnection::connect_with(&options)).await;
    let first = first.map_err(|_| failed(format!("no answer in {} s", FIRST_CONTACT.as_secs())))?;
    first.map_err(|error| failed(cause(&error)))?.close().await.map_err(|error| failed(cause(&error)))?;
    let open = |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE);
    let pool = open(POSTGRES_CONNECTIONS).connect_lazy_with(options.clone());
    // One more connection than on SQLite, for `LISTEN`.
    let follower = open(FOLLOWERS + 1).connect_lazy_with(options);
    Ok(Pools::Postgres { pool, follower })
}

/// Returns the message of an error without the driver's preamble.
fn cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => one_line(error.message()),
        sqlx::Error::Io(error) => one_line(&error.to_string()),
        sqlx::Error::Configuration(error) => one_line(&error.to_string()),
        error => one_line(&error.to_string()),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
