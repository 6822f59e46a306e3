//! Credentials: what is stored is what is read, revoking is for good, and one owner's token is not another's.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{insert, stored},
};
use domain::{
    Description,
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner},
    ids::CredentialId,
    secret::Environment,
};
use store::{PageRequest, StoreError};

on_both!(
    a_credential_of_any_kind_reads_back_as_it_was_written,
    an_edit_changes_name_description_and_scopes_alone,
    revoking_is_for_good_and_keeps_its_first_instant,
    a_colleagues_token_is_missing_to_a_permit_for_ones_own,
    a_permit_for_everyone_reaches_every_owner,
    hostile_text_is_stored_as_text,
);

async fn read(db: &TestDb, tenant: &Tenant, id: CredentialId) -> store::Result<Credential> {
    db.store.read(&tenant.everyone()).await.unwrap().credential(id).await
}

async fn a_credential_of_any_kind_reads_back_as_it_was_written(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let owners = [Owner::User(acme.user.id), Owner::Organization, Owner::ServiceAccount(acme.user.id)];
    for (kind, owner) in CredentialKind::ALL.into_iter().zip(owners) {
        let mut credential = acme.token("CI");
        credential.id = CredentialId::new(kind, at(0), crate::support::world::entropy());
        credential.owner = owner;
        credential.env = Environment::Test;
        credential.expires_at = None;
        credential.secrets[0].last_used_at = Some(at(5));
        credential.secrets[0].last_used_ip = Some("2001:db8::1".parse().unwrap());
        credential.secrets[0].retires_at = Some(at(6));
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        insert(&mut tx, &credential).await;
        tx.commit(event(AuditAction::CredentialIssued, &credential)).await.unwrap();

        assert_eq!(read(&db, &acme, credential.id).await.unwrap(), credential);
        let mut tx = db.store.read(&acme.everyone()).await.unwrap();
        let page = tx.list_credentials(kind, &PageRequest::default()).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![credential], None));
    }
}

async fn an_edit_changes_name_description_and_scopes_alone(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let before = db.issued(&acme, "CI").await;
    let mut asked = before.clone();
    asked.name = "CI, narrowed".parse().unwrap();
    asked.description = Description::default();
    asked.scopes = "audit:read".parse().unwrap();
    let expected = asked.clone();
    asked.expires_at = None;
    asked.env = Environment::Test;
    asked.secrets.clear();

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.update_credential(&asked).await.unwrap();
    tx.commit(event(AuditAction::CredentialUpdated, &asked)).await.unwrap();

    assert_eq!(read(&db, &acme, before.id).await.unwrap(), expected);
}

async fn revoking_is_for_good_and_keeps_its_first_instant(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.revoke_credential(token.id, at(1)).await.unwrap();
    tx.commit(event(AuditAction::CredentialRevoked, &token)).await.unwrap();

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    assert!(matches!(tx.revoke_credential(token.id, at(2)).await, Err(StoreError::Missing)));
    assert!(matches!(tx.update_credential(&token).await, Err(StoreError::Missing)));
    tx.commit(event(AuditAction::CredentialRevoked, &token)).await.unwrap();

    assert_eq!(read(&db, &acme, token.id).await.unwrap().revoked_at, Some(at(1)));
}

async fn a_colleagues_token_is_missing_to_a_permit_for_ones_own(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let colleague = db.joined(&acme, "Grace").await;
    let token = db.issued(&acme, "CI").await;
    let before = db.dump().await;

    let mut tx = db.store.write(&colleague.own()).await.unwrap();
    assert!(matches!(tx.credential(token.id).await, Err(StoreError::Missing)));
    assert!(matches!(tx.update_credential(&token).await, Err(StoreError::Missing)));
    assert!(matches!(tx.revoke_credential(token.id, at(1)).await, Err(StoreError::Missing)));
    let for_another = acme.token("for Ada");
    assert!(matches!(tx.insert_credential(&for_another, &stored(&for_another)).await, Err(StoreError::Missing)));
    let pats = CredentialKind::PersonalAccessToken;
    assert!(tx.list_credentials(pats, &PageRequest::default()).await.unwrap().items.is_empty());
    drop(tx);

    assert_eq!(db.dump().await, before);
}

async fn a_permit_for_everyone_reaches_every_owner(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let colleague = db.joined(&acme, "Grace").await;
    let (hers, mine) = (db.issued(&colleague, "hers").await, db.issued(&acme, "mine").await);

    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let page = tx.list_credentials(CredentialKind::PersonalAccessToken, &PageRequest::default()).await.unwrap();
    assert_eq!(page.items, [mine, hers.clone()]);
    assert_eq!(tx.credential(hers.id).await.unwrap(), hers);
}

async fn hostile_text_is_stored_as_text(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for name in ["'; DROP TABLE credentials; --", "$1", "<script>alert(1)</script>", "نسخة \\ \"احتياطية\"", "%_"]
    {
        let token = db.issued(&acme, name).await;
        assert_eq!(read(&db, &acme, token.id).await.unwrap().name.as_str(), name);
    }
}
