//! Statements that add many rows at a time.
//!
//! Owns: texts that are too long to be written by hand, for a fixed number of rows each, made when first used. $1 is the
//! organisation in every row; what else a row binds follows in the order of its columns.

use std::{fmt::Write, sync::LazyLock};

/// Rows of one statement. More of them are slower on SQLite, which walks a list of all parameters for each that is bound.
pub(crate) const ROWS: usize = 10;

pub(crate) static INSERT_CREDENTIALS: LazyLock<String> = LazyLock::new(|| {
    let columns = "id, kind, env, owner_type, owner_id, created_by_id, created_by_name, name, name_folded, description,
        scopes, resources, networks, rate_limit, metadata, client, created_at, expires_at, disabled_at, revoked_at,
        notice_due_at";
    insert("credentials", columns, "$1")
});

/// The first secret of credentials that were added in the same transaction.
pub(crate) static INSERT_FIRST_SECRETS: LazyLock<String> = LazyLock::new(|| {
    let columns = "credential_id, id, verifier, pepper_version, redacted, created_at, last_used_at, last_used_ip,
        first_used_at, overlap_seconds, cancelled_at, retired_at";
    insert("secrets", &format!("number, {columns}"), "$1, 1")
});

/// Names and texts of both.
pub(super) fn all() -> [(&'static str, &'static str); 2] {
    [("INSERT_CREDENTIALS", &INSERT_CREDENTIALS), ("INSERT_FIRST_SECRETS", &INSERT_FIRST_SECRETS)]
}

/// `fixed`: what stands for `org_id` and the first columns in every row.
fn insert(table: &str, columns: &str, fixed: &str) -> String {
    let bound = columns.split(',').count() + 1 - fixed.split(',').count();
    let mut sql = format!("INSERT INTO {table} (org_id, {columns}) VALUES ");
    for row in 0..ROWS {
        let separator = if row == 0 { "" } else { ", " };
        let _ = write!(sql, "{separator}({fixed}");
        for place in 0..bound {
            let _ = write!(sql, ", ${}", 2 + row * bound + place);
        }
        sql.push(')');
    }
    sql
}
