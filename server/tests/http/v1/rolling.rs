//! Rolling over HTTP.

use crate::support::TestServer;
use serde_json::{Value, json};

const HOUR: i64 = 3600;

#[tokio::test]
async fn the_old_secret_works_until_the_overlap_after_the_first_use_of_the_new_one() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (old, id) = server.api_key(&owner, "acme", &[]).await;
    let one = format!("/v1/orgs/acme/api-keys/{id}");
    let rolled = server.post(&format!("{one}/roll"), &owner, &json!({ "overlap_seconds": HOUR })).await;
    assert_eq!(rolled.status, 200, "{}", rolled.body);
    let new = rolled.text("/token");
    assert_ne!(new, old);
    let states = |shown: &Value| -> Vec<String> {
        shown["secrets"].as_array().unwrap().iter().map(|secret| secret["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states(&rolled.json()), ["pending", "active"]);
    assert_eq!(server.get("/v1/me", &old).await.header("x-credential-retires-at"), "");

    assert_eq!(server.get("/v1/me", &new).await.status, 200);
    server.service.node().flush_usage().await.unwrap();
    let shown = server.get(&one, &owner).await;
    assert_eq!(states(&shown.json()), ["active", "retiring"]);
    let retiring = server.get("/v1/me", &old).await;
    assert_eq!(retiring.status, 200);
    assert_eq!(retiring.header("x-credential-retires-at"), shown.text("/secrets/1/retires_at"));
    server.move_clock(HOUR + 1);
    server.get("/v1/me", &old).await.assert_problem(401, "invalid_token");
    assert_eq!(server.get("/v1/me", &new).await.status, 200);
}

#[tokio::test]
async fn a_roll_can_be_cancelled_before_its_first_use_and_finished_after() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (old, id) = server.api_key(&owner, "acme", &[]).await;
    let one = format!("/v1/orgs/acme/api-keys/{id}");
    let post = async |verb: &str| server.post(&format!("{one}/{verb}"), &owner, &json!({})).await;
    post("roll/cancel").await.assert_problem(409, "no_roll_pending");
    post("roll/finish").await.assert_problem(409, "no_roll_pending");
    let new = post("roll").await.text("/token");
    assert_eq!(post("roll/cancel").await.status, 200);
    server.get("/v1/me", &new).await.assert_problem(401, "invalid_token");
    assert_eq!(server.get("/v1/me", &old).await.status, 200);

    let newer = post("roll").await.text("/token");
    post("roll").await.assert_problem(409, "too_many_live_secrets");
    server.get("/v1/me", &newer).await;
    // The first use may still be in memory. A cancellation must see it.
    post("roll/cancel").await.assert_problem(409, "no_roll_pending");
    assert_eq!(post("roll/finish").await.status, 200);
    server.get("/v1/me", &old).await.assert_problem(401, "invalid_token");
    assert_eq!(server.get("/v1/me", &newer).await.status, 200);
}

#[tokio::test]
async fn without_overlap_the_old_secret_stops_at_once_and_the_end_does_not_move() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (old, id) = server.issue(&owner, &["credentials:read"]).await;
    let before = server.get(&format!("/v1/me/tokens/{id}"), &owner).await.text("/expires_at");
    let rolled = server.post("/v1/me/credential/roll", &old, &json!({ "overlap_seconds": 0 })).await;
    assert_eq!(rolled.status, 200, "{}", rolled.body);
    assert_eq!((rolled.text("/id"), rolled.text("/expires_at")), (id, before));
    server.get("/v1/me", &old).await.assert_problem(401, "invalid_token");
    let new = rolled.text("/token");
    assert_eq!(server.post("/v1/me/credential/revoke", &new, &json!({})).await.status, 200);
    server.get("/v1/me", &new).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn what_cannot_be_rolled_is_refused() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (_, id) = server.api_key(&owner, "acme", &[]).await;
    let one = format!("/v1/orgs/acme/api-keys/{id}");
    for overlap in [-1, 604_801] {
        let reply = server.post(&format!("{one}/roll"), &owner, &json!({ "overlap_seconds": overlap })).await;
        reply.assert_problem(422, "out_of_range");
    }
    server.post(&format!("{one}/disable"), &owner, &json!({})).await;
    server.post(&format!("{one}/roll"), &owner, &json!({})).await.assert_problem(409, "credential_not_active");
    server.post(&format!("{one}/revoke"), &owner, &json!({})).await;
    server.post(&format!("{one}/roll"), &owner, &json!({})).await.assert_problem(409, "credential_not_active");
}

#[tokio::test]
async fn of_two_who_roll_at_once_one_succeeds() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (_, id) = server.api_key(&owner, "acme", &[]).await;
    let roll = || async {
        server.post(&format!("/v1/orgs/acme/api-keys/{id}/roll"), &owner, &json!({})).await.status.as_u16()
    };
    let (first, second) = tokio::join!(roll(), roll());
    let mut both = [first, second];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
}

#[tokio::test]
async fn nothing_is_issued_by_a_credential_after_it_was_revoked_however_they_race() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (key, id) = server.api_key(&owner, "acme", &["api_keys:write"]).await;
    let (child, nothing) = (json!({ "name": "child", "scopes": [] }), json!({}));
    let issuing = (0..30).map(|_| server.post("/v1/orgs/acme/api-keys", &key, &child));
    let path = format!("/v1/orgs/acme/api-keys/{id}/revoke");
    let revoke = server.post(&path, &owner, &nothing);
    let (issued, revoked) = tokio::join!(futures_util::future::join_all(issuing), revoke);
    let end = revoked.text("/revoked_at");
    for reply in issued {
        match reply.status.as_u16() {
            201 => assert!(reply.text("/created_at") <= end, "{} after {end}", reply.text("/created_at")),
            _ => reply.assert_problem(401, "invalid_token"),
        }
    }
    server
        .post("/v1/orgs/acme/api-keys", &key, &json!({ "name": "late", "scopes": [] }))
        .await
        .assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn nobody_rolls_their_way_to_rights_they_do_not_have() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (_, strong) = server.api_key(&owner, "acme", &["audit:read"]).await;
    let (weak, weak_id) = server.api_key(&owner, "acme", &["api_keys:write"]).await;
    let roll = async |token: &str, id: &str| {
        server.post(&format!("/v1/orgs/acme/api-keys/{id}/roll"), token, &json!({})).await
    };
    roll(&weak, &strong).await.assert_problem(403, "insufficient_scope");
    assert_eq!(roll(&weak, &weak_id).await.status, 200, "a credential can always roll itself");
    assert_eq!(roll(&owner, &strong).await.status, 200);

    let body = json!({ "name": "short", "scopes": ["pats:write"], "expires_in": 3600 });
    let short = server.post("/v1/me/tokens", &owner, &body).await.text("/token");
    let (_, all) = server.issue(&owner, &["all"]).await;
    let (_, equal) = server.issue(&owner, &["pats:write"]).await;
    let roll = async |id: &str| server.post(&format!("/v1/me/tokens/{id}/roll"), &short, &json!({})).await;
    roll(&all).await.assert_problem(403, "insufficient_scope");
    roll(&equal).await.assert_problem(403, "lifetime_exceeds_issuer");
}
