//! The life of signing keys.

use super::{CONTACTS, OAuth, part};
use crate::support::Reply;
use domain::{
    access::{Actor, RequestContext, Role},
    code::ProblemCode,
    scope::ScopeSet,
};
use reqwest::Method;
use serde_json::Value;
use service::{Caller, Service, ServiceError, signing_keys::Rotation};
use sqlx::SqlitePool;
use store::Db;

async fn published(oauth: &OAuth) -> Vec<String> {
    let reply = oauth.server.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
    let keys: Value = Reply::of(reply).await.json();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn signed_by(oauth: &OAuth) -> String {
    part(&oauth.token(&oauth.client, &[("resource", CONTACTS)]).await, 0)["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_rotation_publishes_the_next_key_before_it_signs_and_no_token_fails() {
    let oauth = OAuth::start().await;
    let (first, token) = (signed_by(&oauth).await, oauth.token(&oauth.client, &[]).await);
    let rotated = oauth.server.service.signing_keys().rotate_at_the_console(Rotation::Orderly).await.unwrap();
    let second = rotated[0].kid.clone();
    assert_eq!(published(&oauth).await, [first.clone(), second.clone()]);
    assert_eq!(signed_by(&oauth).await, first, "the next key does not sign yet");
    let again = oauth.server.service.signing_keys().rotate_at_the_console(Rotation::Orderly).await;
    assert!(matches!(again, Err(ServiceError::Refused { code: ProblemCode::RotationUnderWay, .. })));
    oauth.server.move_clock(590);
    assert_eq!(oauth.introspect(&oauth.client, &token).await["active"], true);
    let late = oauth.token(&oauth.client, &[]).await;
    oauth.server.move_clock(11);
    assert_eq!(signed_by(&oauth).await, second);
    assert_eq!(oauth.introspect(&oauth.client, &late).await["active"], true, "what the old key signed goes on");
    assert_eq!(published(&oauth).await.len(), 2);
    oauth.server.move_clock(domain::oauth::KEEP_SECONDS);
    assert_eq!(published(&oauth).await, [second]);
}

#[tokio::test]
async fn in_an_emergency_the_new_key_signs_at_once_and_old_tokens_are_refused() {
    let oauth = OAuth::start().await;
    let (first, token) = (signed_by(&oauth).await, oauth.token(&oauth.client, &[]).await);
    oauth.server.service.signing_keys().rotate_at_the_console(Rotation::Emergency).await.unwrap();
    let second = signed_by(&oauth).await;
    assert_ne!(first, second);
    assert_eq!(published(&oauth).await, [second]);
    oauth.assert_inactive(&oauth.client, &token).await;
    let events = oauth.server.get("/v1/orgs/acme/audit-events?limit=1", &oauth.owner).await.json();
    assert_eq!(events["data"][0]["action"], "signing_key.rotated");
    assert_eq!(events["data"][0]["actor"]["type"], "system");
}

#[tokio::test]
async fn keys_are_rotated_on_schedule_and_their_private_halves_forgotten() {
    let oauth = OAuth::start().await;
    let first = signed_by(&oauth).await;
    oauth.server.service.signing_keys().tend().await.unwrap();
    assert_eq!(published(&oauth).await.len(), 1, "it is not time yet");
    oauth.server.move_clock(domain::oauth::ROTATE_SECONDS);
    oauth.server.service.signing_keys().tend().await.unwrap();
    oauth.server.service.signing_keys().tend().await.unwrap();
    assert_eq!(published(&oauth).await.len(), 2);
    oauth.server.move_clock(domain::oauth::PUBLISH_AHEAD_SECONDS + 1);
    oauth.server.service.signing_keys().tend().await.unwrap();
    assert_ne!(signed_by(&oauth).await, first);
    let stored = oauth.server.service.db().signing_keys().await.unwrap();
    assert_eq!(stored.iter().map(|stored| stored.wrapped.is_some()).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn only_operators_rotate_keys_in_the_browser() {
    let oauth = OAuth::start().await;
    oauth.server.org("globex").await;
    let service = &oauth.server.service;
    let orgs = service.db().org_ids().await.unwrap();
    let person = |org, role| {
        let user = domain::ids::UserId::new(service.now(), service.entropy());
        let session = domain::ids::SessionId::new(service.now(), service.entropy());
        let name = domain::Name::parse("Ada").unwrap();
        let actor = Actor::person(user, name, org, role, &ScopeSet::default(), Some(session));
        Caller { actor, context: RequestContext::default() }
    };
    for operator in [Role::Owner, Role::Admin] {
        assert_eq!(service.signing_keys().list(&person(orgs[0], operator)).await.unwrap().len(), 1);
    }
    for stranger in [person(orgs[0], Role::Member), person(orgs[0], Role::Viewer), person(orgs[1], Role::Owner)] {
        let listed = service.signing_keys().list(&stranger).await;
        assert!(matches!(listed, Err(ServiceError::Missing | ServiceError::MissingScope { .. })), "{listed:?}");
        assert!(service.signing_keys().rotate(&stranger, Rotation::Emergency).await.is_err());
    }
    service.signing_keys().rotate(&person(orgs[0], Role::Owner), Rotation::Orderly).await.unwrap();
}

#[tokio::test]
async fn a_missing_or_damaged_key_stops_the_start_and_says_what_to_do() {
    for (damage, says) in [
        ("DELETE FROM signing_keys", "missing"),
        ("UPDATE signing_keys SET wrapped = x'00'", "damaged"),
        (
            "UPDATE signing_keys SET public_jwk = replace(public_jwk, '\"x\":\"', '\"x\":\"AA')",
            "cannot be read|damaged",
        ),
    ] {
        let dir = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}/mintmark.db", dir.path().display());
        let open = async || {
            let db = Db::connect(&url).await.unwrap();
            db.migrate().await.unwrap();
            let brand = domain::secret::Brand::parse("mint").unwrap();
            let key = service::MasterKey::new([7; 32]);
            Service::open(db, brand, "http://x.test", &key, service::Sources::default()).await
        };
        open().await.unwrap().db().close().await;
        let pool = SqlitePool::connect(&url).await.unwrap();
        sqlx::query(damage).execute(&pool).await.unwrap();
        pool.close().await;
        let error = open().await.err().unwrap().to_string();
        assert!(says.split('|').any(|word| error.contains(word)), "{damage}: {error}");
    }
}
