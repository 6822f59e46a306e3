//! Reading the audit log: newest first, complete, filtered, and within the permit's reach.

use crate::support::{Tenant, TestDb, at, event, world::insert};
use domain::{
    Timestamp,
    access::{Action, Actor, Permit, RequestContext},
    audit::AuditAction,
};
use serde_json::json;
use store::{AuditFilter, AuditRecord, Page, PageRequest, StoreError};

on_both!(
    an_event_reads_back_with_everything_stored,
    what_a_service_account_or_an_application_does_is_its_own,
    what_a_job_does_is_told_as_the_systems,
    filters_let_through_what_they_say,
    events_are_listed_newest_first_in_pages,
    a_cursor_of_another_filter_is_refused,
    whoever_reaches_only_their_own_reads_of_their_deeds_and_credentials,
);

async fn list(db: &TestDb, permit: &Permit, filter: &AuditFilter) -> Vec<AuditRecord> {
    let mut tx = db.store.read(permit).await.unwrap();
    tx.audit_events(filter, &PageRequest::default()).await.unwrap().items
}

fn seqs(records: &[AuditRecord]) -> Vec<i64> {
    records.iter().map(|record| record.seq).collect()
}

async fn an_event_reads_back_with_everything_stored(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let records = list(&db, &acme.everyone(), &AuditFilter::default()).await;
    assert_eq!(seqs(&records), [2, 1]);
    let newest = &records[0];
    assert_eq!((newest.prev_hash.as_str(), newest.hash.len()), (records[1].hash.as_str(), 64));
    let expected = AuditRecord {
        org_id: acme.org.id.to_string(),
        seq: 2,
        id: newest.id.clone(),
        at: at(0),
        action: "credential.issued".to_owned(),
        actor_type: "person".to_owned(),
        actor_id: acme.user.id.to_string(),
        actor_name: "Ada".to_owned(),
        actor_credential_id: None,
        actor_credential_name: None,
        actor_session_id: Some(acme.session.to_string()),
        target_type: "credential".to_owned(),
        target_id: token.id.to_string(),
        target_name: Some("CI".to_owned()),
        detail: json!({ "note": "as it was" }),
        request_id: "req-1".to_owned(),
        ip: Some("203.0.113.7".to_owned()),
        user_agent: Some("curl/8".to_owned()),
        prev_hash: newest.prev_hash.clone(),
        hash: newest.hash.clone(),
    };
    assert_eq!(newest, &expected);
    assert!(newest.id.starts_with("evt_"));
    assert_eq!(serde_json::to_value(newest).unwrap()["at"], json!(at(0)));
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    assert_eq!(tx.audit_event(2).await.unwrap(), expected);
    assert_eq!(tx.audit_event(1).await.unwrap(), records[1]);
    for number in [i64::MIN, 0, 3, i64::MAX] {
        assert!(matches!(tx.audit_event(number).await, Err(StoreError::Missing)), "{number}");
    }
}

async fn what_a_service_account_or_an_application_does_is_its_own(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let account = db.account(&acme, "deployer").await;
    let key = acme.key("Zapier");
    db.keep(&acme, &key).await;
    for permit in [acme.own_of(&account), acme.by_application(&key)] {
        let tx = db.store.write(&permit).await.unwrap();
        tx.commit(event(AuditAction::CredentialUpdated, &key)).await.unwrap();
    }
    let records = list(&db, &acme.everyone(), &AuditFilter::default()).await;
    let told: Vec<_> = records[..2]
        .iter()
        .map(|record| (&*record.actor_type, &*record.actor_id, &*record.actor_name, &record.actor_credential_name))
        .collect();
    let (account_id, key_id) = (account.id.to_string(), key.id.to_string());
    let (deploy, zapier) = (Some("deploy".to_owned()), Some("Zapier".to_owned()));
    assert_eq!(told, [("credential", &*key_id, "Zapier", &zapier), ("credential", &*account_id, "deployer", &deploy)]);
    let by = |id: &str| AuditFilter { actor: Some(id.to_owned()), ..AuditFilter::default() };
    assert_eq!(list(&db, &acme.everyone(), &by(&key_id)).await, records[..1]);
    assert_eq!(list(&db, &acme.everyone(), &by(&account_id)).await, records[1..2]);
    let with = records[1].actor_credential_id.clone().unwrap();
    assert_eq!(list(&db, &acme.everyone(), &by(&with)).await, records[1..2]);
}

async fn what_a_job_does_is_told_as_the_systems(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let key = acme.key("Zapier");
    db.keep(&acme, &key).await;
    let permit =
        Actor::system(acme.org.id, "a_job").permit(Action::GiveExpiryNotice, &RequestContext::default()).unwrap();
    let tx = db.store.write(&permit).await.unwrap();
    tx.commit(event(AuditAction::CredentialUpdated, &key)).await.unwrap();
    let filter = AuditFilter { actor: Some("a_job".to_owned()), ..AuditFilter::default() };
    let records = list(&db, &acme.everyone(), &filter).await;
    let told = records.iter().map(|record| (&*record.actor_type, &*record.actor_name, &record.actor_credential_id));
    assert_eq!(told.collect::<Vec<_>>(), [("system", "a_job", &None)]);
    let last = &records[0];
    assert_eq!((&last.actor_session_id, &last.ip, &*last.request_id), (&None, &None, ""));
}

/// Adds an event at each of these times.
async fn events_at(db: &TestDb, tenant: &Tenant, instants: &[Timestamp]) {
    for instant in instants {
        let tx = db.store.write(&tenant.own()).await.unwrap();
        let mut event = event(AuditAction::SessionStarted, tenant.session);
        event.at = *instant;
        tx.commit(event).await.unwrap();
    }
}

async fn filters_let_through_what_they_say(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let colleague = db.joined(&acme, "Grace").await;
    let token = db.issued(&colleague, "hers").await;
    events_at(&db, &acme, &[at(10), at(20), at(30)]).await;

    let none = AuditFilter::default();
    let text = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (none.clone(), vec![6, 5, 4, 3, 2, 1]),
        (AuditFilter { action: text("session.started"), ..none.clone() }, vec![6, 5, 4]),
        (AuditFilter { action: text("session.%"), ..none.clone() }, vec![]),
        (AuditFilter { action: text("\0"), ..none.clone() }, vec![]),
        (AuditFilter { actor: text(&colleague.user.id.to_string()), ..none.clone() }, vec![3]),
        (AuditFilter { actor: text("' OR 1=1 --"), ..none.clone() }, vec![]),
        (AuditFilter { target: text(&token.id.to_string()), ..none.clone() }, vec![3]),
        (AuditFilter { target: text(&acme.org.id.to_string()), ..none.clone() }, vec![2, 1]),
        (AuditFilter { target: text("\0"), ..none.clone() }, vec![]),
        (AuditFilter { after: Some(at(20)), ..none.clone() }, vec![6, 5]),
        (AuditFilter { before: Some(at(20)), ..none.clone() }, vec![4, 3, 2, 1]),
        (AuditFilter { after: Some(at(10)), before: Some(at(30)), ..none.clone() }, vec![5, 4]),
        (AuditFilter { action: text("session.started"), after: Some(at(30)), ..none.clone() }, vec![6]),
    ] {
        assert_eq!(seqs(&list(&db, &acme.everyone(), &filter).await), expected, "{filter:?}");
    }
}

async fn page(
    db: &TestDb,
    tenant: &Tenant,
    filter: &AuditFilter,
    page: &PageRequest,
) -> store::Result<Page<AuditRecord>> {
    db.store.read(&tenant.everyone()).await?.audit_events(filter, page).await
}

async fn events_are_listed_newest_first_in_pages(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    events_at(&db, &acme, &[at(1); 8]).await;
    let of_target = AuditFilter { target: Some(acme.session.to_string()), ..AuditFilter::default() };
    for (filter, last) in [(AuditFilter::default(), 1), (of_target, 3)] {
        for limit in [1, 3, 8, 10] {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let next = page(&db, &acme, &filter, &PageRequest::new(limit, cursor)).await.unwrap();
                seen.extend(seqs(&next.items));
                cursor = next.next_cursor;
                if cursor.is_none() {
                    break;
                }
                // Events that arrive in the meantime move nothing.
                let tx = db.store.write(&acme.own()).await.unwrap();
                tx.commit(event(AuditAction::CredentialUpdated, &token)).await.unwrap();
            }
            let first = seen[0];
            assert!(first >= 10);
            assert_eq!(seen, (last..=first).rev().collect::<Vec<_>>(), "limit {limit}");
        }
    }
}

async fn a_cursor_of_another_filter_is_refused(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    for tenant in [&acme, &other] {
        events_at(&db, tenant, &[at(1), at(2)]).await;
    }
    let filter = AuditFilter { action: Some("session.started".to_owned()), ..AuditFilter::default() };
    let cursor = page(&db, &acme, &filter, &PageRequest::new(1, None)).await.unwrap().next_cursor;
    let next = PageRequest::new(1, cursor);
    assert_eq!(page(&db, &acme, &filter, &next).await.unwrap().items.len(), 1);
    for (tenant, filter) in [(&acme, AuditFilter::default()), (&other, filter)] {
        let refused = page(&db, tenant, &filter, &next).await;
        assert!(matches!(refused, Err(StoreError::BadCursor)), "{refused:?}");
    }
}

async fn whoever_reaches_only_their_own_reads_of_their_deeds_and_credentials(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let colleague = db.joined(&acme, "Grace").await;
    let hers = db.issued(&colleague, "hers").await;
    db.issued(&acme, "mine").await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.revoke_credential(hers.id, at(1)).await.unwrap();
    insert(&mut tx, &acme.key("Zapier")).await;
    tx.commit(event(AuditAction::CredentialRevoked, &hers)).await.unwrap();

    assert_eq!(seqs(&list(&db, &colleague.own(), &AuditFilter::default()).await), [5, 3]);
    let of_another = AuditFilter { target: Some(acme.org.id.to_string()), ..AuditFilter::default() };
    assert!(list(&db, &colleague.own(), &of_another).await.is_empty());
}
