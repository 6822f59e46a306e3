//! The audit chain: concurrent writers leave no gaps, and every tampering is detected.

use crate::support::{Tenant, TestDb, event};
use domain::{audit::AuditAction, secret::Pepper};
use sha2::{Digest, Sha256};
use store::{AuditFilter, ChainFault, ChainVerdict, PageRequest, StoreError};

on_both!(
    concurrent_writers_leave_no_gap,
    a_chain_longer_than_a_batch_is_verified_whole,
    an_organization_without_events_has_a_whole_chain,
    the_database_refuses_to_change_or_delete_an_event,
    every_altered_column_is_noticed,
    a_removed_event_is_named,
    a_cut_tail_is_named,
    an_event_moved_to_another_place_is_named,
    a_rehashed_event_is_named_by_its_successor,
    a_head_that_was_moved_is_named,
    a_history_that_was_rewritten_without_the_key_is_named,
    a_chain_from_before_keys_is_whole_up_to_its_first_keyed_event,
    an_event_without_a_key_after_a_keyed_one_is_named,
    an_event_that_names_another_key_is_named,
    nothing_is_committed_without_a_key,
    events_of_earlier_releases_are_listed_by_the_names_of_today,
);

async fn verdict(db: &TestDb, tenant: &Tenant) -> ChainVerdict {
    db.store.read(&tenant.own()).await.unwrap().verify_chain().await.unwrap()
}

/// Creates an organization with this number of events.
async fn with_events(db: &TestDb, count: usize) -> Tenant {
    let tenant = db.signed_up("acme").await;
    for _ in 1..count {
        db.issued(&tenant, "CI").await;
    }
    tenant
}

/// Removes the protections, as an attacker with the database's superuser password would.
async fn unlock(db: &TestDb) {
    db.execute(if db.is_sqlite() {
        "DROP TRIGGER audit_events_are_never_changed; DROP TRIGGER audit_events_are_never_deleted;
         DROP TRIGGER audit_events_are_keyed"
    } else {
        "DROP TRIGGER audit_events_are_never_changed ON audit_events;
         ALTER TABLE audit_events DROP CONSTRAINT audit_events_are_keyed"
    })
    .await;
}

async fn concurrent_writers_leave_no_gap(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut writers = Vec::new();
    for number in 0..12 {
        let (db, acme) = (db.clone(), acme.clone());
        writers.push(tokio::spawn(async move {
            // Every third writer rolls back.
            if number % 3 == 0 {
                drop(db.store.write(&acme.own()).await.unwrap());
            } else {
                db.issued(&acme, "CI").await;
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let numbers = db.texts("SELECT CAST(seq AS TEXT) FROM audit_events ORDER BY seq").await;
    assert_eq!(numbers, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 9, unkeyed: 0 });
}

async fn a_chain_longer_than_a_batch_is_verified_whole(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for _ in 0..501 {
        let tx = db.store.write(&acme.own()).await.unwrap();
        tx.commit(event(AuditAction::SessionStarted, acme.session)).await.unwrap();
    }
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 502, unkeyed: 0 });
}

async fn an_organization_without_events_has_a_whole_chain(db: TestDb) {
    assert_eq!(verdict(&db, &Tenant::new("acme")).await, ChainVerdict::Whole { events: 0, unkeyed: 0 });
}

async fn the_database_refuses_to_change_or_delete_an_event(db: TestDb) {
    with_events(&db, 2).await;
    let before = db.dump().await;
    for sql in ["UPDATE audit_events SET actor_name = 'Mallory'", "DELETE FROM audit_events WHERE seq = 2"] {
        let refused = db.try_execute(sql).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    assert_eq!(db.dump().await, before);
}

async fn every_altered_column_is_noticed(db: TestDb) {
    let acme = with_events(&db, 3).await;
    unlock(&db).await;
    let columns = db.columns("audit_events").await;
    let covered = columns
        .iter()
        .filter(|column| !["org_id", "seq", "prev_hash", "hash", "key_version"].contains(&column.as_str()));
    for column in covered {
        let number = column == "at";
        let keep = format!("CREATE TABLE kept AS SELECT {column} AS value FROM audit_events WHERE seq = 2");
        db.execute(&keep).await;
        let forged = if number { "at + 1" } else { "'forged'" };
        db.execute(&format!("UPDATE audit_events SET {column} = {forged} WHERE seq = 2")).await;
        let broken = ChainVerdict::Broken { seq: 2, fault: ChainFault::Altered };
        assert_eq!(verdict(&db, &acme).await, broken, "{column}");
        db.execute(&format!("UPDATE audit_events SET {column} = (SELECT value FROM kept) WHERE seq = 2")).await;
        db.execute("DROP TABLE kept").await;
        assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 3, unkeyed: 0 }, "{column}");
    }
}

async fn a_removed_event_is_named(db: TestDb) {
    let acme = with_events(&db, 4).await;
    unlock(&db).await;
    db.execute("DELETE FROM audit_events WHERE seq = 2").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 2, fault: ChainFault::Removed });
}

async fn a_cut_tail_is_named(db: TestDb) {
    let acme = with_events(&db, 4).await;
    unlock(&db).await;
    db.execute("DELETE FROM audit_events WHERE seq >= 3").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 3, fault: ChainFault::Removed });
}

async fn an_event_moved_to_another_place_is_named(db: TestDb) {
    let acme = with_events(&db, 4).await;
    unlock(&db).await;
    db.execute("DELETE FROM audit_events WHERE seq = 2; UPDATE audit_events SET seq = 2 WHERE seq = 3").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 2, fault: ChainFault::Unlinked });
}

async fn a_rehashed_event_is_named_by_its_successor(db: TestDb) {
    let acme = with_events(&db, 3).await;
    unlock(&db).await;
    // As if event 2 had been rewritten with its own hash.
    db.execute("UPDATE audit_events SET prev_hash = (SELECT hash FROM audit_events WHERE seq = 1) WHERE seq = 3").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 3, fault: ChainFault::Unlinked });
}

async fn a_head_that_was_moved_is_named(db: TestDb) {
    let acme = with_events(&db, 3).await;
    db.execute("UPDATE audit_heads SET seq = 2").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 3, fault: ChainFault::HeadDiffers });
    db.execute("UPDATE audit_heads SET seq = 3, hash = (SELECT hash FROM audit_events WHERE seq = 1)").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 3, fault: ChainFault::HeadDiffers });
}

/// The fields of an event in the order in which they are hashed. `true` marks numbers.
const FIELDS: [(&str, bool); 18] = [
    ("org_id", false),
    ("seq", true),
    ("id", false),
    ("at", true),
    ("action", false),
    ("actor_type", false),
    ("actor_id", false),
    ("actor_name", false),
    ("actor_credential_id", false),
    ("actor_credential_name", false),
    ("actor_session_id", false),
    ("target_type", false),
    ("target_id", false),
    ("target_name", false),
    ("detail", false),
    ("request_id", false),
    ("ip", false),
    ("user_agent", false),
];

/// Rewrites every event from this number on, and the head. Without a key it uses SHA-256, as before chains were keyed.
async fn rehash(db: &TestDb, from: i64, key: Option<&Pepper>) {
    let hex = if db.is_sqlite() { "lower(hex(hash))" } else { "encode(hash, 'hex')" };
    let before = db.texts(&format!("SELECT {hex} FROM audit_events WHERE seq = {}", from - 1)).await;
    let mut hash = before.first().map_or(vec![0; 32], |hex| bytes(hex));
    let numbers =
        db.texts(&format!("SELECT CAST(seq AS TEXT) FROM audit_events WHERE seq >= {from} ORDER BY seq")).await;
    for seq in &numbers {
        let prev = hash.clone();
        hash = forged(db, seq, &prev, key).await;
        let version = key.map_or("NULL".to_owned(), |key| key.version().to_string());
        let (prev, hash) = (literal(db, &prev), literal(db, &hash));
        let set = format!("prev_hash = {prev}, hash = {hash}, key_version = {version}");
        db.execute(&format!("UPDATE audit_events SET {set} WHERE seq = {seq}")).await;
        db.execute(&format!("UPDATE audit_heads SET seq = {seq}, hash = {hash}")).await;
    }
}

async fn forged(db: &TestDb, seq: &str, prev: &[u8], key: Option<&Pepper>) -> Vec<u8> {
    let mut form = prev.to_vec();
    match key {
        None => form.extend(b"mintmark-audit-1"),
        Some(key) => form.extend([&b"mintmark-audit-2"[..], &key.version().to_be_bytes()].concat()),
    }
    for (field, is_number) in FIELDS {
        let sql = format!("SELECT CAST({field} AS TEXT) FROM audit_events WHERE seq = {seq} AND {field} IS NOT NULL");
        match db.texts(&sql).await.first() {
            None => form.push(0),
            Some(text) => {
                let value = match is_number {
                    true => text.parse::<i64>().unwrap().to_be_bytes().to_vec(),
                    false => text.clone().into_bytes(),
                };
                form.push(1);
                form.extend((value.len() as u64).to_be_bytes());
                form.extend(value);
            }
        }
    }
    match key {
        None => Sha256::digest(form).to_vec(),
        Some(key) => key.mac(&form).to_vec(),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn literal(db: &TestDb, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if db.is_sqlite() { format!("x'{hex}'") } else { format!("decode('{hex}', 'hex')") }
}

const FORGE: &str = "UPDATE audit_events SET actor_name = 'Mallory' WHERE seq = 2";

async fn a_history_that_was_rewritten_without_the_key_is_named(db: TestDb) {
    let acme = with_events(&db, 4).await;
    unlock(&db).await;
    let ours = Pepper::new(1, [9; 32]);
    rehash(&db, 1, Some(&ours)).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 4, unkeyed: 0 }, "this test hashes as we do");

    db.execute(FORGE).await;
    rehash(&db, 2, None).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 2, fault: ChainFault::Unkeyed });
    rehash(&db, 1, None).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 4, fault: ChainFault::Unkeyed });
    rehash(&db, 1, Some(&Pepper::new(1, [8; 32]))).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 1, fault: ChainFault::Altered });
}

/// Creates a chain of four events that an earlier release wrote, and a first keyed event.
async fn from_before_keys(db: &TestDb) -> Tenant {
    let acme = with_events(db, 4).await;
    unlock(db).await;
    rehash(db, 1, None).await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    assert!(!tx.is_chain_keyed().await.unwrap());
    tx.commit(event(AuditAction::AuditChainKeyed, &acme.org)).await.unwrap();
    assert!(db.store.write(&acme.own()).await.unwrap().is_chain_keyed().await.unwrap());
    acme
}

async fn a_chain_from_before_keys_is_whole_up_to_its_first_keyed_event(db: TestDb) {
    let acme = from_before_keys(&db).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 5, unkeyed: 4 });
    db.execute(FORGE).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 2, fault: ChainFault::Altered });
    // All hashes that an attacker can compute are right again, but not that of the keyed event.
    let keyed = db.texts("SELECT CAST(key_version AS TEXT) FROM audit_events WHERE seq = 5").await;
    rehash(&db, 1, None).await;
    db.execute(&format!("UPDATE audit_events SET key_version = {} WHERE seq = 5", keyed[0])).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 5, fault: ChainFault::Altered });
    // Without that event, no keyed event is left in the chain.
    db.execute("DELETE FROM audit_events WHERE seq = 5").await;
    rehash(&db, 1, None).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 4, fault: ChainFault::Unkeyed });
}

async fn an_event_without_a_key_after_a_keyed_one_is_named(db: TestDb) {
    let acme = from_before_keys(&db).await;
    db.issued(&acme, "CI").await;
    rehash(&db, 6, None).await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 6, fault: ChainFault::Unkeyed });
}

async fn an_event_that_names_another_key_is_named(db: TestDb) {
    let acme = with_events(&db, 3).await;
    unlock(&db).await;
    db.execute("UPDATE audit_events SET key_version = 2 WHERE seq = 2").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 2, fault: ChainFault::UnknownKey });
    db.execute("UPDATE audit_events SET key_version = NULL WHERE seq = 2").await;
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Broken { seq: 2, fault: ChainFault::Altered });
}

async fn nothing_is_committed_without_a_key(db: TestDb) {
    let acme = with_events(&db, 2).await;
    let before = db.dump().await;
    let keyless = store::Db::connect(&db.url).await.unwrap();
    let tx = keyless.write(&acme.own()).await.unwrap();
    let refused = tx.commit(event(AuditAction::SessionStarted, acme.session)).await;
    assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    keyless.close().await;
    let insert =
        "INSERT INTO audit_events SELECT org_id, seq + 1, 'evt_1', at, action, actor_type, actor_id, actor_name,
        actor_credential_id, actor_credential_name, actor_session_id, target_type, target_id, target_name, detail,
        request_id, ip, user_agent, hash, hash, NULL FROM audit_events WHERE seq = 2";
    assert!(db.try_execute(insert).await.unwrap_err().to_string().contains("keyed"));
    assert_eq!(db.dump().await, before);
}

async fn events_of_earlier_releases_are_listed_by_the_names_of_today(db: TestDb) {
    let acme = with_events(&db, 2).await;
    unlock(&db).await;
    db.execute("UPDATE audit_events SET action = 'organisation.created', target_type = 'organisation' WHERE seq = 1")
        .await;
    let filter = AuditFilter { action: Some("organization.created".to_owned()), ..AuditFilter::default() };
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    let listed = tx.audit_events(&filter, &PageRequest::new(10, None)).await.unwrap().items;
    let names: Vec<_> = listed.iter().map(|event| (&*event.action, &*event.target_type)).collect();
    assert_eq!(names, [("organization.created", "organization")]);
}
