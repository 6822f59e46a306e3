//! Idempotency keys: only one of any number of equal requests is executed, and the others get its result.

use crate::support::{Tenant, TestDb, at, event, world::insert};
use domain::audit::AuditAction;
use store::{Claim, ClaimOutcome, ClaimRequest, Constraint, StoreError};

on_both!(
    a_request_is_carried_out_once_and_answered_again,
    another_body_is_told_apart_whatever_came_of_the_first,
    a_key_belongs_to_its_principal_route_and_organization,
    a_request_that_was_given_back_can_be_sent_again,
    an_abandoned_request_is_taken_over_after_a_minute,
    whoever_was_overtaken_cannot_complete_release_or_commit,
    a_key_is_forgotten_after_a_day,
    of_many_that_claim_at_once_exactly_one_is_new,
    of_many_that_take_over_at_once_exactly_one_is_new,
    a_change_that_is_not_committed_leaves_its_request_in_flight,
    a_claim_completes_only_in_its_own_organization,
    an_unknown_organization_has_no_claims,
);

fn request(tenant: &Tenant, seconds: i64) -> ClaimRequest {
    ClaimRequest {
        org: tenant.org.id,
        principal: tenant.user.id.to_string(),
        route: "POST /v1/me/tokens".to_owned(),
        key_hash: [1; 32],
        fingerprint: [2; 32],
        now: at(seconds),
    }
}

async fn claim(db: &TestDb, request: &ClaimRequest) -> ClaimOutcome {
    db.store.claim(request).await.unwrap()
}

async fn new(db: &TestDb, request: &ClaimRequest) -> Claim {
    match claim(db, request).await {
        ClaimOutcome::New(claim) => claim,
        other => panic!("a new claim was expected, not {other:?}"),
    }
}

/// Executes the request.
async fn complete(db: &TestDb, tenant: &Tenant, claim: &Claim, sealed: Option<&[u8]>) -> String {
    let token = tenant.token("CI");
    let mut tx = db.store.write(&tenant.own()).await.unwrap();
    insert(&mut tx, &token).await;
    tx.complete_claim(claim, &token.id.to_string(), sealed).await.unwrap();
    tx.commit(event(AuditAction::CredentialIssued, &token)).await.unwrap();
    token.id.to_string()
}

async fn a_request_is_carried_out_once_and_answered_again(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for (key, sealed) in [(1, None), (2, Some(&[9, 0, 255][..]))] {
        let first = ClaimRequest { key_hash: [key; 32], ..request(&acme, 0) };
        let held = new(&db, &first).await;
        assert_eq!(claim(&db, &first).await, ClaimOutcome::InFlight);
        assert_eq!(claim(&db, &ClaimRequest { now: at(59), ..first.clone() }).await, ClaimOutcome::InFlight);
        let target = complete(&db, &acme, &held, sealed).await;
        for seconds in [0, 59, 60, 86_399] {
            let again = ClaimRequest { now: at(seconds), ..first.clone() };
            let done = ClaimOutcome::Done { target: target.clone(), sealed: sealed.map(<[u8]>::to_vec) };
            assert_eq!(claim(&db, &again).await, done, "after {seconds} s");
        }
        db.store.release(&held).await.unwrap();
        assert!(matches!(claim(&db, &first).await, ClaimOutcome::Done { .. }), "what is done is not given back");
    }
}

async fn another_body_is_told_apart_whatever_came_of_the_first(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let first = request(&acme, 0);
    let other = |seconds| ClaimRequest { fingerprint: [3; 32], ..request(&acme, seconds) };
    let held = new(&db, &first).await;
    assert_eq!(claim(&db, &other(1)).await, ClaimOutcome::OtherBody);
    assert_eq!(claim(&db, &other(61)).await, ClaimOutcome::OtherBody, "also when it was abandoned");
    complete(&db, &acme, &held, None).await;
    assert_eq!(claim(&db, &other(2)).await, ClaimOutcome::OtherBody);
}

async fn a_key_belongs_to_its_principal_route_and_organization(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let first = request(&acme, 0);
    for request in [
        first.clone(),
        ClaimRequest { key_hash: [7; 32], ..first.clone() },
        ClaimRequest { route: "POST /v1/orgs/{org}/api-keys".to_owned(), ..first.clone() },
        ClaimRequest { principal: "key_1".to_owned(), ..first.clone() },
        ClaimRequest { org: other.org.id, ..first.clone() },
    ] {
        new(&db, &request).await;
    }
}

async fn a_request_that_was_given_back_can_be_sent_again(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let held = new(&db, &request(&acme, 0)).await;
    db.store.release(&held).await.unwrap();
    db.store.release(&held).await.unwrap();
    let with_another_body = ClaimRequest { fingerprint: [3; 32], ..request(&acme, 1) };
    new(&db, &with_another_body).await;
}

async fn an_abandoned_request_is_taken_over_after_a_minute(db: TestDb) {
    let acme = db.signed_up("acme").await;
    new(&db, &request(&acme, 0)).await;
    assert_eq!(claim(&db, &request(&acme, 59)).await, ClaimOutcome::InFlight);
    let taken = new(&db, &request(&acme, 60)).await;
    assert_eq!(claim(&db, &request(&acme, 119)).await, ClaimOutcome::InFlight, "the minute starts anew");
    let target = complete(&db, &acme, &taken, None).await;
    assert_eq!(claim(&db, &request(&acme, 121)).await, ClaimOutcome::Done { target, sealed: None });
}

async fn whoever_was_overtaken_cannot_complete_release_or_commit(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let slow = new(&db, &request(&acme, 0)).await;
    let fast = new(&db, &request(&acme, 60)).await;

    db.store.release(&slow).await.unwrap();
    assert_eq!(claim(&db, &request(&acme, 61)).await, ClaimOutcome::InFlight, "not its own any more");
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    assert!(matches!(tx.complete_claim(&slow, "pat_slow", None).await, Err(StoreError::Missing)));
    drop(tx);
    complete(&db, &acme, &fast, None).await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    for late in [&slow, &fast] {
        assert!(matches!(tx.complete_claim(late, "pat_late", None).await, Err(StoreError::Missing)));
    }
}

async fn a_key_is_forgotten_after_a_day(db: TestDb) {
    const DAY: i64 = 86_400;
    let acme = db.signed_up("acme").await;
    let held = new(&db, &request(&acme, 0)).await;
    complete(&db, &acme, &held, Some(&[1])).await;
    let with_another_body = ClaimRequest { fingerprint: [3; 32], ..request(&acme, DAY) };
    new(&db, &with_another_body).await;
    assert_eq!(claim(&db, &ClaimRequest { now: at(DAY + 1), ..with_another_body }).await, ClaimOutcome::InFlight);

    new(&db, &ClaimRequest { key_hash: [7; 32], ..request(&acme, 10) }).await;
    assert_eq!(db.store.sweep_claims(at(DAY + 9)).await.unwrap(), 0);
    assert_eq!(db.store.sweep_claims(at(DAY + 10)).await.unwrap(), 1);
    assert_eq!(db.store.sweep_claims(at(2 * DAY)).await.unwrap(), 1);
    assert!(db.texts("SELECT route FROM claims").await.is_empty());
}

/// Returns how many of eight equal, simultaneous requests are new. All others are in flight.
async fn new_of_many(db: &TestDb, request: &ClaimRequest) -> usize {
    let claims = (0..8).map(|_| {
        let (store, request) = (db.store.clone(), request.clone());
        tokio::spawn(async move { store.claim(&request).await.unwrap() })
    });
    let mut new = 0;
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            ClaimOutcome::New(_) => new += 1,
            other => assert_eq!(other, ClaimOutcome::InFlight),
        }
    }
    new
}

async fn of_many_that_claim_at_once_exactly_one_is_new(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for key in 0..10 {
        let request = ClaimRequest { key_hash: [key; 32], ..request(&acme, 0) };
        assert_eq!(new_of_many(&db, &request).await, 1);
    }
}

async fn of_many_that_take_over_at_once_exactly_one_is_new(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for round in 0..10 {
        assert_eq!(new_of_many(&db, &request(&acme, 60 * round)).await, 1);
    }
}

async fn a_change_that_is_not_committed_leaves_its_request_in_flight(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let held = new(&db, &request(&acme, 0)).await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.complete_claim(&held, "pat_1", None).await.unwrap();
    drop(tx);
    assert_eq!(claim(&db, &request(&acme, 1)).await, ClaimOutcome::InFlight);
    complete(&db, &acme, &held, None).await;
}

async fn a_claim_completes_only_in_its_own_organization(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let held = new(&db, &request(&acme, 0)).await;
    let mut tx = db.store.write(&other.everyone()).await.unwrap();
    assert!(matches!(tx.complete_claim(&held, "pat_1", None).await, Err(StoreError::Missing)));
}

async fn an_unknown_organization_has_no_claims(db: TestDb) {
    let refused = db.store.claim(&request(&Tenant::new("nowhere"), 0)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Constraint::Reference))), "{refused:?}");
}
