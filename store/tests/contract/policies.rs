//! Storage of policies, policy exceptions and approval requests.

use crate::support::{TestDb, at, event, world::insert};
use domain::{
    access::Role,
    audit::AuditAction,
    credential::{Credential, CredentialKind, DAY_SECONDS, Decision, Outcome},
    policy::{Policy, Rules},
};
use store::{JobOn, PageRequest, RequestState, StoreError};

on_both!(
    a_policy_is_read_as_it_was_stored_and_replaced_whole,
    an_exception_ends_by_itself_and_can_be_ended,
    a_request_is_decided_once,
    idle_ones_are_found_where_a_policy_that_counts_says_so,
    counting_what_waits_does_not_go_through_all_credentials,
);

const KEYS: CredentialKind = CredentialKind::ApiKey;

async fn a_policy_is_read_as_it_was_stored_and_replaced_whole(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let rules = Rules {
        creators: vec![Role::Owner, Role::Admin],
        must_expire: true,
        max_lifetime_seconds: Some(3600),
        needs_approval: true,
        networks: "10.0.0.0/8 2001:db8::/32".parse().unwrap(),
        max_idle_days: Some(90),
        allows_all: false,
    };
    let first = Policy::new(vec![acme.version(rules, at(0)), acme.version(Rules::default(), at(60))]);
    for policy in [&first, &acme.policy(at(90)), &Policy::default()] {
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        tx.replace_policy(KEYS, policy).await.unwrap();
        assert_eq!(tx.policies().await.unwrap().of(KEYS), policy);
        tx.commit(event(AuditAction::PolicyUpdated, &acme.org)).await.unwrap();
        let known = db.store.read(&acme.own()).await.unwrap().policies().await.unwrap();
        assert_eq!(known.of(KEYS), policy);
        assert_eq!(known.of(CredentialKind::Client), &Policy::default());
        assert_eq!(db.store.org_context(acme.org.id, at(0)).await.unwrap().unwrap().policies, *known);
    }
}

async fn an_exception_ends_by_itself_and_can_be_ended(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let endless = acme.endless_key("endless");
    db.keep(&acme, &endless).await;
    let exception = acme.exception(&endless, at(100));
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.replace_policy(KEYS, &acme.policy(at(10))).await.unwrap();
    tx.replace_exception(&acme.exception(&endless, at(20))).await.unwrap();
    tx.replace_exception(&exception).await.unwrap();
    tx.commit(event(AuditAction::PolicyExceptionGranted, &endless)).await.unwrap();
    let found = db.read(&acme, &endless).await;
    assert_eq!(found.blocks.iter().map(|block| block.from).collect::<Vec<_>>(), [at(100)]);
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    assert_eq!(tx.exceptions(at(99)).await.unwrap(), [exception]);
    assert!(tx.exceptions(at(100)).await.unwrap().is_empty());
    tx.delete_exception(endless.id).await.unwrap();
    assert!(matches!(tx.delete_exception(endless.id).await, Err(StoreError::Missing)));
    assert_eq!(tx.credential(endless.id).await.unwrap().blocks[0].from, at(10));
}

async fn a_request_is_decided_once(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let page = PageRequest::default();
    let mut waiting = Vec::new();
    for name in ["approved", "denied", "withdrawn", "expired"] {
        let token = Credential { pending_since: Some(at(0)), ..acme.token(name) };
        let mut tx = db.store.write(&acme.own()).await.unwrap();
        insert(&mut tx, &token).await;
        tx.insert_token_request(token.id, &token.created_by, "for CI", at(0)).await.unwrap();
        tx.commit(event(AuditAction::CredentialIssued, &token)).await.unwrap();
        waiting.push(token);
    }
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let found = tx.token_requests(RequestState::Waiting, at(1), &page).await.unwrap().items;
    assert_eq!(found.len(), 4);
    assert_eq!((found[0].justification.as_str(), found[0].decision.clone()), ("for CI", None));
    drop(tx);

    let by = waiting[0].created_by.clone();
    let decision = |outcome| Decision { outcome, by: by.clone(), at: at(2), note: "fine".to_owned() };
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    let mut narrower = waiting[0].clone();
    narrower.grant.scopes = "audit:read".parse().unwrap();
    tx.approve_credential(&narrower).await.unwrap();
    tx.decide_token_request(narrower.id, &decision(Outcome::Approved)).await.unwrap();
    assert!(matches!(tx.approve_credential(&narrower).await, Err(StoreError::Missing)));
    for outcome in [Outcome::Approved, Outcome::Denied] {
        let again = tx.decide_token_request(narrower.id, &decision(outcome)).await;
        assert!(matches!(again, Err(StoreError::Missing)));
    }
    tx.revoke_credential(waiting[1].id, at(2)).await.unwrap();
    tx.decide_token_request(waiting[1].id, &decision(Outcome::Denied)).await.unwrap();
    tx.revoke_credential(waiting[2].id, at(2)).await.unwrap();
    assert!(matches!(tx.approve_credential(&waiting[2]).await, Err(StoreError::Missing)));
    tx.commit(event(AuditAction::CredentialApproved, &narrower)).await.unwrap();

    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let after = at(91 * DAY_SECONDS);
    let mut names = Vec::new();
    for (state, now) in [(RequestState::Waiting, at(3)), (RequestState::Waiting, after)]
        .into_iter()
        .chain([RequestState::Decided, RequestState::Withdrawn].map(|state| (state, after)))
    {
        let items = tx.token_requests(state, now, &page).await.unwrap().items;
        let mut found: Vec<_> = items.iter().map(|request| request.credential.grant.name.to_string()).collect();
        found.sort();
        names.push(found.join(" "));
    }
    assert_eq!(names, ["expired", "", "approved denied", "expired withdrawn"]);
    let approved = tx.token_request(narrower.id).await.unwrap().unwrap();
    assert_eq!(approved.decision, Some(decision(Outcome::Approved)));
    assert_eq!((approved.credential.grant.scopes, approved.credential.pending_since), (narrower.grant.scopes, None));
}

async fn idle_ones_are_found_where_a_policy_that_counts_says_so(db: TestDb) {
    let (acme, globex) = (db.signed_up("acme").await, db.signed_up("globex").await);
    let day = |days: i64| at(days * DAY_SECONDS);
    let key = |name: &str| acme.endless_key(name);
    let (idle, mut used, mut enabled, mut off) = (key("idle"), key("used"), key("enabled"), key("off"));
    used.secrets[0].last_used_at = Some(day(20));
    enabled.enabled_at = Some(day(25));
    off.disabled_at = Some(day(1));
    let (excepted, pending) = (key("excepted"), Credential { pending_since: Some(at(0)), ..key("pending") });
    for credential in [&idle, &used, &enabled, &off, &excepted, &pending, &globex.key("theirs"), &acme.token("token")] {
        let tenant = if credential.org == acme.org.id { &acme } else { &globex };
        db.keep(tenant, credential).await;
    }
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.update_credential(&enabled).await.unwrap();
    let rules = Rules { max_idle_days: Some(10), ..Rules::default() };
    let policy = Policy::new(vec![acme.version(Rules::default(), at(0)), acme.version(rules, day(5))]);
    tx.replace_policy(KEYS, &policy).await.unwrap();
    tx.replace_exception(&acme.exception(&excepted, day(100))).await.unwrap();
    tx.commit(event(AuditAction::PolicyUpdated, &acme.org)).await.unwrap();
    for (now, expected) in [
        (day(4), vec![]),
        (day(9), vec![]),
        (day(10), vec![&idle]),
        (day(30), vec![&idle, &used]),
        (day(35), vec![&idle, &used, &enabled]),
        (day(100), vec![&idle, &used, &enabled, &excepted]),
    ] {
        let mut ids: Vec<_> = expected.iter().map(|one| JobOn { org: one.org, credential: one.id }).collect();
        ids.sort_by_key(|one| one.credential.to_string());
        assert_eq!(db.store.idle_credentials(now, 100).await.unwrap(), ids, "{now}");
    }
    let found = db.store.idle_credentials(day(35), 1).await.unwrap();
    assert_eq!(found.len(), 1);
}

async fn counting_what_waits_does_not_go_through_all_credentials(db: TestDb) {
    let (_, sql) = store::all_statements().find(|(name, _)| *name == "WAITING_REQUESTS").unwrap();
    let plan = db.plan(&sql.replace("$1", "'org_1'").replace("$2", "1").replace("$3", "'usr_1'")).await;
    assert!(!plan.iter().any(|line| line.contains("credentials_by_age")), "{plan:#?}");
}
