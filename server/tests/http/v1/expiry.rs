//! Notices of expiring credentials, in the audit log and in the headers of every call.

use crate::support::{Reply, TestServer};
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// The expiry events of a credential, oldest first.
async fn told(server: &TestServer, owner: &str, id: &str) -> Vec<(String, Value)> {
    let reply = server.get(&format!("/v1/orgs/acme/audit-events?target={id}"), owner).await;
    let events = reply.json()["data"].as_array().unwrap().clone();
    let about_the_end = events.iter().rev().filter(|event| event["actor"]["type"] == "system");
    about_the_end.map(|event| (event["action"].as_str().unwrap().to_owned(), event["detail"]["days"].clone())).collect()
}

fn expiring(days: i64) -> (String, Value) {
    ("credential.expiring".to_owned(), json!(days))
}

fn expired() -> (String, Value) {
    ("credential.expired".to_owned(), Value::Null)
}

/// Creates an organization with a key that lives for forty days. Returns the owner's token and the key.
async fn with_key(server: &TestServer) -> (String, Reply) {
    let owner = server.org("acme").await;
    let body = json!({ "name": "CRM", "scopes": [], "expires_in": 40 * DAY });
    let key = server.post("/v1/orgs/acme/api-keys", &owner, &body).await;
    assert_eq!(key.status, 201, "{}", key.body);
    (owner, key)
}

#[tokio::test]
async fn each_threshold_is_told_once_and_changes_nothing_of_the_credential() {
    let server = TestServer::start().await;
    let (owner, key) = with_key(&server).await;
    let (token, id) = (key.text("/token"), key.text("/id"));
    let path = format!("/v1/orgs/acme/api-keys/{id}");
    let etag = server.get(&path, &owner).await.header("etag").to_owned();
    let mut expected = Vec::new();
    let story =
        [(9, None), (1, Some(expiring(30))), (23, Some(expiring(7))), (6, Some(expiring(1))), (1, Some(expired()))];
    for (days, news) in story {
        server.move_clock(days * DAY);
        let nodes =
            tokio::join!(server.service.jobs().give_expiry_notices(), server.service.jobs().give_expiry_notices());
        assert_eq!(nodes.0.unwrap() + nodes.1.unwrap(), usize::from(news.is_some()));
        expected.extend(news);
        assert_eq!(told(&server, &owner, &id).await, expected);
        assert_eq!(server.service.jobs().give_expiry_notices().await.unwrap(), 0);
    }
    assert_eq!(server.get(&path, &owner).await.header("etag"), etag);
    server.get("/v1/me", &token).await.assert_problem(401, "invalid_token");
    let log = server.get(&format!("/v1/orgs/acme/audit-events?target={id}&action=credential.expired"), &owner).await;
    assert_eq!(log.text("/data/0/actor/id"), "expiry_notices");
    assert_eq!(log.text("/data/0/detail/expires_at"), key.text("/expires_at"));
}

#[tokio::test]
async fn a_missed_week_is_made_good_with_the_most_urgent_notice_only() {
    let server = TestServer::start().await;
    let (owner, key) = with_key(&server).await;
    let id = key.text("/id");
    server.post(&format!("/v1/orgs/acme/api-keys/{id}/disable"), &owner, &json!({})).await;
    server.move_clock(36 * DAY);
    server.service.jobs().give_expiry_notices().await.unwrap();
    assert_eq!(told(&server, &owner, &id).await, [expiring(7)]);
    server.move_clock(5 * DAY);
    server.service.jobs().give_expiry_notices().await.unwrap();
    assert_eq!(told(&server, &owner, &id).await, [expiring(7), expired()]);
}

#[tokio::test]
async fn a_revoked_credential_is_not_spoken_of_any_more() {
    let server = TestServer::start().await;
    let (owner, key) = with_key(&server).await;
    let id = key.text("/id");
    server.post(&format!("/v1/orgs/acme/api-keys/{id}/revoke"), &owner, &json!({})).await;
    server.move_clock(50 * DAY);
    server.service.jobs().give_expiry_notices().await.unwrap();
    assert_eq!(told(&server, &owner, &id).await, []);
}

#[tokio::test]
async fn calls_in_the_last_thirty_days_are_told_how_many_are_left() {
    let server = TestServer::start().await;
    let (_, key) = with_key(&server).await;
    let token = key.text("/token");
    let days = async || {
        let reply = server.get("/v1/me", &token).await;
        assert_eq!(reply.header("x-token-expires-at"), key.text("/expires_at"));
        reply.headers.get("x-token-expires-in-days").map(|days| days.to_str().unwrap().to_owned())
    };
    assert_eq!(days().await, None);
    server.move_clock(9 * DAY);
    assert_eq!(days().await, None);
    server.move_clock(DAY);
    assert_eq!(days().await.as_deref(), Some("30"));
    server.move_clock(29 * DAY + DAY / 2);
    assert_eq!(days().await.as_deref(), Some("1"));
}
