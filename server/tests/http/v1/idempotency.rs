//! `Idempotency-Key`: a client can repeat a request whose response was lost.

use crate::support::{Reply, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

const UUID: &str = "5b1b2f5e-9a0c-4d3c-8f0a-1f4c7b0f6a11";

async fn issue(server: &TestServer, token: &str, key: &str, body: &Value) -> Reply {
    let request =
        server.request(Method::POST, "/v1/orgs/acme/api-keys").bearer_auth(token).header("idempotency-key", key);
    Reply::of(request.json(body).send().await.unwrap()).await
}

#[tokio::test]
async fn the_same_request_is_answered_with_the_same_object_and_secret() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "name": "CRM sync", "scopes": [] });
    let first = issue(&server, &owner, UUID, &body).await;
    let again = issue(&server, &owner, UUID, &body).await;
    assert_eq!((again.status, again.text("/id")), (first.status, first.text("/id")));
    assert_eq!(again.text("/token"), first.text("/token"));
    let listed = server.get("/v1/orgs/acme/api-keys", &owner).await.json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));

    let other = json!({ "name": "Other", "scopes": [] });
    issue(&server, &owner, UUID, &other).await.assert_problem(422, "idempotency_key_reused");
    server.move_clock(86_401);
    assert_ne!(issue(&server, &owner, UUID, &other).await.text("/id"), first.text("/id"));
}

#[tokio::test]
async fn under_a_short_key_the_secret_is_said_to_be_revealed_already() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "name": "CRM sync", "scopes": [] });
    let first = issue(&server, &owner, "short", &body).await;
    let again = issue(&server, &owner, "short", &body).await;
    assert_eq!(again.text("/id"), first.text("/id"));
    assert!(again.json().get("token").is_none());
    assert_eq!(again.json()["secret_already_revealed"], true);
}

#[tokio::test]
async fn a_key_belongs_to_its_caller_and_a_refused_request_leaves_it_free() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let bad = json!({ "name": "", "scopes": [] });
    issue(&server, &owner, UUID, &bad).await.assert_problem(422, "required");
    let body = json!({ "name": "CRM sync", "scopes": ["api_keys:write"] });
    let first = issue(&server, &owner, UUID, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let other = issue(&server, &first.text("/token"), UUID, &body).await;
    assert_ne!(other.text("/id"), first.text("/id"));
    issue(&server, &owner, "a b", &body).await.assert_problem(422, "invalid_idempotency_key");
}

#[tokio::test]
async fn of_ten_at_once_all_answer_for_one_object() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "name": "CRM sync", "scopes": [] });
    let attempts: Vec<_> = (0..10).map(|_| issue(&server, &owner, UUID, &body)).collect();
    let mut ids = std::collections::BTreeSet::new();
    for reply in futures_util::future::join_all(attempts).await {
        match reply.status.as_u16() {
            201 => drop(ids.insert(reply.text("/id"))),
            _ => reply.assert_problem(409, "idempotency_in_flight"),
        }
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_roll_whose_reply_was_lost_can_be_asked_for_again() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (_, id) = server.api_key(&owner, "acme", &[]).await;
    let roll = async || {
        let request = server.request(Method::POST, &format!("/v1/orgs/acme/api-keys/{id}/roll"));
        Reply::of(request.bearer_auth(&owner).header("idempotency-key", UUID).send().await.unwrap()).await
    };
    let (first, again) = (roll().await, roll().await);
    assert_eq!(again.text("/token"), first.text("/token"));
    assert_eq!(again.json()["secrets"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_retry_returns_no_secret_that_the_caller_could_not_obtain_now() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &["all"]).await;
    let body = json!({ "name": "CRM sync", "scopes": [] });
    let first = issue(&server, &token, UUID, &body).await;
    assert_eq!(issue(&server, &token, UUID, &body).await.text("/token"), first.text("/token"));
    let revoke = format!("/v1/orgs/acme/api-keys/{}/revoke", first.text("/id"));
    assert_eq!(server.post(&revoke, &owner, &json!({})).await.status, 200);
    let revoked = issue(&server, &token, UUID, &body).await;
    assert_eq!((revoked.status.as_u16(), revoked.json().get("token")), (201, None));
    let narrow = json!({ "resources": ["project:p1"] });
    let narrowed = server.send(Method::PATCH, &format!("/v1/me/tokens/{id}"), &owner, &narrow).await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.body);
    issue(&server, &token, UUID, &body).await.assert_problem(403, "resource_not_in_scope");
}

#[tokio::test]
async fn two_keys_are_refused_and_nothing_is_created() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    for second in [UUID, "another", ""] {
        let request = server.request(Method::POST, "/v1/orgs/acme/api-keys").bearer_auth(&owner);
        let request = request.header("idempotency-key", UUID).header("idempotency-key", second);
        let body = json!({ "name": "CRM sync", "scopes": [] });
        Reply::of(request.json(&body).send().await.unwrap()).await.assert_problem(400, "invalid_request");
    }
    let listed = server.get("/v1/orgs/acme/api-keys", &owner).await.json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(0));
}
