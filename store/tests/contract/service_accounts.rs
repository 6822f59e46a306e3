//! Service accounts: the organization lists them in pages, and each reaches itself.

use crate::support::{TestDb, at, event};
use domain::{access::ServiceAccountRole, account::ServiceAccount, audit::AuditAction, ids::ServiceAccountId};
use store::{Constraint, PageRequest, StoreError};

on_both!(
    a_service_account_reads_back_as_it_was_written,
    service_accounts_are_listed_newest_first_in_pages,
    a_service_account_reaches_itself_alone_and_a_member_none,
);

async fn a_service_account_reads_back_as_it_was_written(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for role in ServiceAccountRole::ALL {
        let account = ServiceAccount { role, ..acme.account("deployer 'one'") };
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        tx.insert_service_account(&account).await.unwrap();
        assert_eq!(tx.service_account(account.id).await.unwrap(), account);
        tx.commit(event(AuditAction::ServiceAccountCreated, &account)).await.unwrap();

        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        let again = tx.insert_service_account(&account).await;
        assert!(matches!(again, Err(StoreError::Conflict(Constraint::Id))), "{again:?}");
    }
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    assert!(matches!(tx.service_account(acme.account("never created").id).await, Err(StoreError::Missing)));
}

async fn service_accounts_are_listed_newest_first_in_pages(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut newest_first = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        newest_first.insert(0, db.account(&acme, name).await);
    }
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    for limit in [1, 2, 4, 5, 6] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = tx.list_service_accounts(&PageRequest::new(limit, cursor)).await.unwrap();
            seen.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, newest_first, "limit {limit}");
    }
    let foreign = Some("AAAA".to_owned());
    let refused = tx.list_service_accounts(&PageRequest::new(1, foreign)).await;
    assert!(matches!(refused, Err(StoreError::BadCursor)), "{refused:?}");
}

async fn a_service_account_reaches_itself_alone_and_a_member_none(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (one, other) = (db.account(&acme, "one").await, db.account(&acme, "other").await);

    let mut tx = db.store.write(&acme.own_of(&one)).await.unwrap();
    assert_eq!(tx.service_account(one.id).await.unwrap(), one);
    assert!(matches!(tx.service_account(other.id).await, Err(StoreError::Missing)));
    let listed = tx.list_service_accounts(&PageRequest::default()).await.unwrap().items;
    assert_eq!(listed, std::slice::from_ref(&one));
    let third = ServiceAccount { id: ServiceAccountId::new(at(0), [9; 10]), ..one.clone() };
    assert!(matches!(tx.insert_service_account(&third).await, Err(StoreError::Missing)));
    assert!(matches!(tx.list_sessions(at(0)).await, Err(StoreError::Missing)), "it has no browser sessions");

    let mut tx = db.store.read(&acme.own()).await.unwrap();
    assert!(matches!(tx.service_account(one.id).await, Err(StoreError::Missing)));
    assert!(tx.list_service_accounts(&PageRequest::default()).await.unwrap().items.is_empty());
}
