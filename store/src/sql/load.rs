//! Statements that add many rows at a time.
//!
//! Owns: texts that are too long to be written by hand, for a fixed number of rows each, made when first used. $1 is the
//! organisation in every row; what all rows have in common follows, then what each binds, in the order of its columns.

use std::{fmt::Write, sync::LazyLock};

/// Rows of one statement. SQLite walks a list of all parameters for each that is bound, so very many rows are slower.
pub(crate) const ROWS: usize = 20;

/// Credentials that differ in id and name.
pub(crate) static INSERT_ALIKE: LazyLock<String> = LazyLock::new(|| {
    let common = "kind, env, owner_type, owner_id, created_by_id, created_by_name, description, scopes, resources,
        networks, rate_limit, quota, metadata, client, created_at, expires_at, disabled_at, revoked_at, notice_due_at";
    insert("credentials", &columns(common), &columns("id, name, name_folded"))
});

/// The first secret of credentials that were added in the same transaction.
pub(crate) static INSERT_FIRST_SECRETS: LazyLock<String> = LazyLock::new(|| {
    let own = "credential_id, id, verifier, pepper_version, redacted, created_at";
    // The number of a first secret is 1, as its column has it by default.
    insert("secrets", &[], &columns(own))
});

/// Names and texts of both.
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
