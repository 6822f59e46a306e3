//! `/v1/me`, and every way of presenting a credential to it.

use crate::support::{Reply, TestServer};
use reqwest::{Method, RequestBuilder, header::HeaderValue};
use serde_json::json;

async fn send(request: RequestBuilder) -> Reply {
    Reply::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn it_says_whose_credential_this_is_whatever_its_scopes() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &[]).await;
    let reply = server.get("/v1/me", &token).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.text("/label"), "acme · CI");
    assert_eq!(reply.text("/kind"), "pat");
    assert_eq!(reply.text("/credential/id"), id);
    assert_eq!(reply.text("/credential/status"), "active");
    assert_eq!(reply.text("/user/email"), "owner@acme.test");
    assert_eq!(reply.text("/organization/slug"), "acme");
    assert_eq!(reply.header("x-token-scopes"), "");
    assert_eq!(reply.header("x-token-expires-at"), reply.text("/credential/expires_at"));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert!(!reply.body.contains(&token));
}

#[tokio::test]
async fn every_mechanism_works() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let me = || server.request(Method::GET, "/v1/me");
    for request in [
        me().header("authorization", format!("Bearer {token}")),
        me().header("authorization", format!("bearer {token}")),
        me().header("authorization", format!("token {token}")),
        me().header("authorization", format!("Bearer secret-token:{token}")),
        me().header("x-api-key", &token),
        me().basic_auth("anybody", Some(&token)),
        me().basic_auth(&token, Some("")),
    ] {
        assert_eq!(send(request).await.status, 200);
    }
}

#[tokio::test]
async fn two_mechanisms_at_once_are_a_bad_request() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let both = server.request(Method::GET, "/v1/me").bearer_auth(&token).header("x-api-key", &token);
    send(both).await.assert_problem(400, "invalid_request");
}

#[tokio::test]
async fn a_token_in_the_address_is_a_bad_request_and_a_cookie_is_nothing() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let query = server.request(Method::GET, &format!("/v1/me?access_token={token}"));
    send(query).await.assert_problem(400, "invalid_request");
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    browser.get("/v1/me").await.assert_problem(401, "credential_required");
}

#[tokio::test]
async fn nothing_presented_is_challenged_without_an_error_code() {
    let server = TestServer::start().await;
    let reply = send(server.request(Method::GET, "/v1/me")).await;
    reply.assert_problem(401, "credential_required");
    let challenge = reply.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer realm=\"mintmark\", resource_metadata=") && !challenge.contains("error"),
        "{challenge}"
    );
}

#[tokio::test]
async fn a_refused_basic_credential_is_asked_for_basic_again() {
    let server = TestServer::start().await;
    let reply = send(server.request(Method::GET, "/v1/me").basic_auth("git", Some("nonsense"))).await;
    reply.assert_problem(401, "invalid_token");
    let challenges: Vec<_> = reply.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(challenges.len(), 2);
    assert!(challenges[1].to_str().unwrap().starts_with("Basic realm="));
}

#[tokio::test]
async fn what_is_not_a_live_token_of_ours_is_refused_in_the_same_words() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let unknown = "mint_pat_00000000000000000000000000000000000000000000BFvHX";
    let changed = token.replace(&token[20..21], if &token[20..21] == "a" { "b" } else { "a" });
    let refused = [
        unknown.to_owned(),
        changed,
        token[..token.len() - 1].to_owned(),
        format!("{token}0"),
        token.replacen("mint", "acme", 1),
        "x".into(),
        "a".repeat(64 * 1024),
    ];
    for wrong in refused {
        let reply = server.get("/v1/me", &wrong).await;
        reply.assert_problem(401, "invalid_token");
        assert_eq!(reply.text("/detail"), "The token is malformed or unknown.");
        assert!(reply.header("www-authenticate").contains("error=\"invalid_token\""));
    }
    let bytes = HeaderValue::from_bytes(b"Bearer mint_pat_\xff\xfe").unwrap();
    send(server.request(Method::GET, "/v1/me").header("authorization", bytes))
        .await
        .assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn an_expired_token_says_so() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "name": "short", "scopes": [], "expires_in": 60 });
    let token = server.post("/v1/me/tokens", &owner, &body).await.text("/token");
    server.move_clock(59);
    assert_eq!(server.get("/v1/me", &token).await.text("/credential/status"), "expires_soon");
    server.move_clock(1);
    let reply = server.get("/v1/me", &token).await;
    reply.assert_problem(401, "invalid_token");
    assert_eq!(reply.text("/detail"), "The token has expired.");
}

#[tokio::test]
async fn a_secret_that_was_rolled_away_says_so() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, _) = server.issue(&owner, &["credentials:read"]).await;
    let rolled = server.post("/v1/me/credential/roll", &token, &json!({ "overlap_seconds": 0 })).await;
    let next = rolled.text("/token");
    assert_eq!(server.get("/v1/me", &next).await.status, 200);
    server.move_clock(1);
    let reply = server.get("/v1/me", &token).await;
    reply.assert_problem(401, "invalid_token");
    assert_eq!(reply.text("/detail"), "The token was replaced by a newer one and has retired.");
}
