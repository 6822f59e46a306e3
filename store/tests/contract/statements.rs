//! Every statement runs on both databases and names its tenant.

use crate::support::TestDb;

on_both!(every_statement_prepares);

async fn every_statement_prepares(db: TestDb) {
    let mut refused = Vec::new();
    for (name, sql) in store::all_statements() {
        if let Err(error) = db.prepares(sql).await {
            refused.push(format!("{name}: {error}"));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(store::all_statements().count() > 20, "the list of statements is not the list of statements");
}

#[test]
fn no_statement_uses_what_only_one_database_understands() {
    for (name, sql) in store::all_statements() {
        let sql = sql.to_uppercase();
        for dialect in ["NOW()", "ILIKE", "FOR UPDATE", "::", "ANY(", "DATETIME(", "CURRENT_", "?"] {
            assert!(!sql.contains(dialect), "{name} has {dialect}");
        }
    }
}

/// What belongs to a tenant.
const TENANT_TABLES: [&str; 12] = [
    "credentials",
    "secrets",
    "memberships",
    "audit_events",
    "audit_heads",
    "service_accounts",
    "apis",
    "api_scopes",
    "operations",
    "claims",
    "revoked_access_tokens",
    "used_assertions",
];

/// The statements of `lookups.rs` that find out which tenant it is, and those that forget what is over. This
/// list may only shrink.
const WITHOUT_A_TENANT: [&str; 7] = [
    "PRESENTED",
    "PRESENTED_BY_ID",
    "MEMBERSHIPS_OF",
    "DUE_NOTICES",
    "DELETE_EXPIRED_CLAIMS",
    "DELETE_ENDED_ACCESS_TOKENS",
    "DELETE_ENDED_ASSERTIONS",
];

#[test]
fn every_statement_on_a_tenants_rows_names_the_tenant_first() {
    let mut exceptions = Vec::new();
    for (name, sql) in store::all_statements() {
        let reads = |table: &&str| {
            ["FROM ", "JOIN ", "UPDATE ", "INSERT INTO "].iter().any(|verb| sql.contains(&format!("{verb}{table}")))
        };
        let names_it = sql.contains("WHERE org_id = $1") || sql.contains(".org_id = $1");
        let inserts_it = sql.contains("(org_id,") && sql.contains("VALUES ($1");
        if TENANT_TABLES.iter().any(reads) && !names_it && !inserts_it {
            exceptions.push(name);
        }
    }
    exceptions.sort_unstable_by_key(|name| WITHOUT_A_TENANT.iter().position(|known| known == name));
    assert_eq!(exceptions, WITHOUT_A_TENANT);
}
