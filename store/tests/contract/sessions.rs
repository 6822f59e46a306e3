//! Browser sessions: found by a hash, gone once ended or expired, and listed only for their owner.

use crate::support::{Tenant, TestDb, at, event};
use domain::{Timestamp, account::SessionInfo, audit::AuditAction, ids::SessionId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{SessionTable, StoreError, sessions};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::ExpiredDeletion,
};

on_both!(
    a_session_reads_back_as_it_was_saved,
    what_opens_a_session_is_in_no_column,
    an_expired_session_does_not_load_and_is_deleted,
    a_taken_cookie_id_is_drawn_again,
    an_ended_session_is_not_brought_back_by_a_late_save,
    its_owner_sees_their_sessions_the_last_seen_first,
    its_owner_ends_one_or_all_others,
    a_new_cookie_for_the_same_public_id_replaces_the_old_one,
    data_that_contradicts_its_well_known_keys_is_refused,
);

/// A clock that the test sets.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn table(db: &TestDb) -> (Self, SessionTable) {
        let clock = Self(Arc::new(AtomicI64::new(at(0).millis())));
        let read = clock.clone();
        let now = Arc::new(move || Timestamp::from_millis(read.0.load(Ordering::SeqCst)));
        (clock, SessionTable::new(db.store.clone(), now))
    }

    fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }
}

fn anonymous() -> Record {
    Record {
        id: Id::default(),
        data: HashMap::from([("theme".to_owned(), json!("dark"))]),
        expiry_date: at(1800).to_utc(),
    }
}

fn signed_in(tenant: &Tenant, session: SessionId) -> Record {
    let mut record = anonymous();
    for (key, value) in [
        (sessions::SESSION_ID, session.to_string()),
        (sessions::USER_ID, tenant.user.id.to_string()),
        (sessions::IP, "203.0.113.7".to_owned()),
        (sessions::USER_AGENT, "Firefox".to_owned()),
    ] {
        record.data.insert(key.to_owned(), Value::String(value));
    }
    record
}

fn new_session() -> SessionId {
    SessionId::new(at(0), crate::support::world::entropy())
}

async fn listed(db: &TestDb, tenant: &Tenant, now: Timestamp) -> Vec<SessionInfo> {
    db.store.read(&tenant.own()).await.unwrap().list_sessions(now).await.unwrap()
}

async fn a_session_reads_back_as_it_was_saved(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let mut record = anonymous();
    table.create(&mut record).await.unwrap();
    assert_eq!(table.load(&record.id).await.unwrap(), Some(record.clone()));

    record.data.insert("theme".to_owned(), json!({ "name": "light" }));
    record.expiry_date = at(3600).to_utc();
    table.save(&record).await.unwrap();
    assert_eq!(table.load(&record.id).await.unwrap(), Some(record.clone()));

    table.delete(&record.id).await.unwrap();
    assert_eq!(table.load(&record.id).await.unwrap(), None);
    assert_eq!(table.load(&Id::default()).await.unwrap(), None);
}

async fn what_opens_a_session_is_in_no_column(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let acme = db.signed_up("acme").await;
    let mut record = signed_in(&acme, acme.session);
    table.create(&mut record).await.unwrap();

    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let id = record.id.0;
    let stored = db.dump().await.join("\n").to_lowercase();
    for opening in [record.id.to_string(), id.to_string(), hex(&id.to_le_bytes()), hex(&id.to_be_bytes())] {
        assert!(!stored.contains(&opening.to_lowercase()), "{opening}");
    }
    assert!(stored.contains(&hex(&Sha256::digest(id.to_le_bytes()))));
}

async fn an_expired_session_does_not_load_and_is_deleted(db: TestDb) {
    let (clock, table) = Clock::table(&db);
    let (mut short, mut long) = (anonymous(), anonymous());
    long.expiry_date = at(3600).to_utc();
    table.create(&mut short).await.unwrap();
    table.create(&mut long).await.unwrap();

    clock.set(at(1799));
    assert!(table.load(&short.id).await.unwrap().is_some());
    clock.set(at(1800));
    assert_eq!(table.load(&short.id).await.unwrap(), None);
    table.delete_expired().await.unwrap();
    assert_eq!(db.texts("SELECT data FROM sessions").await.len(), 1);
    assert_eq!(table.load(&long.id).await.unwrap(), Some(long));
}

async fn a_taken_cookie_id_is_drawn_again(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let mut first = anonymous();
    table.create(&mut first).await.unwrap();
    let mut second = first.clone();
    second.data.clear();
    table.create(&mut second).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(table.load(&first.id).await.unwrap(), Some(first));
}

async fn an_ended_session_is_not_brought_back_by_a_late_save(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let acme = db.signed_up("acme").await;
    let mut record = signed_in(&acme, acme.session);
    table.create(&mut record).await.unwrap();

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.end_session(acme.session).await.unwrap();
    tx.commit(event(AuditAction::SessionEnded, acme.session)).await.unwrap();
    table.save(&record).await.unwrap();

    assert_eq!(table.load(&record.id).await.unwrap(), None);
    assert!(listed(&db, &acme, at(0)).await.is_empty());
}

async fn its_owner_sees_their_sessions_the_last_seen_first(db: TestDb) {
    let (clock, table) = Clock::table(&db);
    let acme = db.signed_up("acme").await;
    let mut here = signed_in(&acme, acme.session);
    let mut elsewhere = signed_in(&acme, new_session());
    elsewhere.data.insert(sessions::STARTED_AT.to_owned(), json!(at(-60)));
    table.create(&mut here).await.unwrap();
    clock.set(at(10));
    table.create(&mut elsewhere).await.unwrap();
    table.create(&mut anonymous()).await.unwrap();
    clock.set(at(20));
    table.save(&here).await.unwrap();

    let sessions = listed(&db, &acme, at(20)).await;
    let seen: Vec<_> = sessions.iter().map(|session| (session.created_at, session.last_seen_at)).collect();
    assert_eq!(seen, [(at(0), at(20)), (at(-60), at(10))]);
    let first = SessionInfo {
        id: acme.session,
        user: acme.user.id,
        created_at: at(0),
        last_seen_at: at(20),
        expires_at: at(1800),
        ip: Some("203.0.113.7".parse().unwrap()),
        user_agent: Some("Firefox".to_owned()),
    };
    assert_eq!(sessions[0], first);
    assert!(listed(&db, &acme, at(1800)).await.is_empty(), "expired ones are not listed");
}

async fn its_owner_ends_one_or_all_others(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let acme = db.signed_up("acme").await;
    let others = [new_session(), new_session(), new_session()];
    for session in others.into_iter().chain([acme.session]) {
        table.create(&mut signed_in(&acme, session)).await.unwrap();
    }

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.end_session(others[0]).await.unwrap();
    assert!(matches!(tx.end_session(others[0]).await, Err(StoreError::Missing)));
    assert_eq!(tx.end_other_sessions(acme.session).await.unwrap(), 2);
    tx.commit(event(AuditAction::OtherSessionsEnded, acme.session)).await.unwrap();

    let left: Vec<_> = listed(&db, &acme, at(0)).await.into_iter().map(|session| session.id).collect();
    assert_eq!(left, [acme.session]);
}

async fn a_new_cookie_for_the_same_public_id_replaces_the_old_one(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let acme = db.signed_up("acme").await;
    let (mut old, mut new) = (signed_in(&acme, acme.session), signed_in(&acme, acme.session));
    table.create(&mut old).await.unwrap();
    table.create(&mut new).await.unwrap();
    assert_eq!(table.load(&old.id).await.unwrap(), None);
    assert_eq!(table.load(&new.id).await.unwrap(), Some(new));
}

async fn data_that_contradicts_its_well_known_keys_is_refused(db: TestDb) {
    let (_, table) = Clock::table(&db);
    let acme = db.signed_up("acme").await;
    for (key, value) in [
        (sessions::SESSION_ID, json!("ses_1")),
        (sessions::SESSION_ID, json!(null)),
        (sessions::USER_ID, json!(7)),
        (sessions::IP, json!("here")),
        (sessions::STARTED_AT, json!("yesterday")),
        (sessions::USER_AGENT, json!({})),
    ] {
        let mut record = signed_in(&acme, acme.session);
        record.data.insert(key.to_owned(), value.clone());
        assert!(table.create(&mut record).await.is_err(), "{key}: {value}");
    }
    assert!(db.texts("SELECT data FROM sessions").await.is_empty());
}
