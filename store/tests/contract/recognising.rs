//! What is read before a caller is known: a credential by its verifier, a person by their address.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{password, secret, stored_secret, verifier, verifier_of},
};
use domain::{
    access::Role,
    account::Membership,
    audit::AuditAction,
    credential::{CredentialKind, Owner},
    scope::ScopeSet,
};
use store::{ChainFault, ChainVerdict, Member, Presented, PresentedOwner};

on_both!(
    a_verifier_leads_to_its_credential_owner_and_role,
    an_unknown_verifier_leads_nowhere,
    a_revoked_credential_is_still_recognised_as_revoked,
    a_removed_member_is_recognised_without_a_role,
    a_credential_of_the_organisation_represents_nobody,
    a_token_of_a_service_account_leads_to_it,
    any_secret_of_a_credential_leads_to_all_of_them,
    the_scopes_of_the_organisations_own_and_the_platforms_apis_come_along,
    an_operator_verifies_every_chain,
    a_person_is_found_by_their_address_with_their_hash,
    memberships_are_listed_as_the_person_joined_and_read_with_their_role,
    an_organisation_is_found_by_its_id,
    an_empty_database_has_no_users,
);

async fn a_verifier_leads_to_its_credential_owner_and_role(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    db.issued(&acme, "another").await;
    let expected = Presented {
        secret: Some(token.secrets[0].id),
        org: acme.org.clone(),
        owner: PresentedOwner::User { user: acme.user.clone(), role: Some(Role::Owner) },
        credential: token.clone(),
        api_scopes: ScopeSet::default(),
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
    assert_eq!(presented.owner, PresentedOwner::User { user: acme.user, role: None });
}

async fn a_credential_of_the_organisation_represents_nobody(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let key = acme.key("Zapier");
    db.keep(&acme, &key).await;
    let presented = db.store.presented(&verifier(&key)).await.unwrap().unwrap();
    assert_eq!((presented.credential, presented.owner), (key, PresentedOwner::Application));
}

async fn a_token_of_a_service_account_leads_to_it(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let account = db.account(&acme, "deployer").await;
    let token = acme.credential(CredentialKind::PersonalAccessToken, Owner::ServiceAccount(account.id), "nightly");
    db.keep(&acme, &token).await;
    let presented = db.store.presented(&verifier(&token)).await.unwrap().unwrap();
    assert_eq!((presented.credential, presented.owner), (token, PresentedOwner::ServiceAccount(account)));
}

async fn any_secret_of_a_credential_leads_to_all_of_them(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut token = db.issued(&acme, "CI").await;
    db.api(&acme, "https://api.acme.test", "tickets:read tickets:write").await;
    for _ in 0..2 {
        let rolled = secret(at(1));
        let mut tx = db.store.write(&acme.own()).await.unwrap();
        tx.insert_secret(token.id, &stored_secret(&rolled)).await.unwrap();
        tx.commit(event(AuditAction::CredentialRolled, &token)).await.unwrap();
        token.secrets.insert(0, rolled);
    }
    for secret in &token.secrets {
        let presented = db.store.presented(&verifier_of(secret)).await.unwrap().unwrap();
        assert_eq!((presented.secret, &presented.credential), (Some(secret.id), &token));
        assert_eq!(presented.api_scopes.to_string(), "tickets:read tickets:write");
    }
}

async fn the_scopes_of_the_organisations_own_and_the_platforms_apis_come_along(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    db.api(&acme, "https://api.acme.test", "tickets:read").await;
    db.api(&acme, "https://mail.acme.test", "mail:send tickets:read").await;
    db.api(&other, "https://api.other.test", "secret:read").await;
    db.platform_api("https://platform.test", "rmq.read:*/*").await;

    for (tenant, scopes) in [(&acme, "mail:send rmq.read:*/* tickets:read"), (&other, "rmq.read:*/* secret:read")] {
        let token = db.issued(tenant, "CI").await;
        let presented = db.store.presented(&verifier(&token)).await.unwrap().unwrap();
        assert_eq!(presented.api_scopes.to_string(), scopes);
        let member = db.store.membership(tenant.user.id, tenant.org.id).await.unwrap().unwrap();
        assert_eq!(member.api_scopes.to_string(), scopes);
    }
}

async fn an_operator_verifies_every_chain(db: TestDb) {
    assert!(db.store.org_ids().await.unwrap().is_empty());
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    db.issued(&acme, "CI").await;
    db.execute(&format!("UPDATE audit_heads SET seq = 7 WHERE org_id = '{}'", other.org.id)).await;

    assert_eq!(db.store.org_ids().await.unwrap(), [acme.org.id, other.org.id]);
    assert_eq!(db.store.verify_chain_of(acme.org.id).await.unwrap(), ChainVerdict::Whole { events: 2 });
    let broken = ChainVerdict::Broken { seq: 2, fault: ChainFault::Removed };
    assert_eq!(db.store.verify_chain_of(other.org.id).await.unwrap(), broken);
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
    let member = Member { user: acme.user.clone(), membership: viewer, api_scopes: ScopeSet::default() };
    assert_eq!(found, Some(member));
    assert_eq!(db.store.membership(other.user.id, acme.org.id).await.unwrap(), None);
}

async fn an_organisation_is_found_by_its_id(db: TestDb) {
    let (acme, _) = (db.signed_up("acme").await, db.signed_up("other").await);
    assert_eq!(db.store.org(acme.org.id).await.unwrap(), Some(acme.org));
    assert_eq!(db.store.org(Tenant::new("nowhere").org.id).await.unwrap(), None);
}

async fn an_empty_database_has_no_users(db: TestDb) {
    let slug = "acme".parse().unwrap();
    assert!(!db.store.has_users().await.unwrap() && db.store.org_of_slug(&slug).await.unwrap().is_none());
    db.signed_up("acme").await;
    assert!(db.store.has_users().await.unwrap() && db.store.org_of_slug(&slug).await.unwrap().is_some());
}
