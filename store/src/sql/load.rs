//! Statements that write the grant of a credential, and those that add many rows at a time.
//!
//! Owns: texts that are built from a list of columns on first use. $1 is the organization of every row. In a statement
//! that adds rows, the values that all rows share come next, then the values of each row, in column order.

use super::credentials::reached;
use crate::credentials::grant_columns;
use std::{fmt::Write, sync::LazyLock};

/// Rows of one statement. SQLite searches a list of all parameters for each bound one, so more rows would be slower.
pub(crate) const ROWS: usize = 20;

/// Adds one credential.
pub(crate) static INSERT_CREDENTIAL: LazyLock<String> = LazyLock::new(|| insert_credentials(1));

/// Adds credentials that differ only in id and name.
pub(crate) static INSERT_ALIKE: LazyLock<String> = LazyLock::new(|| insert_credentials(ROWS));

/// Adds the first secret of credentials that were added in the same transaction.
pub(crate) static INSERT_FIRST_SECRETS: LazyLock<String> = LazyLock::new(|| {
    let own = "credential_id, id, verifier, pepper_version, redacted, created_at";
    // The first secret has number 1, the default of its column.
    insert("secrets", &[], &columns(own), ROWS)
});

/// $2 and $3 are the only reachable owner, as in [`super::credentials`]. $4 is the credential.
pub(crate) static UPDATE_CREDENTIAL: LazyLock<String> = LazyLock::new(|| {
    let grant = columns(grant_columns!(""));
    let places: Vec<_> = (10..).take(grant.len()).map(|place| format!("${place}")).collect();
    format!(
        "UPDATE credentials SET name = $5, name_folded = $6, disabled_at = $7, enabled_at = $8, held_since = $9, ({}) = ({})
        WHERE org_id = $1 AND id = $4 AND {} AND revoked_at IS NULL",
        grant.join(", "),
        places.join(", "),
        reached!("")
    )
});

pub(super) fn all() -> [(&'static str, &'static str); 4] {
    [
        ("INSERT_CREDENTIAL", &INSERT_CREDENTIAL),
        ("INSERT_ALIKE", &INSERT_ALIKE),
        ("INSERT_FIRST_SECRETS", &INSERT_FIRST_SECRETS),
        ("UPDATE_CREDENTIAL", &UPDATE_CREDENTIAL),
    ]
}

fn insert_credentials(rows: usize) -> String {
    let common = concat!(
        "kind, env, expires_at, owner_type, owner_id, created_by_id, created_by_name, created_at, disabled_at, revoked_at, pending_since,
        notice_due_at, ",
        grant_columns!("")
    );
    insert("credentials", &columns(common), &columns("id, name, name_folded"), rows)
}

fn columns(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

/// `common` is bound once, `own` for each row.
fn insert(table: &str, common: &[&str], own: &[&str], rows: usize) -> String {
    let columns = [&["org_id"], common, own].concat().join(", ");
    let mut sql = format!("INSERT INTO {table} ({columns}) VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "($1" } else { ", ($1" });
        let first_own = 2 + common.len() + row * own.len();
        for place in (2..2 + common.len()).chain(first_own..first_own + own.len()) {
            let _ = write!(sql, ", ${place}");
        }
        sql.push(')');
    }
    sql
}
