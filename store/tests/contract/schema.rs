//! Both schemas have the same tables, columns, nullability, keys and indexes.

use crate::support::TestDb;
use std::collections::BTreeSet;

#[tokio::test]
async fn schemas_match() {
    let (sqlite, postgres) = (TestDb::sqlite().await, TestDb::postgres().await);
    let (of_sqlite, of_postgres) = (on_sqlite(&sqlite).await, on_postgres(&postgres).await);
    sqlite.remove().await;
    postgres.remove().await;
    let (only_sqlite, only_postgres): (Vec<_>, Vec<_>) =
        (of_sqlite.difference(&of_postgres).collect(), of_postgres.difference(&of_sqlite).collect());
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only on SQLite: {only_sqlite:#?}\nonly on PostgreSQL: {only_postgres:#?}"
    );
    assert!(of_sqlite.contains("secrets FK (org_id, credential_id) -> credentials (org_id, id)"), "{of_sqlite:#?}");
    assert!(of_sqlite.contains("secrets.verifier BYTES NOT NULL"), "{of_sqlite:#?}");
    assert!(of_sqlite.contains("apis UNIQUE INDEX apis_of_platform (audience) PARTIAL"), "{of_sqlite:#?}");
}

async fn on_sqlite(db: &TestDb) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for table in db.tables().await {
        for sql in [
            format!(
                "SELECT '{table}.' || name || ' ' || replace(upper(type), 'BLOB', 'BYTES')
                    || iif(\"notnull\", ' NOT NULL', '') FROM pragma_table_info('{table}')"
            ),
            format!(
                "SELECT '{table} PK (' || group_concat(name, ', ') || ')'
                 FROM (SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk)"
            ),
            format!(
                "SELECT '{table} UNIQUE (' || (SELECT group_concat(name, ', ') FROM pragma_index_info(i.name)) || ')'
                 FROM pragma_index_list('{table}') i WHERE origin = 'u'"
            ),
            format!(
                "SELECT '{table} ' || iif(\"unique\", 'UNIQUE ', '') || 'INDEX ' || i.name || ' (' ||
                    (SELECT group_concat(name || iif(\"desc\", ' DESC', ''), ', ')
                     FROM pragma_index_xinfo(i.name) WHERE key) || ')' || iif(partial, ' PARTIAL', '')
                 FROM pragma_index_list('{table}') i WHERE origin = 'c'"
            ),
            format!(
                "SELECT '{table} FK (' || group_concat(\"from\", ', ') || ') -> ' || \"table\" || ' (' ||
                    group_concat(\"to\", ', ') || ')'
                 FROM (SELECT * FROM pragma_foreign_key_list('{table}') ORDER BY id, seq) GROUP BY id, \"table\""
            ),
        ] {
            facts.extend(db.texts(&sql).await);
        }
    }
    facts
}

async fn on_postgres(db: &TestDb) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for table in db.tables().await {
        for sql in [
            format!(
                "SELECT '{table}.' || column_name || ' ' || replace(upper(data_type), 'BYTEA', 'BYTES')
                    || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"
            ),
            format!(
                "SELECT '{table} ' || replace(replace(pg_get_constraintdef(oid), 'PRIMARY KEY', 'PK'),
                    'FOREIGN KEY', 'FK')
                 FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype IN ('p', 'u', 'f')"
            ),
            format!(
                "SELECT '{table} ' || CASE WHEN indexdef LIKE '%UNIQUE%' THEN 'UNIQUE ' ELSE '' END || 'INDEX '
                    || indexname || regexp_replace(substring(indexdef from ' \\(.*\\)$'), ' WHERE .*', ' PARTIAL')
                 FROM pg_indexes
                 WHERE tablename = '{table}' AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            ),
        ] {
            let known = db.texts(&sql).await.into_iter();
            facts.extend(known.map(|fact| match fact.split_once(" REFERENCES ") {
                Some((key, target)) => format!("{key} -> {}", target.replacen('(', " (", 1)),
                None => fact,
            }));
        }
    }
    facts
}
