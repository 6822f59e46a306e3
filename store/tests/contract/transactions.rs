//! A change and its event are stored together or not at all, and writers of one organization take turns.

use crate::support::{TestDb, at, event, world::insert};
use domain::{Description, audit::AuditAction};
use store::{ChainVerdict, Constraint, StoreError};

on_both!(
    a_transaction_that_is_not_committed_leaves_nothing,
    a_commit_keeps_the_change_and_exactly_one_event,
    a_commit_that_fails_keeps_neither_change_nor_event,
    what_a_writer_has_read_stays_true_until_it_commits,
    a_reader_sees_one_state_while_others_write,
    a_writer_that_waits_too_long_is_told_to_try_again,
    writers_of_different_organizations_do_not_mix_up_their_numbers,
);

async fn a_transaction_that_is_not_committed_leaves_nothing(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let before = db.dump().await;

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    insert(&mut tx, &acme.token("another")).await;
    tx.revoke_credential(token.id, at(9)).await.unwrap();
    drop(tx);

    assert_eq!(db.dump().await, before);
}

async fn a_commit_keeps_the_change_and_exactly_one_event(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;

    let numbers = db.texts("SELECT CAST(seq AS TEXT) FROM audit_events ORDER BY seq").await;
    assert_eq!(numbers, ["1", "2"]);
    let last = "SELECT action || ' ' || actor_type || ' ' || actor_id || ' ' || actor_session_id || ' ' || target_id
        || ' ' || target_name || ' ' || detail || ' ' || request_id || ' ' || ip || ' ' || user_agent
        FROM audit_events WHERE seq = 2";
    let told = format!(
        r#"credential.issued person {} {} {} CI {{"note":"as it was"}} req-1 203.0.113.7 curl/8"#,
        acme.user.id, acme.session, token.id
    );
    assert_eq!(db.texts(last).await, [told]);
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(tx.credential(token.id).await.unwrap(), token);
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 2, unkeyed: 0 });
}

async fn a_commit_that_fails_keeps_neither_change_nor_event(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let issued = event(AuditAction::CredentialIssued, &acme.token("CI"));
    let tx = db.store.write(&acme.own()).await.unwrap();
    tx.commit(issued.clone()).await.unwrap();
    let before = db.dump().await;

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    insert(&mut tx, &acme.token("another")).await;
    let same_event_again = tx.commit(issued).await;

    assert!(matches!(same_event_again, Err(StoreError::Conflict(Constraint::Id))), "{same_event_again:?}");
    assert_eq!(db.dump().await, before);
}

async fn what_a_writer_has_read_stays_true_until_it_commits(db: TestDb) {
    const WRITERS: usize = 8;
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;

    let writers = (0..WRITERS).map(|_| {
        let (db, acme, id) = (db.clone(), acme.clone(), token.id);
        tokio::spawn(async move {
            let mut tx = db.store.write(&acme.own()).await.unwrap();
            let mut read = tx.credential(id).await.unwrap();
            read.grant.description = Description::parse(&format!("{}+", read.grant.description)).unwrap();
            tx.update_credential(&read).await.unwrap();
            tx.commit(event(AuditAction::CredentialUpdated, &read)).await.unwrap();
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }

    let mut tx = db.store.read(&acme.own()).await.unwrap();
    let description = tx.credential(token.id).await.unwrap().grant.description.to_string();
    assert_eq!(description, format!("{}{}", token.grant.description, "+".repeat(WRITERS)));
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 2 + WRITERS as i64, unkeyed: 0 });
}

async fn a_reader_sees_one_state_while_others_write(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut reader = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(reader.credential(token.id).await.unwrap().revoked_at, None);

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.revoke_credential(token.id, at(9)).await.unwrap();
    tx.commit(event(AuditAction::CredentialRevoked, &token)).await.unwrap();

    assert_eq!(reader.credential(token.id).await.unwrap().revoked_at, None);
    let mut later = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(later.credential(token.id).await.unwrap().revoked_at, Some(at(9)));
}

async fn a_writer_that_waits_too_long_is_told_to_try_again(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let holder = db.store.write(&acme.own()).await.unwrap();

    let waiting = db.store.write(&acme.own()).await;
    assert!(matches!(waiting, Err(StoreError::Unavailable(_))), "{waiting:?}");

    drop(holder);
    db.store.write(&acme.own()).await.unwrap();
}

async fn writers_of_different_organizations_do_not_mix_up_their_numbers(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let mut issuing = Vec::new();
    for number in 0..10 {
        let (db, tenant) = (db.clone(), if number % 2 == 0 { acme.clone() } else { other.clone() });
        issuing.push(tokio::spawn(async move { db.issued(&tenant, "CI").await }));
    }
    for issuing in issuing {
        issuing.await.unwrap();
    }
    for tenant in [acme, other] {
        let mut tx = db.store.read(&tenant.own()).await.unwrap();
        assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 6, unkeyed: 0 });
    }
}
