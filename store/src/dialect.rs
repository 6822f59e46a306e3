//! The places where one SQL text does not fit both databases. At most five are allowed; there are five.
//!
//! 1. [`BEGIN_READ`], [`BEGIN_LOAD`] and [`BEGIN_WRITE`]: the start of a transaction.
//! 2. [`constraint`]: the name of a violated rule.
//! 3. [`is_transient`]: the error codes that mean "not now".
//! 4. [`MIGRATIONS`] and [`HAS_PEPPERS`]: the schema files, and whether they were applied.
//! 5. [`CLOCK`]: the database's time.
//!
//! Never: a statement on our tables; those are in [`crate::sql`].

use crate::error::Constraint;
use sqlx::{error::DatabaseError, error::ErrorKind, migrate::Migrator};

/// A pair of values, one for each database.
pub(crate) struct Dialects<T> {
    pub(crate) sqlite: T,
    pub(crate) postgres: T,
}

/// Starts a transaction that reads one consistent state and can't write. PostgreSQL settings are LOCAL, so that none
/// survives on a pooled connection.
pub(crate) const BEGIN_READ: Dialects<&str> = Dialects {
    sqlite: "BEGIN DEFERRED",
    postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 2000",
};

/// Like [`BEGIN_READ`], but without the server's time limit, for loading everything.
pub(crate) const BEGIN_LOAD: Dialects<&str> = Dialects {
    sqlite: "BEGIN DEFERRED",
    postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0",
};

/// SQLite takes its write lock at once, so that two writers never collide halfway. PostgreSQL commits durably, whatever
/// the server's default is. A server that is set to read-only stays read-only.
pub(crate) const BEGIN_WRITE: Dialects<&str> = Dialects {
    sqlite: "BEGIN IMMEDIATE",
    postgres: "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 2000; \
               SET LOCAL synchronous_commit = on",
};

/// The migrations; both databases have files with the same names.
pub(crate) static MIGRATIONS: Dialects<Migrator> =
    Dialects { sqlite: sqlx::migrate!("../migrations/sqlite"), postgres: sqlx::migrate!("../migrations/postgres") };

/// Returns a row if the table of peppers exists.
pub(crate) const HAS_PEPPERS: Dialects<&str> = Dialects {
    sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'peppers'",
    postgres: "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'peppers'",
};

/// The time of the PostgreSQL server in milliseconds. SQLite has no clock of its own.
pub(crate) const CLOCK: Dialects<Option<&str>> =
    Dialects { sqlite: None, postgres: Some("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)") };

/// Unique rules. PostgreSQL names the constraint; SQLite names the columns.
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

/// Returns the rule that a statement violated. A failed CHECK or NOT NULL gives `None`, because
/// callers can't act on it.
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

/// Returns whether the same call may succeed later. Causes are a lock that is not available, a server that shuts down,
/// no more space or connections, a read-only database, or a statement timeout.
pub(crate) fn is_transient(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // The low byte is the primary result code: BUSY, LOCKED, READONLY, IOERR, FULL or CANTOPEN.
        code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
    } else {
        // Classes: connection, resources, operator intervention (with the statement timeout), I/O, rollback.
        ["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class))
            // Read-only server; lock not available.
            || matches!(&*code, "25006" | "55P03")
    }
}
