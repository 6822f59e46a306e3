//! The catalog: an organization sees its own APIs and the platform's, and writes only its own.

use crate::support::{
    TestDb,
    catalog::{api, api_scope, operation},
    event,
};
use domain::{
    audit::AuditAction,
    operation::{Api, ApiIdentity, ScopeRule, SigningAlg, UserContext},
};
use store::{Constraint, StoreError};

on_both!(
    an_api_reads_back_as_it_was_written,
    scopes_and_operations_are_added_and_stand_in_order,
    a_scope_gets_another_text_and_what_credentials_need_is_read_without_operations,
    an_organization_sees_its_own_apis_and_the_platforms,
    nobody_writes_to_the_platforms_apis,
    an_audience_a_scope_and_an_operation_are_taken_once,
    an_api_belongs_to_the_organization_and_to_no_owner,
    many_operations_are_added_at_once,
);

fn conflict(result: store::Result<()>) -> Constraint {
    match result {
        Err(StoreError::Conflict(constraint)) => constraint,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

async fn an_api_reads_back_as_it_was_written(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let known = [
        (SigningAlg::ES256, UserContext::Required),
        (SigningAlg::RS256, UserContext::Optional),
        (SigningAlg::EdDSA, UserContext::Forbidden),
    ];
    let mut all = Vec::new();
    for (signing_alg, user_context) in known {
        let mut wanted = api(Some(acme.org.id), &format!("https://{user_context:?}.test/a?b=c"), "b a rmq.read:*/*");
        wanted.signing_alg = signing_alg;
        wanted.operations[0].user_context = user_context;
        wanted.operations[0].scopes = ScopeRule::All("a b".parse().unwrap());
        wanted.operations[1].resource_type = None;
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        tx.insert_api(&wanted).await.unwrap();
        tx.commit(event(AuditAction::ApiCreated, &wanted)).await.unwrap();

        let mut tx = db.store.read(&acme.own()).await.unwrap();
        assert_eq!(tx.api(wanted.id).await.unwrap(), wanted);
        all.push(wanted);
    }
    assert_eq!(db.store.apis_of(acme.org.id).await.unwrap(), all);
}

async fn scopes_and_operations_are_added_and_stand_in_order(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut expected = db.api(&acme, "https://api.acme.test", "m").await;
    let other = db.api(&acme, "https://mail.acme.test", "m").await;
    let (scopes, operations) = (["z", "B", "a"].map(api_scope), [operation("z", "a z"), operation("B", "B")]);

    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.add_api_scopes(expected.id, &scopes).await.unwrap();
    tx.add_operations(expected.id, &operations).await.unwrap();
    tx.commit(event(AuditAction::ApiUpdated, &expected)).await.unwrap();

    // Byte order: capital letters come first.
    expected.scopes = ["B", "a", "m", "z"].map(api_scope).to_vec();
    expected.operations = [operation("B", "B"), operation("m", "m"), operation("z", "a z")].to_vec();
    assert_eq!(db.store.apis_of(acme.org.id).await.unwrap(), [expected, other]);
}

fn identity(api: &Api) -> ApiIdentity {
    ApiIdentity { id: api.id, org: api.org, audience: api.audience.clone(), owns_audience: api.owns_audience }
}

async fn a_scope_gets_another_text_and_what_credentials_need_is_read_without_operations(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut expected = db.api(&acme, "https://api.acme.test", "a b").await;
    let other = db.api(&acme, "https://mail.acme.test", "a").await;
    expected.scopes[0].title = "Another".to_owned();
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.update_api_scopes(expected.id, &expected.scopes[..1]).await.unwrap();
    assert!(matches!(tx.update_api_scopes(expected.id, &[api_scope("c")]).await, Err(StoreError::Missing)));
    tx.commit(event(AuditAction::ApiUpdated, &expected)).await.unwrap();
    assert_eq!(db.store.apis_of(acme.org.id).await.unwrap(), [expected.clone(), other.clone()]);

    db.execute("UPDATE operations SET scopes = 'cannot be read'").await;
    assert!(db.store.apis_of(acme.org.id).await.is_err());
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(tx.api_scopes().await.unwrap().to_string(), "a b");
    let mut identities = tx.api_identities().await.unwrap();
    identities.sort_by_key(|api| api.id);
    assert_eq!(identities, [&expected, &other].map(identity));
}

async fn an_organization_sees_its_own_apis_and_the_platforms(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let ours = db.api(&acme, "https://api.test", "a").await;
    let theirs = db.api(&other, "https://theirs.test", "b").await;
    let platform = db.platform_api("https://platform.test", "c d").await;
    let mut taking = db.store.write(&other.everyone()).await.unwrap();
    for taken in ["https://API.test:443/", "https://platform.test"] {
        let refused = taking.insert_api(&api(Some(other.org.id), taken, "b")).await;
        assert_eq!(conflict(refused), Constraint::ApiAudience, "{taken}");
        drop(taking);
        taking = db.store.write(&other.everyone()).await.unwrap();
    }
    drop(taking);

    let mut tx = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(tx.api_scopes().await.unwrap().to_string(), "a c d");
    let mut identities = tx.api_identities().await.unwrap();
    identities.sort_by_key(|api| api.org.is_some());
    assert_eq!(identities, [&platform, &ours].map(identity));
    assert_eq!(tx.api(platform.id).await.unwrap(), platform);
    assert!(matches!(tx.api(theirs.id).await, Err(StoreError::Missing)));
    assert!(matches!(tx.api(api(None, "https://never.test", "").id).await, Err(StoreError::Missing)));
    assert_eq!(db.store.apis_of(acme.org.id).await.unwrap(), [platform.clone(), ours]);
    assert_eq!(db.store.apis_of(other.org.id).await.unwrap(), [platform, theirs]);
}

async fn nobody_writes_to_the_platforms_apis(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let platform = db.platform_api("https://platform.test", "a").await;
    let before = db.dump().await;
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    for refused in [
        tx.insert_api(&api(None, "https://mine.test", "a")).await,
        tx.add_api_scopes(platform.id, &[api_scope("b")]).await,
        tx.add_api_scopes(platform.id, &[]).await,
        tx.add_operations(platform.id, &[operation("b", "a")]).await,
        tx.add_operations(platform.id, &[]).await,
    ] {
        assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    }
    tx.commit(event(AuditAction::ApiUpdated, &platform)).await.unwrap();
    let unchanged = |row: &String| !row.starts_with("audit_") && !row.starts_with("feed");
    let (before, after): (Vec<_>, Vec<_>) =
        (before.into_iter().filter(unchanged).collect(), db.dump().await.into_iter().filter(unchanged).collect());
    assert_eq!(after, before);

    let again = db.try_execute(
        "INSERT INTO apis VALUES ('api_2', NULL, 'x', 'https://p2.test', 'ES256', 60, 0, 'https://platform.test')",
    );
    assert!(again.await.is_err(), "an audience is taken once on the platform, too");
}

async fn an_audience_a_scope_and_an_operation_are_taken_once(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let taken = db.api(&acme, "https://api.acme.test", "a").await;
    let again: [(Constraint, Api); 2] = [
        (Constraint::ApiAudience, api(Some(acme.org.id), "https://api.acme.test", "b")),
        (Constraint::Id, Api { id: taken.id, ..api(Some(acme.org.id), "https://b.test", "b") }),
    ];
    for (constraint, api) in again {
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        assert_eq!(conflict(tx.insert_api(&api).await), constraint);
    }
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    assert_eq!(conflict(tx.add_api_scopes(taken.id, &[api_scope("a")]).await), Constraint::ApiScope);
    drop(tx);
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    assert_eq!(conflict(tx.add_operations(taken.id, &[operation("a", "a")]).await), Constraint::Operation);
}

async fn an_api_belongs_to_the_organization_and_to_no_owner(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let known = db.api(&acme, "https://api.acme.test", "a").await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    for refused in [
        tx.insert_api(&api(Some(acme.org.id), "https://mine.test", "a")).await,
        tx.add_api_scopes(known.id, &[api_scope("b")]).await,
        tx.add_operations(known.id, &[operation("b", "a")]).await,
    ] {
        assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    }
}

async fn many_operations_are_added_at_once(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut expected = api(Some(acme.org.id), "https://api.acme.test", "a");
    let numbered = |number| operation(&format!("op.{number:04}"), "a");
    expected.operations = (0..domain::operation::MAX_OPERATIONS).map(numbered).collect();
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.insert_api(&expected).await.unwrap();
    tx.commit(event(AuditAction::ApiCreated, &expected)).await.unwrap();
    assert_eq!(db.store.apis_of(acme.org.id).await.unwrap(), [expected]);
}
