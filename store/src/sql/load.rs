//! Statements that add many rows at a time.
//!
//! Owns: texts that are too long to write by hand. Each is for a fixed number of rows and is built on first
//! use. $1 is the organization of every row. The values that all rows share come next, then the values of
//! each row, in column order.

use std::{fmt::Write, sync::LazyLock};

/// Rows of one statement. SQLite searches a list of all parameters for each bound one, so more rows would be slower.
pub(crate) const ROWS: usize = 20;

/// Adds credentials that differ only in id and name.
pub(crate) static INSERT_ALIKE: LazyLock<String> = LazyLock::new(|| {
    let common = "kind, env, owner_type, owner_id, created_by_id, created_by_name, description, scopes, resources,
        networks, rate_limit, quota, metadata, client, created_at, expires_at, disabled_at, revoked_at, notice_due_at";
    insert("credentials", &columns(common), &columns("id, name, name_folded"))
});

/// Adds the first secret of credentials that were added in the same transaction.
pub(crate) static INSERT_FIRST_SECRETS: LazyLock<String> = LazyLock::new(|| {
    let own = "credential_id, id, verifier, pepper_version, redacted, created_at";
    // The first secret has number 1, the default of its column.
    insert("secrets", &[], &columns(own))
});

pub(super) fn all() -> [(&'static str, &'static str); 2] {
    [("INSERT_ALIKE", &INSERT_ALIKE), ("INSERT_FIRST_SECRETS", &INSERT_FIRST_SECRETS)]
}

fn columns(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

/// `common` is bound once, `own` for each row.
fn insert(table: &str, common: &[&str], own: &[&str]) -> String {
    let columns = [&["org_id"], common, own].concat().join(", ");
    let mut sql = format!("INSERT INTO {table} ({columns}) VALUES ");
    for row in 0..ROWS {
        sql.push_str(if row == 0 { "($1" } else { ", ($1" });
        let first_own = 2 + common.len() + row * own.len();
        for place in (2..2 + common.len()).chain(first_own..first_own + own.len()) {
            let _ = write!(sql, ", ${place}");
        }
        sql.push(')');
    }
    sql
}
