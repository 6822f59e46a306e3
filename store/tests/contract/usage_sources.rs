//! Usage sources: each is stored once with its latest time, their number is limited, and old ones are deleted.

use crate::support::{Tenant, TestDb, at};
use domain::{Timestamp, credential::Credential};
use store::{MAX_USAGE_SOURCES, NewUsageSource, StoredUsageSource, UsageSourceKind};

on_both!(
    a_trace_is_kept_once_with_when_it_was_last_noted,
    a_credential_has_a_bounded_number_of_traces_and_those_it_has_stay_current,
    whoever_asked_is_named_if_they_are_the_organizations_own,
    what_is_gone_is_passed_over_and_what_is_old_is_forgotten,
);

fn source(of: &Credential, kind: UsageSourceKind, value: &str, at: Timestamp) -> NewUsageSource {
    NewUsageSource { org: of.org, credential: of.id, kind, value: value.to_owned(), at }
}

async fn noted(db: &TestDb, tenant: &Tenant, of: &Credential, from: Timestamp) -> Vec<StoredUsageSource> {
    db.store.read(&tenant.everyone()).await.unwrap().usage_sources(of.id, from).await.unwrap()
}

async fn a_trace_is_kept_once_with_when_it_was_last_noted(db: TestDb) {
    let tenant = db.signed_up("acme").await;
    let token = db.issued(&tenant, "CI").await;
    for (kind, value, seconds) in [
        (UsageSourceKind::Address, "192.0.2.1", 5),
        (UsageSourceKind::Address, "192.0.2.1", 9),
        (UsageSourceKind::Address, "192.0.2.1", 7),
        (UsageSourceKind::Address, "192.0.2.2", 8),
        (UsageSourceKind::Operation, "contacts.list", 6),
    ] {
        db.store.note_usage_sources(&[source(&token, kind, value, at(seconds))]).await.unwrap();
    }
    let told: Vec<_> = noted(&db, &tenant, &token, at(0)).await;
    let told: Vec<_> = told.iter().map(|source| (source.value.as_str(), source.noted_at)).collect();
    assert_eq!(told, [("192.0.2.1", at(9)), ("192.0.2.2", at(8)), ("contacts.list", at(6))]);
    assert_eq!(noted(&db, &tenant, &token, at(9)).await.len(), 1, "since then");
}

async fn a_credential_has_a_bounded_number_of_traces_and_those_it_has_stay_current(db: TestDb) {
    let tenant = db.signed_up("acme").await;
    let token = db.issued(&tenant, "CI").await;
    let many: Vec<_> = (0..MAX_USAGE_SOURCES + 5)
        .map(|n| source(&token, UsageSourceKind::Address, &format!("192.0.2.{n}"), at(n)))
        .collect();
    db.store.note_usage_sources(&many).await.unwrap();
    db.store.note_usage_sources(&[source(&token, UsageSourceKind::Operation, "contacts.list", at(1))]).await.unwrap();
    db.store.note_usage_sources(&[source(&token, UsageSourceKind::Address, "192.0.2.0", at(900))]).await.unwrap();
    let told = noted(&db, &tenant, &token, at(0)).await;
    assert_eq!(told.len() as i64, MAX_USAGE_SOURCES + 1, "each kind has its own room");
    assert_eq!((told[0].value.as_str(), told[0].noted_at), ("192.0.2.0", at(900)));
}

async fn whoever_asked_is_named_if_they_are_the_organizations_own(db: TestDb) {
    let (tenant, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let (token, gate) = (db.issued(&tenant, "CI").await, db.issued(&tenant, "gate").await);
    let foreign = db.issued(&other, "theirs").await;
    for by in [&gate, &foreign] {
        db.store.note_usage_sources(&[source(&token, UsageSourceKind::Api, &by.id.to_string(), at(1))]).await.unwrap();
    }
    let mut names: Vec<_> = noted(&db, &tenant, &token, at(0)).await.into_iter().map(|source| source.name).collect();
    names.sort();
    assert_eq!(names, [None, Some("gate".to_owned())]);
}

async fn what_is_gone_is_passed_over_and_what_is_old_is_forgotten(db: TestDb) {
    let (tenant, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let token = db.issued(&tenant, "CI").await;
    let elsewhere =
        NewUsageSource { org: other.org.id, ..source(&token, UsageSourceKind::Address, "192.0.2.1", at(5)) };
    db.store.note_usage_sources(&[elsewhere]).await.unwrap();
    assert_eq!(noted(&db, &tenant, &token, at(0)).await, []);
    for (address, seconds) in [("192.0.2.1", 5), ("192.0.2.2", 6)] {
        db.store.note_usage_sources(&[source(&token, UsageSourceKind::Address, address, at(seconds))]).await.unwrap();
    }
    db.store.sweep_usage_sources(at(6)).await.unwrap();
    let told = noted(&db, &tenant, &token, at(0)).await;
    assert_eq!(told.iter().map(|source| source.value.as_str()).collect::<Vec<_>>(), ["192.0.2.2"]);
}
