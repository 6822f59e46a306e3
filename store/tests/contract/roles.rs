//! Custom roles: they are stored, read with their holders, and can't be deleted while they have one.

use crate::support::{Tenant, TestDb, at, event};
use domain::{
    access::{CustomRole, MemberRole, Offboarding, Reach, Role},
    account::Invitation,
    audit::AuditAction,
};
use store::{Constraint, RoleHolders, StoreError};

on_both!(
    a_role_is_kept_changed_and_listed_by_name_with_how_often_it_is_given,
    two_roles_of_an_organization_never_have_the_same_name_in_whatever_case,
    whatever_has_a_role_is_read_with_it_as_it_is_now,
    a_role_that_somebody_has_stays_and_what_is_over_does_not_keep_it,
    nobody_is_given_a_role_of_another_organization,
);

/// Stores a custom role of the organization.
async fn kept(db: &TestDb, tenant: &Tenant, name: &str) -> CustomRole {
    let role = tenant.custom_role(name);
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.insert_custom_role(&role).await.unwrap();
    tx.commit(event(AuditAction::RoleCreated, &role)).await.unwrap();
    role
}

async fn give(db: &TestDb, tenant: &Tenant, to: &Tenant, role: impl Into<MemberRole>) {
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.update_role(to.user.id, &role.into()).await.unwrap();
    tx.commit(event(AuditAction::MemberRoleChanged, &to.user)).await.unwrap();
}

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Constraint {
    match result {
        Err(StoreError::Conflict(constraint)) => constraint,
        other => panic!("{other:?}"),
    }
}

async fn a_role_is_kept_changed_and_listed_by_name_with_how_often_it_is_given(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (support, desk) = (kept(&db, &acme, "support").await, kept(&db, &acme, "Desk").await);
    let bob = db.joined(&acme, "Bob").await;
    give(&db, &acme, &bob, support.clone()).await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    for (email, expires_at) in [("a@x.test", at(60)), ("b@x.test", at(5))] {
        let invitation = acme.invitation(email);
        tx.insert_invitation(&Invitation { role: support.clone().into(), expires_at, ..invitation }).await.unwrap();
    }
    let changed = CustomRole {
        name: "Front desk".parse().unwrap(),
        scopes: "audit:read".parse().unwrap(),
        reach: Reach::Own,
        ..desk.clone()
    };
    tx.update_custom_role(&changed).await.unwrap();
    tx.commit(event(AuditAction::RoleUpdated, &changed)).await.unwrap();

    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    assert_eq!(tx.custom_role(desk.id).await.unwrap(), changed);
    let listed = tx.custom_roles(at(10)).await.unwrap();
    let counts: Vec<_> = listed.iter().map(|one| (&one.role, one.members, one.invitations)).collect();
    assert_eq!(counts, [(&changed, 0, 0), (&support, 1, 1)]);
    assert_eq!(tx.count_custom_roles().await.unwrap(), 2);
}

async fn two_roles_of_an_organization_never_have_the_same_name_in_whatever_case(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    kept(&db, &acme, "Éclair").await;
    let desk = kept(&db, &acme, "Desk").await;
    kept(&db, &other, "Éclair").await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    assert_eq!(conflict(tx.insert_custom_role(&acme.custom_role("éCLAIR")).await), Constraint::RoleName);
    drop(tx);
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    let renamed = CustomRole { name: "ÉCLAIR".parse().unwrap(), ..desk };
    assert_eq!(conflict(tx.update_custom_role(&renamed).await), Constraint::RoleName);
}

async fn whatever_has_a_role_is_read_with_it_as_it_is_now(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let role = kept(&db, &acme, "Support").await;
    let bob = db.joined(&acme, "Bob").await;
    give(&db, &acme, &bob, role.clone()).await;
    let invitation = Invitation { role: role.clone().into(), ..acme.invitation("eve@x.test") };
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.insert_invitation(&invitation).await.unwrap();
    tx.insert_offboarding(&Offboarding::new(acme.user.id, role.clone(), at(0), 7)).await.unwrap();
    let now = CustomRole { scopes: "audit:read".parse().unwrap(), ..role };
    tx.update_custom_role(&now).await.unwrap();
    tx.commit(event(AuditAction::RoleUpdated, &now)).await.unwrap();

    let expected = MemberRole::from(now);
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    assert_eq!(tx.member(bob.user.id).await.unwrap().role, expected);
    assert!(tx.list_members(None, &Default::default()).await.unwrap().items.iter().any(|one| one.role == expected));
    assert_eq!(tx.invitation(invitation.id).await.unwrap().role, expected);
    assert_eq!(tx.offboarding(acme.user.id).await.unwrap().unwrap().offboarding.role, expected);
    let member = db.store.membership(bob.user.id, acme.org.id).await.unwrap().unwrap();
    assert_eq!(member.membership.role, expected);
    assert_eq!(db.store.memberships_of(bob.user.id).await.unwrap()[0].role, expected);
    assert_eq!(db.store.invitation_of_link(invitation.id).await.unwrap().unwrap().role, expected);
    let context = db.store.org_context(acme.org.id, at(1)).await.unwrap().unwrap();
    assert!(context.members.contains(&(bob.user.clone(), expected.clone())));
    assert_eq!(context.offboarded[0].role, expected);
    assert_eq!(tx.count_owners().await.unwrap(), 1, "one of its own never counts as an owner");
    drop(tx);
    give(&db, &acme, &bob, Role::Admin).await;
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    assert_eq!(tx.member(bob.user.id).await.unwrap().role, Role::Admin);
}

async fn a_role_that_somebody_has_stays_and_what_is_over_does_not_keep_it(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let role = kept(&db, &acme, "Support").await;
    let bob = db.joined(&acme, "Bob").await;
    give(&db, &acme, &bob, role.clone()).await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    let invitation = Invitation { role: role.clone().into(), expires_at: at(60), ..acme.invitation("eve@x.test") };
    tx.insert_invitation(&invitation).await.unwrap();
    tx.insert_offboarding(&Offboarding::new(acme.user.id, role.clone(), at(0), 1)).await.unwrap();
    tx.commit(event(AuditAction::MemberInvited, &acme.user)).await.unwrap();

    let holders =
        async |now| db.store.read(&acme.everyone()).await.unwrap().role_holders(role.id, now, 9).await.unwrap();
    let (bobs, eves, adas) = (vec!["Bob".to_owned()], vec!["eve@x.test".to_owned()], vec!["Ada".to_owned()]);
    assert_eq!(holders(at(1)).await, RoleHolders { members: bobs.clone(), invited: eves, left: adas.clone() });
    assert_eq!(holders(at(60)).await, RoleHolders { members: bobs, invited: vec![], left: adas });
    let delete = async |now| {
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        tx.delete_custom_role(role.id, now).await?;
        tx.commit(event(AuditAction::RoleDeleted, &role)).await.map(|_| ())
    };
    assert_eq!(conflict(delete(at(100_000)).await), Constraint::Reference);
    give(&db, &acme, &bob, Role::Member).await;
    for now in [at(1), at(60)] {
        assert_eq!(conflict(delete(now).await), Constraint::Reference, "an open invitation, or a grace");
    }
    delete(at(100_000)).await.unwrap();
    assert!(matches!(delete(at(100_000)).await, Err(StoreError::Missing)));
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    assert_eq!(tx.invitation(invitation.id).await.unwrap().role, Role::Viewer);
    assert_eq!(tx.offboarding(acme.user.id).await.unwrap().unwrap().offboarding.role, Role::Viewer);
}

async fn nobody_is_given_a_role_of_another_organization(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let theirs = kept(&db, &other, "Support").await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    let given = tx.update_role(acme.user.id, &theirs.clone().into()).await;
    assert_eq!(conflict(given), Constraint::Reference);
    drop(tx);
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    let invitation = Invitation { role: theirs.into(), ..acme.invitation("eve@x.test") };
    assert_eq!(conflict(tx.insert_invitation(&invitation).await), Constraint::Reference);
}
