//! An address belongs to one account once that account has verified it.

use crate::support::{Tenant, TestDb, at, event, world::password};
use domain::{audit::AuditAction, ids::UserId};
use store::{Constraint, StoreError};

on_both!(
    an_address_that_nobody_has_proved_can_have_many_accounts,
    who_proves_an_address_has_it_alone,
    of_two_who_prove_an_address_one_has_it,
);

async fn with_address(db: &TestDb, slug: &str, address: &Tenant) -> Tenant {
    let mut tenant = Tenant::new(slug);
    tenant.user.email = address.user.email.clone();
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.insert_user(&tenant.user, &password()).await.unwrap();
    tx.insert_org(&tenant.org).await.unwrap();
    tx.insert_membership(tenant.user.id, tenant.role).await.unwrap();
    tx.commit(event(AuditAction::OrganizationCreated, &tenant.org)).await.unwrap();
    tenant
}

async fn prove(db: &TestDb, tenant: &Tenant) -> Result<(), StoreError> {
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.prove_address(tenant.user.id, at(0)).await?;
    tx.commit(event(AuditAction::MemberJoined, &tenant.user)).await.map(|_| ())
}

/// Returns the accounts with the tenant's address, and whether they have verified it.
async fn accounts(db: &TestDb, tenant: &Tenant) -> Vec<(UserId, bool)> {
    let found = db.store.accounts_of(&tenant.user.email, 10).await.unwrap();
    found.into_iter().map(|account| (account.user.id, account.is_proved)).collect()
}

async fn has_address(db: &TestDb, tenant: &Tenant) -> bool {
    db.store.read(&tenant.everyone()).await.unwrap().has_address(tenant.user.id).await.unwrap()
}

async fn is_member_here(db: &TestDb, tenant: &Tenant) -> bool {
    db.store.read(&tenant.everyone()).await.unwrap().has_member(&tenant.user.email).await.unwrap()
}

async fn an_address_that_nobody_has_proved_can_have_many_accounts(db: TestDb) {
    let one = db.signed_up("one").await;
    let other = with_address(&db, "other", &one).await;
    assert_eq!(accounts(&db, &one).await, [(one.user.id, false), (other.user.id, false)]);
    assert!(has_address(&db, &one).await && has_address(&db, &other).await);
    assert_eq!(db.store.accounts_of(&one.user.email, 1).await.unwrap().len(), 1);
}

async fn who_proves_an_address_has_it_alone(db: TestDb) {
    let (squatter, stranger) = (db.signed_up("squatter").await, db.signed_up("stranger").await);
    let real = with_address(&db, "real", &squatter).await;
    for (number, tenant) in [&squatter, &stranger, &real].into_iter().enumerate() {
        let hash = match db.is_sqlite() {
            true => format!("x'{number:064x}'"),
            false => format!("decode('{number:064x}', 'hex')"),
        };
        db.execute(&format!(
            "INSERT INTO sessions (id_hash, id, user_id, data, created_at, last_seen_at, expires_at)
            VALUES ({hash}, 'ses_{number}', '{}', '{{}}', 0, 0, 1)",
            tenant.user.id
        ))
        .await;
    }
    prove(&db, &real).await.unwrap();
    prove(&db, &real).await.unwrap();
    assert_eq!(accounts(&db, &real).await, [(real.user.id, true)]);
    assert!(has_address(&db, &real).await && !has_address(&db, &squatter).await && has_address(&db, &stranger).await);
    assert!(is_member_here(&db, &real).await && !is_member_here(&db, &squatter).await);
    assert_eq!(db.texts("SELECT id FROM sessions ORDER BY id").await, ["ses_1", "ses_2"]);
}

async fn of_two_who_prove_an_address_one_has_it(db: TestDb) {
    let one = db.signed_up("one").await;
    let other = with_address(&db, "other", &one).await;
    let (first, second) = tokio::join!(prove(&db, &one), prove(&db, &other));
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    let refused = first.and(second);
    assert!(matches!(refused, Err(StoreError::Conflict(Constraint::UserEmail))), "{refused:?}");
    assert_eq!(accounts(&db, &one).await.len(), 1);
}
