//! Two organisations with rows that look alike: neither reaches the other's, by any read or write.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{insert, stored},
};
use domain::{
    access::{Action, Role},
    audit::AuditAction,
    credential::{Credential, CredentialKind},
};
use std::collections::HashMap;
use store::{ChainVerdict, Page, PageRequest, SessionTable, StoreError, UsageSeen, sessions};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
};

on_both!(tenants_are_isolated, a_cursor_of_another_organisation_is_refused);

/// Ada of Acme, twice: the same names, the same kinds of rows.
struct LookAlikes {
    ours: Tenant,
    theirs: Tenant,
    our_token: Credential,
    their_token: Credential,
}

async fn look_alikes(db: &TestDb) -> LookAlikes {
    let (ours, theirs) = (db.signed_up("acme").await, db.signed_up("acme-2").await);
    let (our_token, their_token) = (db.issued(&ours, "CI deploy").await, db.issued(&theirs, "CI deploy").await);
    for tenant in [&ours, &theirs] {
        browse(db, tenant).await;
    }
    LookAlikes { ours, theirs, our_token, their_token }
}

async fn browse(db: &TestDb, tenant: &Tenant) {
    let table = SessionTable::new(db.store.clone(), std::sync::Arc::new(|| at(0)));
    let data = HashMap::from([
        (sessions::SESSION_ID.to_owned(), tenant.session.to_string().into()),
        (sessions::USER_ID.to_owned(), tenant.user.id.to_string().into()),
    ]);
    let expiry_date = at(3600).to_utc();
    table.create(&mut Record { id: Id::default(), data, expiry_date }).await.unwrap();
}

async fn tenants_are_isolated(db: TestDb) {
    let alike = look_alikes(&db).await;
    let about_them = [alike.theirs.org.id.to_string(), alike.theirs.user.id.to_string()];
    let before = db.rows_about(&about_them).await;
    assert!(before.len() >= 8, "user, org, membership, session, credential, secret, events, head: {before:#?}");

    for permit in [alike.ours.own(), alike.ours.everyone(), alike.ours.permit(Action::EndOwnSessions)] {
        reads_find_only_our_own(&db, &alike, &permit).await;
        writes_reach_only_our_own(&db, &alike, &permit).await;
        assert_eq!(db.rows_about(&about_them).await, before);
    }
    usage_of_theirs_is_not_recorded_as_ours(&db, &alike).await;
    assert_eq!(db.rows_about(&about_them).await, before);
    let membership = db.store.membership(alike.ours.user.id, alike.theirs.org.id).await.unwrap();
    assert!(membership.is_none());
    let mut tx = db.store.read(&alike.theirs.own()).await.unwrap();
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 2 });
}

async fn reads_find_only_our_own(db: &TestDb, alike: &LookAlikes, permit: &domain::access::Permit) {
    let mut tx = db.store.read(permit).await.unwrap();
    assert!(matches!(tx.credential(alike.their_token.id).await, Err(StoreError::Missing)));
    let pats = CredentialKind::PersonalAccessToken;
    let Page { items, .. } = tx.list_credentials(pats, &PageRequest::default()).await.unwrap();
    assert!(items.iter().all(|token| token.org == alike.ours.org.id) && !items.is_empty());
    let sessions = tx.list_sessions(at(1)).await.unwrap();
    assert!(sessions.iter().all(|session| session.user == alike.ours.user.id) && !sessions.is_empty());
    assert!(matches!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { .. }));
}

async fn writes_reach_only_our_own(db: &TestDb, alike: &LookAlikes, permit: &domain::access::Permit) {
    let theirs = &alike.theirs;
    let mut tx = db.store.write(permit).await.unwrap();
    let new = theirs.token("planted");
    assert!(matches!(tx.insert_credential(&new, &stored(&new)).await, Err(StoreError::Missing)));
    let mut claimed = alike.their_token.clone();
    assert!(matches!(tx.update_credential(&claimed).await, Err(StoreError::Missing)));
    claimed.org = alike.ours.org.id;
    assert!(matches!(tx.update_credential(&claimed).await, Err(StoreError::Missing)));
    assert!(matches!(tx.revoke_credential(claimed.id, at(2)).await, Err(StoreError::Missing)));
    assert!(matches!(tx.insert_org(&theirs.org).await, Err(StoreError::Missing)));
    assert!(matches!(tx.end_session(theirs.session).await, Err(StoreError::Missing)));
    tx.end_other_sessions(alike.ours.session).await.unwrap();
    // What is ours is kept, and with it anything that should not have been possible.
    insert(&mut tx, &alike.ours.token("ours")).await;
    tx.commit(event(AuditAction::CredentialIssued, &alike.our_token)).await.unwrap();
}

async fn usage_of_theirs_is_not_recorded_as_ours(db: &TestDb, alike: &LookAlikes) {
    let secret = alike.their_token.secrets[0].id;
    let seen = UsageSeen { org: alike.ours.org.id, secret, at: at(9), ip: None };
    db.store.record_usage(&[seen]).await.unwrap();
}

async fn a_cursor_of_another_organisation_is_refused(db: TestDb) {
    let alike = look_alikes(&db).await;
    for tenant in [&alike.ours, &alike.theirs] {
        db.issued(tenant, "second").await;
    }
    let one = |cursor| PageRequest::new(1, cursor);
    let pats = CredentialKind::PersonalAccessToken;
    let mut theirs = db.store.read(&alike.theirs.own()).await.unwrap();
    let cursor = theirs.list_credentials(pats, &one(None)).await.unwrap().next_cursor;
    assert!(cursor.is_some());

    let mut ours = db.store.read(&alike.ours.own()).await.unwrap();
    assert!(matches!(ours.list_credentials(pats, &one(cursor)).await, Err(StoreError::BadCursor)));
    // The same person as a member of both organisations has two lists, too.
    let mut both = alike.ours.clone();
    both.org = alike.theirs.org.clone();
    both.role = Role::Member;
    let mut there = db.store.read(&both.own()).await.unwrap();
    assert!(there.list_credentials(pats, &one(None)).await.unwrap().items.is_empty());
}
