//! Reads before a caller is known: users by their address, their organizations, and whether anyone has signed up.

use crate::support::{Tenant, TestDb, event, world::password};
use domain::{access::Role, account::Membership, audit::AuditAction, scope::ScopeSet};
use store::{ChainFault, ChainVerdict, Member};

on_both!(
    the_scopes_of_the_organizations_own_and_the_platforms_apis_come_along,
    an_operator_verifies_every_chain,
    a_person_is_found_by_their_address_with_their_hash,
    memberships_are_listed_as_the_person_joined_and_read_with_their_role,
    an_organization_is_found_by_its_id,
    an_empty_database_has_no_users,
);

async fn the_scopes_of_the_organizations_own_and_the_platforms_apis_come_along(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    db.api(&acme, "https://api.acme.test", "tickets:read").await;
    db.api(&acme, "https://mail.acme.test", "mail:send tickets:read").await;
    db.api(&other, "https://api.other.test", "secret:read").await;
    db.platform_api("https://platform.test", "rmq.read:*/*").await;

    for (tenant, scopes) in [(&acme, "mail:send rmq.read:*/* tickets:read"), (&other, "rmq.read:*/* secret:read")] {
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
    assert_eq!(db.store.verify_chain_of(acme.org.id).await.unwrap(), ChainVerdict::Whole { events: 2, unkeyed: 0 });
    let broken = ChainVerdict::Broken { seq: 2, fault: ChainFault::Removed };
    assert_eq!(db.store.verify_chain_of(other.org.id).await.unwrap(), broken);
}

async fn a_person_is_found_by_their_address_with_their_hash(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let found = db.store.accounts_of(&acme.user.email, 9).await.unwrap();
    let [account] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&account.user, &account.password, account.is_proved), (&acme.user, &password(), false));
    assert!(db.store.accounts_of(&"eve@acme.test".parse().unwrap(), 9).await.unwrap().is_empty());
    assert_eq!(format!("{:?}", password()), "[redacted]");
}

async fn memberships_are_listed_as_the_person_joined_and_read_with_their_role(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let mut tx = db.store.write(&other.everyone()).await.unwrap();
    tx.insert_membership(acme.user.id, Role::Viewer).await.unwrap();
    tx.commit(event(AuditAction::OrganizationCreated, &other.org)).await.unwrap();

    let membership =
        |tenant: &Tenant, role: Role| Membership { user: acme.user.id, org: tenant.org.clone(), role: role.into() };
    let both = [membership(&acme, Role::Owner), membership(&other, Role::Viewer)];
    assert_eq!(db.store.memberships_of(acme.user.id).await.unwrap(), both);
    let [_, viewer] = both;
    let found = db.store.membership(acme.user.id, other.org.id).await.unwrap();
    let member = Member { user: acme.user.clone(), membership: viewer, api_scopes: ScopeSet::default() };
    assert_eq!(found, Some(member));
    assert_eq!(db.store.membership(other.user.id, acme.org.id).await.unwrap(), None);
}

async fn an_organization_is_found_by_its_id(db: TestDb) {
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
