//! Former members, and the grace period of their tokens.

use crate::support::{TestDb, at, event, world::used};
use domain::{
    access::{Offboarding, Role},
    audit::AuditAction,
    credential::{Credential, DAY_SECONDS},
};
use store::StoreError;

on_both!(
    whoever_has_left_is_remembered_until_they_are_back,
    verification_is_told_of_those_whose_grace_runs,
    calls_are_counted_for_tokens_without_an_owner_alone,
);

async fn whoever_has_left_is_remembered_until_they_are_back(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let user = acme.user.id;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    assert_eq!(tx.grace_period_days().await.unwrap(), 0);
    assert_eq!(tx.offboarding(user).await.unwrap(), None);
    assert!(matches!(tx.update_grace(user, at(9)).await, Err(StoreError::Missing)));
    tx.set_grace_period_days(7).await.unwrap();
    for now in [at(0), at(50)] {
        // Twice, as if the membership had been created again without the use cases.
        tx.insert_offboarding(&Offboarding::new(user, Role::Owner, now, 7)).await.unwrap();
    }
    tx.update_grace(user, at(60)).await.unwrap();
    tx.commit(event(AuditAction::MemberLeft, &acme.user)).await.unwrap();

    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    assert_eq!(tx.grace_period_days().await.unwrap(), 7);
    let offboarded = tx.offboarding(user).await.unwrap().unwrap();
    let expected = Offboarding { user, role: Role::Owner.into(), left_at: at(50), grace_ends_at: at(60) };
    assert_eq!((&offboarded.offboarding, &offboarded.name), (&expected, &acme.user.name));
    assert_eq!(tx.offboardings().await.unwrap(), [offboarded]);
    tx.delete_offboarding(user).await.unwrap();
    tx.delete_offboarding(user).await.unwrap();
    assert_eq!(tx.offboardings().await.unwrap(), []);
}

async fn verification_is_told_of_those_whose_grace_runs(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.insert_offboarding(&Offboarding::new(acme.user.id, Role::Viewer, at(0), 1)).await.unwrap();
    tx.commit(event(AuditAction::MemberLeft, &acme.user)).await.unwrap();
    let offboarded = async |now| db.store.org_context(acme.org.id, now).await.unwrap().unwrap().offboarded;
    let told = offboarded(at(DAY_SECONDS - 1)).await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].user, told[0].ends_at), (&acme.user, at(DAY_SECONDS)));
    assert_eq!(told[0].role, Role::Viewer);
    assert!(offboarded(at(DAY_SECONDS)).await.is_empty());
}

async fn calls_are_counted_for_tokens_without_an_owner_alone(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (left, key) = (db.issued(&acme, "laptop").await, acme.key("CRM"));
    db.keep(&acme, &key).await;
    let calls = async || db.store.read(&acme.everyone()).await.unwrap().calls_of_abandoned(at(0)).await.unwrap();
    let use_of = |credential: &Credential| used(credential, Some(1), at(0));
    db.store.record_usage(&[use_of(&left), use_of(&key)]).await.unwrap();
    assert_eq!(calls().await, []);
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.delete_membership(acme.user.id).await.unwrap();
    tx.commit(event(AuditAction::MemberLeft, &acme.user)).await.unwrap();
    assert_eq!(calls().await, [(left.id, 1)]);
    let later = db.store.read(&acme.everyone()).await.unwrap().calls_of_abandoned(at(3600)).await.unwrap();
    assert_eq!(later, []);
}
