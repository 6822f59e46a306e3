//! The change feed: a node that follows the numbers misses no change that verification depends on.

use crate::support::{
    Tenant, TestDb, at, audit_keys, event,
    world::{insert, secret, used},
};
use domain::{Timestamp, audit::AuditAction, audit::AuditEvent, credential::Secret};
use futures_util::FutureExt;
use std::time::Duration;
use store::{Change, Constraint, Db, FeedWaker, StoreError};

on_both!(
    the_feed_of_an_empty_database_begins_at_zero,
    what_concerns_verification_has_the_next_number_and_nothing_else_has_one,
    a_change_that_is_not_kept_has_no_number_and_leaves_no_gap,
    a_change_is_read_after_any_number_and_no_more_than_asked_for,
    organizations_that_commit_at_once_get_numbers_without_gaps,
    whoever_follows_while_others_commit_misses_none,
    uses_and_changes_at_once_share_one_sequence,
    sweeping_forgets_old_changes_alone,
    sweeping_leaves_no_hole_whatever_the_clocks_say,
    whoever_is_behind_a_sweep_sees_that_something_is_missing,
    a_waker_tells_of_a_commit_made_elsewhere,
    a_waker_tells_of_a_use_that_starts_an_overlap,
    a_waker_whose_connection_was_lost_says_so_and_goes_on,
    nodes_are_known_from_when_they_were_seen_until_they_are_forgotten,
    sweeping_forgets_nodes_that_were_not_seen,
    a_node_is_seen_while_work_takes_every_other_connection,
);

const PROMPT: Duration = Duration::from_secs(5);

async fn after(db: &TestDb, seq: i64) -> Vec<Change> {
    db.store.changes_after(seq, 1_000).await.unwrap()
}

fn numbers(changes: &[Change]) -> Vec<i64> {
    changes.iter().map(|change| change.seq).collect()
}

async fn head(db: &TestDb) -> i64 {
    db.store.feed_head().await.unwrap()
}

/// Commits a change of this tenant at this time, and returns its number.
async fn changed(store: &Db, tenant: &Tenant, at: Timestamp) -> i64 {
    let changed = AuditEvent { at, ..event(AuditAction::CredentialUpdated, &tenant.token("CI")) };
    let tx = store.write(&tenant.own()).await.unwrap();
    tx.commit(changed).await.unwrap().unwrap()
}

async fn the_feed_of_an_empty_database_begins_at_zero(db: TestDb) {
    assert_eq!((head(&db).await, after(&db, 0).await), (0, vec![]));
    db.signed_up("acme").await;
    assert_eq!((head(&db).await, numbers(&after(&db, 0).await)), (1, vec![1]));
}

async fn what_concerns_verification_has_the_next_number_and_nothing_else_has_one(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut last = head(&db).await;
    for action in AuditAction::ALL {
        let tx = db.store.write(&acme.everyone()).await.unwrap();
        let answer = tx.commit(event(action, &token)).await.unwrap();
        let mut expected = vec![];
        if action.concerns_verification() {
            let (org, target_type, target_id) = (acme.org.id, "credential".to_owned(), token.id.to_string());
            expected.push(Change { seq: last + 1, org, target_type, target_id });
        }
        assert_eq!(answer, expected.first().map(|change| change.seq), "{action:?}");
        assert_eq!(after(&db, last).await, expected, "{action:?}");
        last += expected.len() as i64;
        assert_eq!(head(&db).await, last, "{action:?}");
    }
}

async fn a_change_that_is_not_kept_has_no_number_and_leaves_no_gap(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let issued = event(AuditAction::CredentialIssued, &acme.token("CI"));
    let tx = db.store.write(&acme.own()).await.unwrap();
    let last = tx.commit(issued.clone()).await.unwrap().unwrap();
    let (before, feed) = (db.dump().await, after(&db, 0).await);

    let mut dropped = db.store.write(&acme.own()).await.unwrap();
    insert(&mut dropped, &acme.token("dropped")).await;
    drop(dropped);
    let twice = db.store.write(&acme.own()).await.unwrap().commit(issued).await;
    assert!(matches!(twice, Err(StoreError::Conflict(Constraint::Id))), "{twice:?}");
    assert_eq!((db.dump().await, after(&db, 0).await), (before, feed));

    assert_eq!(changed(&db.store, &acme, at(0)).await, last + 1);
}

async fn a_change_is_read_after_any_number_and_no_more_than_asked_for(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for _ in 0..4 {
        changed(&db.store, &acme, at(0)).await;
    }
    let read = async |seq, limit| numbers(&db.store.changes_after(seq, limit).await.unwrap());
    assert_eq!(read(0, 10).await, [1, 2, 3, 4, 5]);
    assert_eq!(read(2, 2).await, [3, 4]);
    assert_eq!(read(4, 2).await, [5]);
    assert!(read(5, 2).await.is_empty() && read(99, 2).await.is_empty());
}

/// All tenants commit at once, each this number of times. Returns the numbers of their changes.
async fn committed_at_once(db: &TestDb, tenants: &[Tenant], times: usize) -> Vec<i64> {
    let mut committing = Vec::new();
    for tenant in tenants {
        let (store, tenant) = (db.store.clone(), tenant.clone());
        committing.push(tokio::spawn(async move {
            let mut told = Vec::new();
            for _ in 0..times {
                told.push(changed(&store, &tenant, at(0)).await);
            }
            told
        }));
    }
    let mut told = Vec::new();
    for committing in committing {
        told.extend(committing.await.unwrap());
    }
    told
}

async fn several(db: &TestDb) -> Vec<Tenant> {
    let mut tenants = Vec::new();
    for slug in ["acme", "globex", "initech", "umbrella"] {
        tenants.push(db.signed_up(slug).await);
    }
    tenants
}

async fn organizations_that_commit_at_once_get_numbers_without_gaps(db: TestDb) {
    let tenants = several(&db).await;
    let start = head(&db).await;
    let mut told = committed_at_once(&db, &tenants, 10).await;
    told.sort_unstable();
    let expected: Vec<_> = (start + 1..=start + 40).collect();
    assert_eq!(told, expected);
    let changes = after(&db, start).await;
    assert_eq!(numbers(&changes), expected);
    for tenant in tenants {
        assert_eq!(changes.iter().filter(|change| change.org == tenant.org.id).count(), 10);
    }
}

/// Follows the feed from the last number, as a node does, until `done`. Every change must follow the one before.
async fn follow(db: &TestDb, mut last: i64, done: impl Fn() -> bool) -> i64 {
    loop {
        let was_done = done();
        let told = head(db).await;
        for change in db.store.changes_after(last, 3).await.unwrap() {
            assert_eq!(change.seq, last + 1, "a change became visible after the one that follows it");
            last = change.seq;
        }
        if was_done && last >= told {
            return last;
        }
    }
}

async fn whoever_follows_while_others_commit_misses_none(db: TestDb) {
    let tenants = several(&db).await;
    let start = head(&db).await;
    let writers = {
        let db = db.clone();
        tokio::spawn(async move { committed_at_once(&db, &tenants, 15).await })
    };
    let last = follow(&db, start, || writers.is_finished()).await;
    assert_eq!((last, writers.await.unwrap().len()), (start + 60, 60));
}

async fn uses_and_changes_at_once_share_one_sequence(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut batches = Vec::new();
    for _ in 0..8 {
        let token = db.issued(&acme, "CI").await;
        let token = db.rolled(&acme, &token, Secret { overlap_seconds: Some(60), ..secret(at(1)) }).await;
        batches.push(vec![used(&token, Some(2), at(2))]);
    }
    let start = head(&db).await;
    let (store, tenants) = (db.store.clone(), [acme]);
    let using = tokio::spawn(async move {
        let mut told = Vec::new();
        for batch in batches {
            told.extend(store.record_usage(&batch).await.unwrap());
        }
        told
    });
    let mut told = committed_at_once(&db, &tenants, 8).await;
    told.extend(using.await.unwrap());
    told.sort_unstable();
    let expected: Vec<_> = (start + 1..=start + 16).collect();
    assert_eq!((&told, numbers(&after(&db, start).await)), (&expected, expected.clone()));
}

async fn sweeping_forgets_old_changes_alone(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for seconds in 1..=4 {
        changed(&db.store, &acme, at(seconds)).await;
    }
    for (before, kept) in [(0, &[1, 2, 3, 4, 5][..]), (2, &[3, 4, 5]), (4, &[5])] {
        db.store.sweep_feed(at(before)).await.unwrap();
        assert_eq!(numbers(&after(&db, 0).await), kept, "before {before}");
    }
    assert_eq!((changed(&db.store, &acme, at(5)).await, head(&db).await), (6, 6));
}

async fn sweeping_leaves_no_hole_whatever_the_clocks_say(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for seconds in [1, 60, -3600, 61, -3600] {
        changed(&db.store, &acme, at(seconds)).await;
    }
    db.store.sweep_feed(at(30)).await.unwrap();
    assert_eq!(numbers(&after(&db, 0).await), [3, 4, 5, 6]);
}

async fn whoever_is_behind_a_sweep_sees_that_something_is_missing(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let heard = head(&db).await;
    changed(&db.store, &acme, at(1)).await;
    let last = changed(&db.store, &acme, at(2)).await;
    db.store.sweep_feed(at(3600)).await.unwrap();
    let found = after(&db, heard).await;
    assert!(found.first().is_some_and(|change| change.seq > heard + 1), "missed {last}, and finds {found:?}");
    assert_eq!(after(&db, last).await, []);
}

/// PostgreSQL signals soon; SQLite never signals.
async fn tells(db: &TestDb, waker: &mut FeedWaker) {
    if db.is_sqlite() {
        assert!(waker.wait().now_or_never().is_none());
    } else {
        tokio::time::timeout(PROMPT, waker.wait()).await.expect("it is told within five seconds").unwrap();
    }
}

async fn a_waker_tells_of_a_commit_made_elsewhere(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut waker = db.store.feed_waker().await.unwrap();
    let elsewhere = Db::connect(&db.url).await.unwrap().with_audit_keys(audit_keys());
    for _ in 0..3 {
        let seq = changed(&elsewhere, &acme, at(0)).await;
        tells(&db, &mut waker).await;
        assert_eq!(numbers(&after(&db, seq - 1).await), [seq]);
    }
    elsewhere.close().await;
}

async fn a_waker_tells_of_a_use_that_starts_an_overlap(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let token = db.rolled(&acme, &token, Secret { overlap_seconds: Some(60), ..secret(at(1)) }).await;
    let mut waker = db.store.feed_waker().await.unwrap();
    db.store.record_usage(&[used(&token, Some(2), at(2))]).await.unwrap().unwrap();
    tells(&db, &mut waker).await;
}

/// Changes may have been committed while no connection was listening.
async fn a_waker_whose_connection_was_lost_says_so_and_goes_on(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut waker = db.store.feed_waker().await.unwrap();
    if !db.is_sqlite() {
        db.texts(
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database()
                AND pid <> pg_backend_pid()",
        )
        .await;
    }
    tells(&db, &mut waker).await;
    changed(&db.store, &acme, at(0)).await;
    tells(&db, &mut waker).await;
}

async fn seen(db: &TestDb, since: i64) -> Vec<(String, i64)> {
    let mut nodes = db.store.nodes_seen_since(at(since)).await.unwrap();
    nodes.sort();
    nodes
}

async fn nodes_are_known_from_when_they_were_seen_until_they_are_forgotten(db: TestDb) {
    let node = |id: &str, seq| (id.to_owned(), seq);
    assert_eq!(seen(&db, 0).await, []);
    db.store.see_node("one", at(1), 7).await.unwrap();
    db.store.see_node("two", at(2), 8).await.unwrap();
    assert_eq!(seen(&db, 1).await, [node("one", 7), node("two", 8)]);
    assert_eq!(seen(&db, 2).await, [node("two", 8)]);
    db.store.see_node("one", at(5), 9).await.unwrap();
    assert_eq!(seen(&db, 2).await, [node("one", 9), node("two", 8)]);
    assert_eq!(seen(&db, 5).await, [node("one", 9)]);
    assert_eq!(seen(&db, 6).await, []);
    db.store.forget_node("one").await.unwrap();
    db.store.forget_node("never seen").await.unwrap();
    assert_eq!(seen(&db, 0).await, [node("two", 8)]);
}

async fn sweeping_forgets_nodes_that_were_not_seen(db: TestDb) {
    for (id, seconds) in [("gone", 1), ("there", 2)] {
        db.store.see_node(id, at(seconds), 0).await.unwrap();
    }
    db.store.sweep_feed(at(2)).await.unwrap();
    assert_eq!(seen(&db, 0).await, [("there".to_owned(), 0)]);
}

/// PostgreSQL only: a SQLite file has one writer and one node.
async fn a_node_is_seen_while_work_takes_every_other_connection(db: TestDb) {
    if db.is_sqlite() {
        return;
    }
    let mut working = Vec::new();
    let acme = db.signed_up("acme").await;
    while let Ok(tx) = db.store.read(&acme.own()).await {
        working.push(tx);
    }
    assert!(working.len() > 1, "work had connections");
    db.store.see_node("one", at(1), 7).await.unwrap();
    assert_eq!(seen(&db, 0).await, [("one".to_owned(), 7)]);
    db.store.forget_node("one").await.unwrap();
}
