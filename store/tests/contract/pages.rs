//! Pages: newest first, every row once even if rows arrive in the meantime, and no foreign cursors.

use crate::support::{Tenant, TestDb, event};
use domain::{
    audit::AuditAction,
    credential::{Credential, CredentialKind},
};
use store::{Page, PageRequest, StoreError};

on_both!(
    pages_give_every_row_once_newest_first,
    rows_that_arrive_between_pages_move_nothing,
    a_page_that_ends_with_the_list_has_no_cursor,
    a_tampered_cursor_is_refused,
    a_cursor_of_another_list_is_refused,
);

const PATS: CredentialKind = CredentialKind::PersonalAccessToken;

async fn issued(db: &TestDb, tenant: &Tenant, count: usize) -> Vec<Credential> {
    let mut tokens = Vec::new();
    for number in 0..count {
        tokens.insert(0, db.issued(tenant, &format!("token {number}")).await);
    }
    tokens
}

async fn page(db: &TestDb, tenant: &Tenant, limit: u32, cursor: Option<String>) -> store::Result<Page<Credential>> {
    db.store.read(&tenant.own()).await?.list_credentials(PATS, None, &PageRequest::new(limit, cursor)).await
}

async fn pages_give_every_row_once_newest_first(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let newest_first = issued(&db, &acme, 7).await;
    for limit in [1, 2, 3, 6, 7, 8] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = page(&db, &acme, limit, cursor).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            seen.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, newest_first, "limit {limit}");
    }
}

async fn rows_that_arrive_between_pages_move_nothing(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let newest_first = issued(&db, &acme, 4).await;
    let first = page(&db, &acme, 2, None).await.unwrap();

    issued(&db, &acme, 3).await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.revoke_credential(newest_first[1].id, crate::support::at(3)).await.unwrap();
    tx.commit(event(AuditAction::CredentialRevoked, &newest_first[1])).await.unwrap();

    let second = page(&db, &acme, 2, first.next_cursor).await.unwrap();
    assert_eq!(first.items, newest_first[..2]);
    assert_eq!(second.items, newest_first[2..]);
    assert_eq!(second.next_cursor, None);
}

async fn a_page_that_ends_with_the_list_has_no_cursor(db: TestDb) {
    let acme = db.signed_up("acme").await;
    assert_eq!(page(&db, &acme, 2, None).await.unwrap(), Page { items: Vec::new(), next_cursor: None });
    issued(&db, &acme, 2).await;
    assert_eq!(page(&db, &acme, 2, None).await.unwrap().next_cursor, None);
}

async fn a_tampered_cursor_is_refused(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let tokens = issued(&db, &acme, 3).await;
    let good = page(&db, &acme, 1, None).await.unwrap().next_cursor.unwrap();
    assert!(!good.contains("pat_"), "a cursor is opaque");

    let mut bad: Vec<String> = (0..good.len())
        .map(|place| {
            let other = if good.as_bytes()[place] == b'A' { "B" } else { "A" };
            let mut changed = good.clone();
            changed.replace_range(place..=place, other);
            changed
        })
        .collect();
    bad.extend(["", "0", "~", "é", "=", &good[..good.len() - 1], &format!("{good}A")].map(str::to_owned));
    bad.push(tokens[0].id.to_string());
    for bad in bad {
        let answer = page(&db, &acme, 1, Some(bad.clone())).await;
        assert!(matches!(answer, Err(StoreError::BadCursor)), "{bad}: {answer:?}");
    }
    assert_eq!(page(&db, &acme, 1, Some(good)).await.unwrap().items, tokens[1..2]);
}

async fn a_cursor_of_another_list_is_refused(db: TestDb) {
    let acme = db.signed_up("acme").await;
    issued(&db, &acme, 2).await;
    let own = page(&db, &acme, 1, None).await.unwrap().next_cursor;

    let request = PageRequest::new(1, own);
    let mut everyone = db.store.read(&acme.everyone()).await.unwrap();
    assert!(matches!(everyone.list_credentials(PATS, None, &request).await, Err(StoreError::BadCursor)));
    let mut own = db.store.read(&acme.own()).await.unwrap();
    let keys = own.list_credentials(CredentialKind::ApiKey, None, &request).await;
    assert!(matches!(keys, Err(StoreError::BadCursor)), "{keys:?}");
}
