//! Secrets of a credential: the last one added is the newest, and the first end of a secret is kept.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{secret, stored_secret, used, verifier_of},
};
use domain::{
    audit::AuditAction,
    credential::{Credential, CredentialKind, Secret, SecretState},
    ids::SecretId,
};
use store::{Constraint, StoreError};

on_both!(
    secrets_stand_in_the_order_they_were_added_whatever_the_clock_says,
    a_roll_survives_the_way_through_the_database,
    an_end_is_stored_once_and_nothing_else_with_it,
    a_secret_that_was_used_meanwhile_is_not_cancelled,
    what_secret_and_credential_do_not_share_is_missing,
    two_that_roll_at_once_both_see_the_others_secret,
    a_secret_drawn_twice_is_refused_in_a_roll,
);

fn ids(credential: &Credential) -> Vec<SecretId> {
    credential.secrets.iter().map(|secret| secret.id).collect()
}

async fn secrets_stand_in_the_order_they_were_added_whatever_the_clock_says(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut token = db.issued(&acme, "CI").await;
    let mut expected = ids(&token);
    for seconds in [3600, -3600, 0, 0] {
        let new = secret(at(seconds));
        expected.insert(0, new.id);
        token = db.rolled(&acme, &token, new).await;
        assert_eq!(ids(&token), expected);
    }
    let pats = CredentialKind::PersonalAccessToken;
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    let listed = tx.list_credentials(pats, None, &store::PageRequest::default()).await.unwrap().items;
    let all = tx.inventory(&store::InventoryFilter::default(), at(0), &store::PageRequest::default()).await.unwrap();
    let found = tx.find_by_verifier(&verifier_of(&token.secrets[2])).await.unwrap();
    for same in [&listed[0], &all.items[0], &found] {
        assert_eq!(same, &token);
    }
}

async fn a_roll_survives_the_way_through_the_database(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let new = Secret { overlap_seconds: Some(60), ..secret(at(10)) };
    let token = db.rolled(&acme, &token, new).await;
    let states = |token: &Credential, seconds| {
        let state = |secret| token.secret_state(secret, at(seconds));
        token.secrets.iter().map(state).collect::<Vec<_>>()
    };
    assert_eq!(states(&token, 11), [SecretState::Pending, SecretState::Active]);

    db.store.record_usage(&[used(&token, Some(2), at(20))]).await.unwrap();
    let token = db.read(&acme, &token).await;
    assert_eq!(states(&token, 79), [SecretState::Active, SecretState::Retiring]);
    assert_eq!(states(&token, 80), [SecretState::Active, SecretState::Retired]);
}

async fn ended(db: &TestDb, tenant: &Tenant, token: &Credential, secret: &Secret) -> store::Result<()> {
    let mut tx = db.store.write(&tenant.own()).await.unwrap();
    tx.update_secret(token.id, secret).await?;
    tx.commit(event(AuditAction::CredentialRollFinished, token)).await.map(|_| ())
}

async fn an_end_is_stored_once_and_nothing_else_with_it(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let token = db.rolled(&acme, &token, Secret { overlap_seconds: Some(60), ..secret(at(1)) }).await;
    let [new, old] = &token.secrets[..] else { panic!("two secrets") };
    let forged = |secret: &Secret| Secret {
        redacted: "forged".to_owned(),
        overlap_seconds: Some(0),
        first_used_at: Some(at(-5)),
        created_at: at(-5),
        ..secret.clone()
    };
    ended(&db, &acme, &token, &Secret { cancelled_at: Some(at(2)), ..forged(new) }).await.unwrap();
    ended(&db, &acme, &token, &Secret { retired_at: Some(at(3)), ..forged(old) }).await.unwrap();
    for again in [new, old] {
        for (cancelled_at, retired_at) in [(Some(at(9)), None), (None, Some(at(9))), (None, None)] {
            let again = Secret { cancelled_at, retired_at, ..again.clone() };
            let refused = ended(&db, &acme, &token, &again).await;
            assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
        }
    }
    let expected =
        [Secret { cancelled_at: Some(at(2)), ..new.clone() }, Secret { retired_at: Some(at(3)), ..old.clone() }];
    assert_eq!(db.read(&acme, &token).await.secrets, expected);
}

async fn a_secret_that_was_used_meanwhile_is_not_cancelled(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let token = db.rolled(&acme, &token, Secret { overlap_seconds: Some(60), ..secret(at(1)) }).await;
    let new = token.secrets[0].clone();
    db.store.record_usage(&[used(&token, Some(2), at(2))]).await.unwrap();

    let cancelled = Secret { cancelled_at: Some(at(3)), ..new.clone() };
    let refused = ended(&db, &acme, &token, &cancelled).await;
    assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    let retired = Secret { retired_at: Some(at(3)), ..new };
    ended(&db, &acme, &token, &retired).await.unwrap();
}

async fn what_secret_and_credential_do_not_share_is_missing(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (one, other) = (db.issued(&acme, "one").await, db.issued(&acme, "other").await);
    let foreign = Secret { retired_at: Some(at(1)), ..other.secrets[0].clone() };
    let refused = ended(&db, &acme, &one, &foreign).await;
    assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    let never_stored = acme.token("never stored");
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    let refused = tx.insert_secret(never_stored.id, &stored_secret(&secret(at(1)))).await;
    assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
}

async fn two_that_roll_at_once_both_see_the_others_secret(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let rollers = (0..6).map(|_| {
        let (db, acme, token) = (db.clone(), acme.clone(), token.clone());
        tokio::spawn(async move {
            let mut tx = db.store.write(&acme.own()).await.unwrap();
            let seen = tx.credential(token.id).await.unwrap().secrets.len();
            tx.insert_secret(token.id, &stored_secret(&secret(at(1)))).await.unwrap();
            tx.commit(event(AuditAction::CredentialRolled, &token)).await.unwrap();
            seen
        })
    });
    let mut seen = Vec::new();
    for roller in rollers.collect::<Vec<_>>() {
        seen.push(roller.await.unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
}

async fn a_secret_drawn_twice_is_refused_in_a_roll(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut again = stored_secret(&secret(at(1)));
    again.verifier = verifier_of(&token.secrets[0]);
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    let refused = tx.insert_secret(token.id, &again).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Constraint::Verifier))), "{refused:?}");
}
