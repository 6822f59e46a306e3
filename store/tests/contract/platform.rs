//! The platform organization is stored, not derived.

use crate::support::{Tenant, TestDb, event};
use domain::audit::{AuditAction, AuditEvent, Target};
use store::{Constraint, StoreError};

on_both!(
    the_first_organization_is_the_platform_whatever_the_ids_say,
    of_two_first_organizations_one_is_the_platform,
    only_the_platform_transfers_itself_and_only_to_what_exists,
);

/// Tenants that sign up in the reverse order of their ids.
fn backwards() -> [Tenant; 2] {
    let (older, newer) = (Tenant::new("older"), Tenant::new("newer"));
    assert!(older.org.id < newer.org.id);
    [newer, older]
}

async fn founded(db: &TestDb, tenant: &Tenant) {
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.insert_org(&tenant.org).await.unwrap();
    tx.commit(event(AuditAction::OrganizationCreated, &tenant.org)).await.unwrap();
}

fn transferred(to: &Tenant) -> AuditEvent {
    event(AuditAction::PlatformTransferred, Target { kind: "platform", ..Target::from(&to.org) })
}

async fn the_first_organization_is_the_platform_whatever_the_ids_say(db: TestDb) {
    assert_eq!(db.store.platform_org().await.unwrap(), None);
    let [first, second] = backwards();
    founded(&db, &first).await;
    founded(&db, &second).await;
    assert_eq!(db.store.platform_org().await.unwrap(), Some(first.org.id));
    let mut tx = db.store.read(&second.everyone()).await.unwrap();
    assert_eq!(tx.platform_org().await.unwrap(), Some(first.org.id));
}

async fn of_two_first_organizations_one_is_the_platform(db: TestDb) {
    let [one, other] = backwards();
    tokio::join!(founded(&db, &one), founded(&db, &other));
    let platform = db.store.platform_org().await.unwrap().unwrap();
    assert!([one.org.id, other.org.id].contains(&platform));
    assert_eq!(db.texts("SELECT org_id FROM platform").await, [platform.to_string()]);
}

async fn only_the_platform_transfers_itself_and_only_to_what_exists(db: TestDb) {
    let [first, second] = backwards();
    founded(&db, &first).await;
    founded(&db, &second).await;
    let mut tx = db.store.write(&second.everyone()).await.unwrap();
    assert!(matches!(tx.transfer_platform(second.org.id).await, Err(StoreError::Missing)));
    drop(tx);
    let mut tx = db.store.write(&first.everyone()).await.unwrap();
    let nowhere = tx.transfer_platform(Tenant::new("nowhere").org.id).await;
    assert!(matches!(nowhere, Err(StoreError::Conflict(Constraint::Reference))), "{nowhere:?}");
    drop(tx);
    let mut tx = db.store.write(&first.everyone()).await.unwrap();
    tx.transfer_platform(second.org.id).await.unwrap();
    tx.commit(transferred(&second)).await.unwrap();
    assert_eq!(db.store.platform_org().await.unwrap(), Some(second.org.id));
}
