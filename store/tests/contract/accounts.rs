//! Users, organizations, memberships and peppers: values that must be unique, and rows that must exist.

use crate::support::{
    Tenant, TestDb, at,
    world::{insert, password},
};
use domain::access::Role;
use store::{Constraint, StoreError, StoredPepper, WriteTx};

on_both!(
    a_slug_and_a_membership_are_taken_once,
    what_a_row_points_at_must_exist,
    a_secret_that_is_drawn_twice_is_refused,
    of_two_processes_that_make_the_first_pepper_one_succeeds,
    a_rule_that_was_broken_leaves_the_database_usable,
);

async fn founding(db: &TestDb, tenant: &Tenant) -> WriteTx {
    db.store.write(&tenant.everyone()).await.unwrap()
}

fn conflict(result: Result<(), StoreError>) -> Constraint {
    match result {
        Err(StoreError::Conflict(constraint)) => constraint,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

async fn a_slug_and_a_membership_are_taken_once(db: TestDb) {
    let acme = db.signed_up("acme").await;

    let same_slug = Tenant::new("acme");
    let result = founding(&db, &same_slug).await.insert_org(&same_slug.org).await;
    assert_eq!(conflict(result), Constraint::OrgSlug);

    let result = founding(&db, &acme).await.insert_membership(acme.user.id, Role::Viewer).await;
    assert_eq!(conflict(result), Constraint::Membership);

    let mut same_id = Tenant::new("third");
    same_id.user.id = acme.user.id;
    let result = founding(&db, &same_id).await.insert_user(&same_id.user, &password()).await;
    assert_eq!(conflict(result), Constraint::Id);
}

async fn what_a_row_points_at_must_exist(db: TestDb) {
    let (acme, stranger) = (db.signed_up("acme").await, Tenant::new("nowhere"));
    let result = founding(&db, &acme).await.insert_membership(stranger.user.id, Role::Member).await;
    assert_eq!(conflict(result), Constraint::Reference);

    let token = stranger.token("CI");
    let mut tx = db.store.write(&stranger.own()).await.unwrap();
    let result = tx.insert_credential(&token, Some(&crate::support::world::stored(&token))).await;
    assert_eq!(conflict(result), Constraint::Reference);
}

async fn a_secret_that_is_drawn_twice_is_refused(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let first = db.issued(&acme, "CI").await;
    let second = acme.token("another");
    let mut stored = crate::support::world::stored(&second);
    stored.verifier = crate::support::world::verifier(&first);

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    assert_eq!(conflict(tx.insert_credential(&second, Some(&stored)).await), Constraint::Verifier);
}

async fn of_two_processes_that_make_the_first_pepper_one_succeeds(db: TestDb) {
    let pepper = |byte: u8| StoredPepper { version: 1, wrapped: vec![byte; 40], created_at: at(0) };
    let (one, other) = (pepper(1), pepper(2));
    let (first, second) = tokio::join!(db.store.insert_pepper(&one), db.store.insert_pepper(&other));

    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    let winner = if first.is_ok() { one } else { other };
    assert_eq!(conflict(first.and(second)), Constraint::PepperVersion);
    assert_eq!(db.store.peppers().await.unwrap(), [winner]);
}

async fn a_rule_that_was_broken_leaves_the_database_usable(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    let again = tx.insert_credential(&token, Some(&crate::support::world::stored(&token))).await;
    assert_eq!(conflict(again), Constraint::Id);
    drop(tx);

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    insert(&mut tx, &acme.token("another")).await;
}
