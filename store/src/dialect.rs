//! The places where the two databases differ and one SQL text is not enough. At most five; there are five.
//!
//! 1. [`BEGIN_READ`], [`BEGIN_LOAD`] and [`BEGIN_WRITE`]: how a transaction starts.
//! 2. [`constraint`]: how a broken rule is named.
//! 3. [`is_transient`]: which error codes mean "not now".
//! 4. [`MIGRATIONS`] and [`HAS_PEPPERS`]: the schema files, and whether they were applied.
//! 5. [`CLOCK`]: the database's time.
//!
//! Never: a statement on our tables; those are in [`crate::sql`].

use crate::error::Constraint;
use sqlx::{error::DatabaseError, error::ErrorKind, migrate::Migrator};

/// One thing said in two dialects.
pub(crate) struct Dialects<T> {
    pub(crate) sqlite: T,
    pub(crate) postgres: T,
}

/// A snapshot that cannot write. PostgreSQL settings are LOCAL, so that nothing survives on a pooled connection.
pub(crate) const BEGIN_READ: Dialects<&str> = Dialects {
    sqlite: "BEGIN DEFERRED",
    postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 2000",
};

/// The same without the server's limit on time, for reading everything once.
pub(crate) const BEGIN_LOAD: Dialects<&str> = Dialects {
    sqlite: "BEGIN DEFERRED",
    postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0",
};

/// SQLite takes its write lock at once, so that two writers never meet half-way. PostgreSQL is asked for durable
/// commits whatever the server's default is; a server that was set to read-only is left so.
pub(crate) const BEGIN_WRITE: Dialects<&str> = Dialects {
    sqlite: "BEGIN IMMEDIATE",
    postgres: "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 2000; \
               SET LOCAL synchronous_commit = on",
};

/// The schema, by migration files of the same names.
pub(crate) static MIGRATIONS: Dialects<Migrator> =
    Dialects { sqlite: sqlx::migrate!("../migrations/sqlite"), postgres: sqlx::migrate!("../migrations/postgres") };

/// Answers a row if there is a table of peppers.
pub(crate) const HAS_PEPPERS: Dialects<&str> = Dialects {
    sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'peppers'",
    postgres: "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'peppers'",
};

/// The time of PostgreSQL's machine, in milliseconds. SQLite's is the time of whoever asks.
pub(crate) const CLOCK: Dialects<Option<&str>> =
    Dialects { sqlite: None, postgres: Some("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)") };

/// PostgreSQL names the constraint; SQLite names its columns.
const UNIQUE: [(Constraint, Dialects<&str>); 10] = [
    (Constraint::UserEmail, Dialects { sqlite: "users.email", postgres: "users_proved_email" }),
    (Constraint::OrgSlug, Dialects { sqlite: "orgs.slug", postgres: "orgs_slug_key" }),
    (
        Constraint::Membership,
        Dialects { sqlite: "memberships.org_id, memberships.user_id", postgres: "memberships_pkey" },
    ),
    (Constraint::Verifier, Dialects { sqlite: "secrets.verifier", postgres: "secrets_verifier_key" }),
    (Constraint::PepperVersion, Dialects { sqlite: "peppers.version", postgres: "peppers_pkey" }),
    (Constraint::ApiAudience, Dialects { sqlite: "apis.org_id, apis.audience", postgres: "apis_org_id_audience_key" }),
    (Constraint::ApiAudience, Dialects { sqlite: "apis.audience_key", postgres: "apis_audience_key" }),
    (Constraint::ApiScope, Dialects { sqlite: "api_scopes.api_id, api_scopes.name", postgres: "api_scopes_pkey" }),
    (Constraint::Operation, Dialects { sqlite: "operations.api_id, operations.id", postgres: "operations_pkey" }),
    (Constraint::RoleName, Dialects { sqlite: "roles.org_id, roles.name_key", postgres: "roles_org_id_name_key_key" }),
];

/// The rule that a statement broke. A failed CHECK or NOT NULL is none of these: callers cannot act on it.
pub(crate) fn constraint(error: &dyn DatabaseError) -> Option<Constraint> {
    match error.kind() {
        ErrorKind::UniqueViolation => Some(unique(error)),
        ErrorKind::ForeignKeyViolation => Some(Constraint::Reference),
        _ => None,
    }
}

fn unique(error: &dyn DatabaseError) -> Constraint {
    let broken = |named: &Dialects<&str>| match error.constraint() {
        Some(name) => name == named.postgres,
        None => error.message().strip_prefix("UNIQUE constraint failed: ") == Some(named.sqlite),
    };
    UNIQUE.iter().find(|(_, named)| broken(named)).map_or(Constraint::Id, |(constraint, _)| *constraint)
}

/// Whether the same call may succeed later: lock not granted, server shutting down, out of space or connections,
/// read-only, or stopped by the statement timeout.
pub(crate) fn is_transient(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // Primary result codes BUSY, LOCKED, READONLY, IOERR, FULL and CANTOPEN are in the low byte.
        code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
    } else {
        // Classes: connection, resources, operator intervention (with the statement timeout), I/O, rolled back.
        ["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class))
            // Read-only server; lock not available.
            || matches!(&*code, "25006" | "55P03")
    }
}
