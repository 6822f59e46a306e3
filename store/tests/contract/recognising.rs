//! What is read before a caller is known: a credential by its verifier, a person by their address.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{insert, password, verifier},
};
use domain::{
    access::Role,
    account::Membership,
    audit::AuditAction,
    credential::{CredentialKind, Owner},
    ids::CredentialId,
};
use store::Presented;

on_both!(
    a_verifier_leads_to_its_credential_owner_and_role,
    an_unknown_verifier_leads_nowhere,
    a_revoked_credential_is_still_recognised_as_revoked,
    a_removed_member_is_recognised_without_a_role,
    a_credential_without_a_person_is_recognised_without_one,
    a_person_is_found_by_their_address_with_their_hash,
    memberships_are_listed_as_the_person_joined_and_read_with_their_role,
    an_empty_database_has_no_users,
);

async fn a_verifier_leads_to_its_credential_owner_and_role(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    db.issued(&acme, "another").await;
    let expected = Presented {
        secret: token.secrets[0].id,
        org: acme.org.clone(),
        user: Some(acme.user.clone()),
        role: Some(Role::Owner),
        credential: token.clone(),
    };
    assert_eq!(db.store.presented(&verifier(&token)).await.unwrap(), Some(expected));
}

async fn an_unknown_verifier_leads_nowhere(db: TestDb) {
    let acme = db.signed_up("acme").await;
    db.issued(&acme, "CI").await;
    assert_eq!(db.store.presented(&verifier(&acme.token("never stored"))).await.unwrap(), None);
}

async fn a_revoked_credential_is_still_recognised_as_revoked(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.revoke_credential(token.id, at(4)).await.unwrap();
    tx.commit(event(AuditAction::CredentialRevoked, &token)).await.unwrap();
    let presented = db.store.presented(&verifier(&token)).await.unwrap().unwrap();
    assert_eq!(presented.credential.revoked_at, Some(at(4)));
}

async fn a_removed_member_is_recognised_without_a_role(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    db.execute("DELETE FROM memberships").await;
    let presented = db.store.presented(&verifier(&token)).await.unwrap().unwrap();
    assert_eq!((presented.user, presented.role), (Some(acme.user), None));
}

async fn a_credential_without_a_person_is_recognised_without_one(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut key = acme.token("Zapier");
    key.id = CredentialId::new(CredentialKind::ApiKey, at(0), crate::support::world::entropy());
    key.owner = Owner::Organization;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    insert(&mut tx, &key).await;
    tx.commit(event(AuditAction::CredentialIssued, &key)).await.unwrap();

    let presented = db.store.presented(&verifier(&key)).await.unwrap().unwrap();
    assert_eq!((presented.credential, presented.user, presented.role), (key, None, None));
}

async fn a_person_is_found_by_their_address_with_their_hash(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let found = db.store.password_of(&acme.user.email).await.unwrap();
    assert_eq!(found, Some((acme.user, password())));
    assert_eq!(db.store.password_of(&"eve@acme.test".parse().unwrap()).await.unwrap(), None);
    assert_eq!(format!("{:?}", password()), "[redacted]");
}

async fn memberships_are_listed_as_the_person_joined_and_read_with_their_role(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let mut tx = db.store.write(&other.everyone()).await.unwrap();
    tx.insert_membership(acme.user.id, Role::Viewer).await.unwrap();
    tx.commit(event(AuditAction::OrganisationCreated, &other.org)).await.unwrap();

    let membership = |tenant: &Tenant, role| Membership { user: acme.user.id, org: tenant.org.clone(), role };
    let both = [membership(&acme, Role::Owner), membership(&other, Role::Viewer)];
    assert_eq!(db.store.memberships_of(acme.user.id).await.unwrap(), both);
    let [_, viewer] = both;
    let found = db.store.membership(acme.user.id, other.org.id).await.unwrap();
    assert_eq!(found, Some((acme.user.clone(), viewer)));
    assert_eq!(db.store.membership(other.user.id, acme.org.id).await.unwrap(), None);
}

async fn an_empty_database_has_no_users(db: TestDb) {
    let slug = "acme".parse().unwrap();
    assert!(!db.store.has_users().await.unwrap() && !db.store.has_org(&slug).await.unwrap());
    db.signed_up("acme").await;
    assert!(db.store.has_users().await.unwrap() && db.store.has_org(&slug).await.unwrap());
}
