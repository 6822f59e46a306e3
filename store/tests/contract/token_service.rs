//! Signing keys, revoked access tokens and used assertions: one-time actions succeed once across all nodes.

use crate::support::{Tenant, TestDb, at, event};
use domain::{
    audit::AuditAction,
    credential::{CredentialKind, PublicJwk},
    oauth::SigningKey,
    operation::SigningAlg,
};
use serde_json::Map;
use store::{StoreError, StoredSigningKey};

on_both!(
    a_signing_key_reads_back_as_it_was_written,
    of_many_first_keys_of_an_algorithm_one_is_kept,
    a_key_that_was_added_twice_is_kept_once,
    in_an_emergency_older_keys_of_the_algorithm_end_and_lose_their_private_half,
    an_assertion_counts_once_for_each_client,
    an_access_token_is_revoked_in_its_organization_alone,
    what_has_ended_by_itself_is_forgotten,
);

fn key(alg: SigningAlg, number: i64) -> StoredSigningKey {
    let members = Map::from_iter([("kty".to_owned(), "EC".into()), ("x".to_owned(), format!("{number}").into())]);
    let public = PublicJwk { kid: format!("{}-{number}", alg.as_str()), alg: alg.as_str().to_owned(), members };
    let (created_at, activates_at) = (at(number), at(number + 600));
    let key = SigningKey { public, alg, number, created_at, activates_at, revoked_at: None };
    StoredSigningKey { key, wrapped: Some(vec![9, 0, 255]) }
}

async fn add(db: &TestDb, acme: &Tenant, stored: &StoredSigningKey, revoke_older: bool) -> Result<(), StoreError> {
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.insert_signing_key(stored).await?;
    if revoke_older {
        tx.revoke_signing_keys(stored.key.alg, stored.key.number, at(9)).await?;
    }
    tx.commit(event(AuditAction::SigningKeyRotated, &acme.org)).await.map(|_| ())
}

async fn a_signing_key_reads_back_as_it_was_written(db: TestDb) {
    let acme = db.signed_up("acme").await;
    assert_eq!(db.store.signing_algs().await.unwrap(), []);
    let (first, second) = (key(SigningAlg::ES256, 1), key(SigningAlg::ES256, 2));
    db.store.insert_first_signing_key(&first).await.unwrap();
    add(&db, &acme, &second, false).await.unwrap();
    assert_eq!(db.store.signing_keys().await.unwrap(), [first.clone(), second]);
    assert_eq!(db.store.signing_algs().await.unwrap(), [SigningAlg::ES256]);
    db.store.forget_private_half(&first.key.public.kid).await.unwrap();
    assert_eq!(db.store.signing_keys().await.unwrap()[0], StoredSigningKey { wrapped: None, ..first });
}

async fn of_many_first_keys_of_an_algorithm_one_is_kept(db: TestDb) {
    let keys: Vec<_> = (1..=8).map(|number| key(SigningAlg::RS256, number)).collect();
    let mut tasks = Vec::new();
    for key in keys {
        let store = db.store.clone();
        tasks.push(tokio::spawn(async move { store.insert_first_signing_key(&key).await.is_ok() }));
    }
    let mut kept = 0;
    for task in tasks {
        kept += usize::from(task.await.unwrap());
    }
    assert_eq!((kept, db.store.signing_keys().await.unwrap().len()), (1, 1));
}

async fn a_key_that_was_added_twice_is_kept_once(db: TestDb) {
    let acme = db.signed_up("acme").await;
    db.store.insert_first_signing_key(&key(SigningAlg::ES256, 1)).await.unwrap();
    let mut other = key(SigningAlg::ES256, 1);
    other.key.public.kid = "another".to_owned();
    let again = add(&db, &acme, &other, false).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert_eq!(db.store.signing_keys().await.unwrap().len(), 1);
}

async fn in_an_emergency_older_keys_of_the_algorithm_end_and_lose_their_private_half(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for alg in [SigningAlg::ES256, SigningAlg::EdDSA] {
        db.store.insert_first_signing_key(&key(alg, 1)).await.unwrap();
    }
    add(&db, &acme, &key(SigningAlg::ES256, 2), true).await.unwrap();
    let keys = db.store.signing_keys().await.unwrap();
    let ended: Vec<_> = keys.iter().map(|stored| (stored.key.revoked_at, stored.wrapped.is_some())).collect();
    assert_eq!(ended, [(Some(at(9)), false), (None, true), (None, true)]);
}

async fn an_assertion_counts_once_for_each_client(db: TestDb) {
    let (acme, globex) = (db.signed_up("acme").await, db.signed_up("globex").await);
    let mut clients = Vec::new();
    for tenant in [&acme, &globex] {
        let client = tenant.credential(CredentialKind::Client, domain::credential::Owner::Organization, "sync");
        db.keep(tenant, &client).await;
        clients.push((tenant.org.id, client.id));
    }
    for (org, client) in &clients {
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (store, org, client) = (db.store.clone(), *org, *client);
            tasks.push(tokio::spawn(async move { store.use_assertion(org, client, &[1; 32], at(60)).await.unwrap() }));
        }
        let mut first = 0;
        for task in tasks {
            first += usize::from(task.await.unwrap());
        }
        assert_eq!(first, 1);
        assert!(db.store.use_assertion(*org, *client, &[2; 32], at(60)).await.unwrap());
    }
    let foreign = db.store.use_assertion(clients[0].0, clients[1].1, &[3; 32], at(60)).await;
    assert!(foreign.is_err(), "a client counts in its own organization");
}

async fn revoke(db: &TestDb, tenant: &Tenant, jti: &str, end: i64) {
    let credential = tenant.token("CI");
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.revoke_access_token(jti, credential.id, at(end)).await.unwrap();
    tx.commit(event(AuditAction::AccessTokenRevoked, &credential)).await.unwrap();
}

async fn an_access_token_is_revoked_in_its_organization_alone(db: TestDb) {
    let (acme, globex) = (db.signed_up("acme").await, db.signed_up("globex").await);
    revoke(&db, &acme, "at_1", 60).await;
    revoke(&db, &acme, "at_1", 60).await;
    let revoked = async |tenant: &Tenant, jti| db.store.is_access_token_revoked(tenant.org.id, jti).await.unwrap();
    assert!(revoked(&acme, "at_1").await);
    assert!(!revoked(&acme, "at_2").await && !revoked(&globex, "at_1").await);
}

async fn what_has_ended_by_itself_is_forgotten(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let client = acme.credential(CredentialKind::Client, domain::credential::Owner::Organization, "sync");
    db.keep(&acme, &client).await;
    for (jti, end) in [(1, 60), (2, 120)] {
        revoke(&db, &acme, &format!("at_{jti}"), end).await;
        assert!(db.store.use_assertion(acme.org.id, client.id, &[jti; 32], at(end)).await.unwrap());
    }
    db.store.sweep_access_tokens(at(60)).await.unwrap();
    assert!(!db.store.is_access_token_revoked(acme.org.id, "at_1").await.unwrap());
    assert!(db.store.is_access_token_revoked(acme.org.id, "at_2").await.unwrap());
    assert!(db.store.use_assertion(acme.org.id, client.id, &[1; 32], at(60)).await.unwrap());
    assert!(!db.store.use_assertion(acme.org.id, client.id, &[2; 32], at(120)).await.unwrap());
}
