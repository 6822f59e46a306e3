//! The audit chain: no gaps under concurrency, no change without being noticed.

use crate::support::{Tenant, TestDb};
use store::{ChainFault, ChainVerdict};

on_both!(
    concurrent_writers_leave_no_gap,
    a_chain_longer_than_a_batch_is_verified_whole,
    an_organisation_without_events_has_a_whole_chain,
    the_database_refuses_to_change_or_delete_an_event,
    every_altered_column_is_noticed,
    a_removed_event_is_named,
    a_cut_tail_is_named,
    an_event_moved_to_another_place_is_named,
    a_rehashed_event_is_named_by_its_successor,
    a_head_that_was_moved_is_named,
);

async fn verdict(db: &TestDb, tenant: &Tenant) -> ChainVerdict {
    db.store.read(&tenant.own()).await.unwrap().verify_chain().await.unwrap()
}

/// An organisation with this many events.
async fn with_events(db: &TestDb, count: usize) -> Tenant {
    let tenant = db.signed_up("acme").await;
    for _ in 1..count {
        db.issued(&tenant, "CI").await;
    }
    tenant
}

/// What somebody with the database's superuser password would do first.
async fn unlock(db: &TestDb) {
    db.execute(if db.is_sqlite() {
        "DROP TRIGGER audit_events_are_never_changed; DROP TRIGGER audit_events_are_never_deleted"
    } else {
        "DROP TRIGGER audit_events_are_never_changed ON audit_events"
    })
    .await;
}

async fn concurrent_writers_leave_no_gap(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut writers = Vec::new();
    for number in 0..12 {
        let (db, acme) = (db.clone(), acme.clone());
        writers.push(tokio::spawn(async move {
            // Every third one changes its mind.
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
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 9 });
}

async fn a_chain_longer_than_a_batch_is_verified_whole(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for _ in 0..501 {
        let tx = db.store.write(&acme.own()).await.unwrap();
        tx.commit(crate::support::event(domain::audit::AuditAction::SessionStarted, acme.session)).await.unwrap();
    }
    assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 502 });
}

async fn an_organisation_without_events_has_a_whole_chain(db: TestDb) {
    assert_eq!(verdict(&db, &Tenant::new("acme")).await, ChainVerdict::Whole { events: 0 });
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
    let covered = columns.iter().filter(|column| !["org_id", "seq", "prev_hash", "hash"].contains(&column.as_str()));
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
        assert_eq!(verdict(&db, &acme).await, ChainVerdict::Whole { events: 3 }, "{column}");
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
    // As if event 2 had been rewritten with a hash of its own.
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
