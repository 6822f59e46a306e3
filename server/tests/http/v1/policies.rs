//! Policies and approvals over HTTP, in the API and on the screens.

use crate::support::{Reply, TestServer};
use domain::{access::Role, credential::DAY_SECONDS};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const POLICIES: &str = "/v1/orgs/acme/policies";
const REQUESTS: &str = "/v1/orgs/acme/token-requests";

async fn put(server: &TestServer, token: &str, body: &Value) -> Reply {
    server.send(Method::PUT, POLICIES, token, body).await
}

#[tokio::test]
async fn a_policy_is_tried_announced_warned_of_and_enforced() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let issued =
        server.post("/v1/orgs/acme/api-keys", &owner, &json!({ "name": "CRM", "scopes": ["keys:verify"] })).await;
    let (key, key_id) = (issued.text("/token"), issued.text("/id"));
    let asked = json!({ "kind": "api_key", "max_lifetime_seconds": 30 * DAY_SECONDS });
    let dry = server.post(&format!("{POLICIES}/dry-run"), &owner, &asked).await;
    assert_eq!((dry.json()["affected"].clone(), dry.json()["live"].clone()), (json!(1), json!(1)), "{}", dry.body);
    assert_eq!(dry.json()["data"][0]["objections"], json!(["lives_too_long"]));
    assert_eq!(dry.text("/data/0/credential/id"), key_id);
    put(&server, &owner, &asked).await.assert_problem(409, "not_confirmed");
    let mut confirmed = asked.clone();
    confirmed["confirm_affected"] = json!(1);
    let saved = put(&server, &owner, &confirmed).await;
    assert_eq!((saved.status, saved.json()["in_force"].clone()), (StatusCode::OK, Value::Null), "{}", saved.body);
    assert!(saved.text("/coming/id").starts_with("pol_"));
    let listed = server.get(POLICIES, &key).await;
    assert_eq!(listed.json()["data"].as_array().unwrap().len(), 3, "everybody may know what is asked");

    let endless = server.post("/v1/orgs/acme/api-keys", &owner, &json!({ "name": "x", "scopes": [] })).await;
    assert!(endless.json()["expires_at"].is_string(), "the longest end that fits: {}", endless.body);
    let too_long = json!({ "name": "x", "scopes": [], "expires_in": 31 * DAY_SECONDS });
    let refused = server.post("/v1/orgs/acme/api-keys", &owner, &too_long).await;
    assert_eq!(refused.field_codes(), [("/expires_in".to_owned(), "policy_max_lifetime".to_owned())]);

    let me = server.get("/v1/me", &key).await;
    assert!(me.headers.get("x-credential-blocked-at").is_none(), "there is time yet");
    server.move_clock(8 * DAY_SECONDS);
    let me = server.get("/v1/me", &key).await;
    let blocked_at = me.headers.get("x-credential-blocked-at").unwrap().to_str().unwrap().to_owned();
    assert_eq!(blocked_at, saved.text("/coming/enforced_at"));
    let verdict = server.post("/v1/verify", &key, &json!({ "token": key })).await;
    assert_eq!((verdict.text("/code"), verdict.text("/blocked_at")), ("valid".to_owned(), blocked_at));
    server.move_clock(7 * DAY_SECONDS);
    let refused = server.get("/v1/me", &key).await;
    refused.assert_problem(401, "invalid_token");
    assert!(refused.body.contains("policy"), "{}", refused.body);
    let shown = server.get(&format!("/v1/orgs/acme/api-keys/{key_id}"), &owner).await;
    assert_eq!(shown.text("/status"), "blocked_by_policy");
    let blocked = server.get("/v1/orgs/acme/credentials?status=blocked_by_policy", &owner).await;
    assert_eq!(blocked.text("/data/0/id"), key_id);

    let until = server.service.now().plus_seconds(DAY_SECONDS).to_string();
    let exception = json!({ "credential_id": key_id, "ends_at": until, "note": "until it is replaced" });
    let granted = server.post(&format!("{POLICIES}/exceptions"), &owner, &exception).await;
    assert_eq!(granted.status, StatusCode::CREATED, "{}", granted.body);
    assert_eq!(server.get("/v1/me", &key).await.status, StatusCode::OK);
    let ended = server.send(Method::DELETE, &format!("{POLICIES}/exceptions/{key_id}"), &owner, &json!({})).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/v1/me", &key).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_credential_that_would_block_itself_at_once_has_to_say_so() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    // The owner's token has the scope all.
    let strict = json!({ "kind": "pat", "allows_all": false, "notice_days": 0, "confirm_affected": 1 });
    let try_it = async |asked: &Value| server.post(&format!("{POLICIES}/dry-run"), &owner, asked).await.json();
    assert_eq!(try_it(&strict).await["affects_own_credential"], true);
    put(&server, &owner, &strict).await.assert_problem(409, "own_credential_affected");
    assert_eq!(server.get("/v1/me", &owner).await.status, StatusCode::OK, "nothing was saved");

    // The policy checks the address of the call, even if usage has not been recorded yet.
    let elsewhere = json!({ "kind": "pat", "networks": ["192.0.2.0/24"], "notice_days": 0 });
    let found = try_it(&elsewhere).await;
    assert_eq!(found["affects_own_credential"], true);
    let mut elsewhere = elsewhere;
    elsewhere["confirm_affected"] = found["affected"].clone();
    put(&server, &owner, &elsewhere).await.assert_problem(409, "own_credential_affected");

    // A policy for another kind, or with a notice period, needs no confirmation.
    let other = json!({ "kind": "api_key", "must_expire": true, "notice_days": 0 });
    assert_eq!(try_it(&other).await["affects_own_credential"], false);
    assert_eq!(put(&server, &owner, &other).await.status, StatusCode::OK);
    let mut later = strict.clone();
    later["notice_days"] = json!(7);
    assert_eq!(put(&server, &owner, &later).await.status, StatusCode::OK);

    let mut meant = strict;
    meant["acknowledge_own_credential"] = json!(true);
    assert_eq!(put(&server, &owner, &meant).await.status, StatusCode::OK);
    server.get("/v1/me", &owner).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn what_is_no_policy_is_refused_at_every_field_and_a_program_changes_none() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let nonsense = json!({ "creators": ["king"], "max_lifetime_seconds": -1, "max_idle_days": 0, "networks": ["x"] });
    let refused = put(&server, &owner, &nonsense).await;
    assert_eq!(refused.field_codes().len(), 5, "{}", refused.body);
    let lock_out = put(&server, &owner, &json!({ "kind": "pat", "creators": ["viewer"] })).await;
    assert_eq!(lock_out.field_codes()[0].1, "locks_everybody_out");
    assert!(put(&server, &owner, &json!({ "kind": "pat", "color": "red" })).await.status.is_client_error());
    let (program, _) = server.api_key(&owner, "acme", &["policies:write"]).await;
    put(&server, &program, &json!({ "kind": "pat" })).await.assert_problem(403, "user_context_required");
}

#[tokio::test]
async fn a_member_asks_an_admin_decides_and_the_same_secret_works() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let grace = server.member(&owner, "grace@x.test", Role::Member).await;
    let (hers, _) = grace.issue("mine", &["all"]).await;
    assert_eq!(put(&server, &owner, &json!({ "kind": "pat", "needs_approval": true })).await.status, StatusCode::OK);
    let ask =
        |why: &str| json!({ "name": "CI", "scopes": ["credentials:read"], "expires_in": 3600, "justification": why });
    let silent = server.post("/v1/me/tokens", &hers, &ask("")).await;
    assert_eq!(silent.field_codes(), [("/justification".to_owned(), "justification_required".to_owned())]);
    let asked = server.post("/v1/me/tokens", &hers, &ask("nightly build")).await;
    assert_eq!(asked.text("/status"), "pending_approval", "{}", asked.body);
    let (id, token) = (asked.text("/id"), asked.text("/token"));
    server.get("/v1/me", &token).await.assert_problem(401, "invalid_token");
    let said = server.post("/v1/verify", &owner, &json!({ "token": token })).await;
    assert_eq!(said.text("/code"), "pending_approval");

    let listed = server.get(REQUESTS, &owner).await;
    assert_eq!((listed.text("/data/0/id"), listed.text("/data/0/justification")), (id.clone(), "nightly build".into()));
    let of_grace = server.get(REQUESTS, &hers).await;
    assert_eq!(of_grace.text("/data/0/id"), id, "whoever asked sees it too");
    let own = server.post(&format!("{REQUESTS}/{id}/approve"), &hers, &json!({})).await;
    own.assert_problem(403, "insufficient_scope");
    let page = grace.get(&format!("/settings/tokens/{id}")).await;
    assert!(page.body.contains("It waits for approval") && page.body.contains("nightly build"));
    assert_eq!(grace.get("/orgs/acme/approvals").await.status, StatusCode::OK);

    let approved = server.post(&format!("{REQUESTS}/{id}/approve"), &owner, &json!({ "note": "fine" })).await;
    assert_eq!(approved.text("/decision/outcome"), "approved", "{}", approved.body);
    assert_eq!(server.get("/v1/me", &token).await.status, StatusCode::OK);
    server
        .post(&format!("{REQUESTS}/{id}/deny"), &owner, &json!({ "note": "x" }))
        .await
        .assert_problem(409, "already_decided");
    assert_eq!(server.get(REQUESTS, &owner).await.json()["data"], json!([]));
    assert_eq!(server.get(&format!("{REQUESTS}?state=decided"), &owner).await.text("/data/0/id"), id);
    server.get(&format!("{REQUESTS}?state=odd"), &owner).await.assert_problem(400, "invalid_request");
    let globex = server.org("globex").await;
    let theirs = server.post(&format!("/v1/orgs/globex/token-requests/{id}/approve"), &globex, &json!({})).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
}
