//! Many credentials at once: they equal credentials that were added one by one, or none is added.

use crate::support::{
    Tenant, TestDb, event,
    world::{stored, verifier},
};
use domain::{
    access::{Action, Actor, Permit, RequestContext},
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner},
};
use store::{Alike, ChainVerdict, Constraint, StoreError};

on_both!(
    what_is_added_together_reads_back_as_if_added_alone,
    one_that_cannot_be_added_leaves_none,
    what_is_not_reached_is_refused,
);

/// More than two full statements add, with a remainder.
const MANY: usize = 203;

fn alike(keys: &[Credential]) -> Vec<Alike> {
    let alike = |key: &Credential| Alike { id: key.id, name: key.grant.name.clone(), first: stored(key) };
    keys.iter().map(alike).collect()
}

fn job(tenant: &Tenant) -> Permit {
    Actor::system(tenant.org.id, "load").permit(Action::LoadCredentials, &RequestContext::default()).unwrap()
}

fn keys(tenant: &Tenant) -> Vec<Credential> {
    (0..MANY).map(|number| tenant.key(&format!("Key Ü{number}"))).collect()
}

async fn count(db: &TestDb, permit: &Permit) -> u64 {
    db.store.read(permit).await.unwrap().count_credentials(CredentialKind::ApiKey).await.unwrap()
}

async fn what_is_added_together_reads_back_as_if_added_alone(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (keys, permit) = (keys(&acme), job(&acme));
    let mut tx = db.store.write(&permit).await.unwrap();
    tx.insert_alike(&keys[0], &alike(&keys)).await.unwrap();
    tx.commit(event(AuditAction::CredentialsLoaded, &acme.org)).await.unwrap();

    assert_eq!((count(&db, &permit).await, count(&db, &acme.own()).await), (MANY as u64, 0));
    let mut tx = db.store.read(&permit).await.unwrap();
    for key in &keys {
        assert_eq!(tx.credential(key.id).await.unwrap(), *key);
        assert_eq!(tx.find_by_verifier(&verifier(key)).await.unwrap().id, key.id);
    }
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 2, unkeyed: 0 });
    let columns = "name_folded || ' ' || (notice_due_at IS NOT NULL)";
    let alone = acme.key("Key Ü0");
    db.keep(&acme, &alone).await;
    let of_column = async |id: String| db.texts(&format!("SELECT {columns} FROM credentials WHERE id = '{id}'")).await;
    assert_eq!(of_column(keys[0].id.to_string()).await, of_column(alone.id.to_string()).await);
}

async fn one_that_cannot_be_added_leaves_none(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let keys = keys(&acme);
    let mut many = alike(&keys);
    many[150].first.verifier = many[20].first.verifier;
    let mut tx = db.store.write(&job(&acme)).await.unwrap();
    let refused = tx.insert_alike(&keys[0], &many).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Constraint::Verifier))), "{refused:?}");
    drop(tx);
    assert_eq!(count(&db, &job(&acme)).await, 0);
}

async fn what_is_not_reached_is_refused(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let many = alike(&keys(&acme));
    let nobody = Owner::ServiceAccount(acme.account("nobody").id);
    for like in [other.key("theirs"), acme.credential(CredentialKind::PersonalAccessToken, nobody, "nobody's")] {
        let mut tx = db.store.write(&job(&acme)).await.unwrap();
        assert!(matches!(tx.insert_alike(&like, &many).await, Err(StoreError::Missing)));
    }
}
