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

/// Tables whose rows belong to a tenant.
const TENANT_TABLES: [&str; 19] = [
    "org_authorizations",
    "org_limits",
    "outbox",
    "offboardings",
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
    "usage_hours",
    "refused_calls",
    "usage_sources",
];

/// Statements that need not name a tenant, and the reason. They find the tenant before a caller is known, tell a job
/// where it has work, load the verifier's snapshot, or delete old rows. This list may only shrink.
const WITHOUT_A_TENANT: [(&str, &str); 13] = [
    ("MEMBERSHIPS_OF", "lookup: which tenants a person may choose from"),
    ("DUE_NOTICES", "job: answers ids alone"),
    ("IDLE", "job: likewise"),
    ("IDLE_ELSEWHERE", "job: likewise"),
    ("DUE_MAIL", "job: likewise"),
    ("COUNT_SECRETS", "memory: how much room it needs"),
    ("REVOKED_ACCESS_TOKENS", "memory: likewise for access tokens"),
    ("DELETE_EXPIRED_CLAIMS", "over"),
    ("DELETE_ENDED_ACCESS_TOKENS", "over"),
    ("DELETE_ENDED_ASSERTIONS", "over"),
    ("DELETE_OLD_USAGE_SOURCES", "over"),
    ("DELETE_OLD_REFUSED_CALLS", "over"),
    ("DELETE_OLD_MAIL", "over"),
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
    exceptions.sort_unstable_by_key(|name| WITHOUT_A_TENANT.iter().position(|(known, _)| known == name));
    assert_eq!(exceptions, WITHOUT_A_TENANT.map(|(name, _)| name));
}
