//! Offboarding over HTTP: what the tokens of a former member may do in the grace period, and who decides on them.

use crate::support::{Reply, TestServer};
use domain::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const SETTINGS: &str = "/v1/orgs/acme/settings";
const OFFBOARDING: &str = "/v1/orgs/acme/offboarding";
const DAY: i64 = 86_400;

async fn patch(server: &TestServer, path: &str, by: &str, body: Value) -> Reply {
    server.send(Method::PATCH, path, by, &body).await
}

/// Creates a person who has left an organization with a grace period of `days`. Returns their id and the secret of a
/// token.
async fn gone(server: &TestServer, owner: &str, email: &str, days: i64) -> (String, String) {
    let set = patch(server, SETTINGS, owner, json!({ "grace_period_days": days })).await;
    assert_eq!(set.json()["grace_period_days"], days, "{}", set.body);
    let person = server.member(owner, email, Role::Member).await;
    let (secret, _) = person.issue("laptop", &[]).await;
    let found = server.get(&format!("/v1/orgs/acme/members?q={email}"), owner).await.text("/data/0/id");
    let removed = server.send(Method::DELETE, &format!("/v1/orgs/acme/members/{found}"), owner, &Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.body);
    // The session ends with the membership, even if tokens remain valid.
    assert_eq!(person.get("/orgs/acme/members").await.status, StatusCode::NOT_FOUND);
    (found, secret)
}

#[tokio::test]
async fn every_door_agrees_until_when_a_token_goes_on() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (verifier, _) = server.api_key(&owner, "acme", &["keys:verify"]).await;
    let (id, secret) = gone(&server, &owner, "grace@x.test", 7).await;
    let listed = server.get(OFFBOARDING, &owner).await;
    assert_eq!((listed.text("/data/0/id"), listed.json()["data"][0]["in_grace"].clone()), (id, json!(true)));
    let ends_at = listed.text("/data/0/grace_ends_at");
    let me = server.get("/v1/me", &secret).await;
    assert_eq!((me.status, me.header("x-token-expires-at")), (StatusCode::OK, ends_at.as_str()), "{}", me.body);
    assert_eq!(me.header("x-token-expires-in-days"), "7");
    let token_id = listed.text("/data/0/tokens/0/id");
    let form = [("grant_type", "client_credentials"), ("client_id", &token_id), ("client_secret", &secret)];
    let exchanged = async || {
        let sent = server.request(Method::POST, "/oauth/token").form(&form).send().await.unwrap();
        Reply::of(sent).await
    };
    let introspected = async |token: &str| {
        let request = server.request(Method::POST, "/oauth/introspect").bearer_auth(&verifier);
        let reply = Reply::of(request.form(&[("token", token)]).send().await.unwrap()).await;
        reply.json()["active"].clone()
    };
    let verified =
        async |token: &str| server.post("/v1/verify", &verifier, &json!({ "token": token })).await.text("/code");
    assert_eq!(verified(&secret).await, "valid");
    let verdict = server.post("/v1/verify", &verifier, &json!({ "token": secret })).await;
    assert_eq!(verdict.text("/expires_at"), ends_at, "whoever keeps a verdict knows for how long");
    assert_eq!(introspected(&secret).await, json!(true));
    // Access tokens also end with the grace period, so that offline verifiers agree.
    server.move_clock(7 * DAY - 120);
    let access = exchanged().await;
    assert!(access.json()["expires_in"].as_i64().unwrap() <= 120, "{}", access.body);
    let access = access.text("/access_token");
    assert_eq!(introspected(&access).await, json!(true));
    assert!(server.get(OFFBOARDING, &owner).await.json()["data"][0]["tokens"][0]["calls_today"].is_u64());

    server.move_clock(120);
    server.get("/v1/me", &secret).await.assert_problem(401, "invalid_token");
    assert_eq!(verified(&secret).await, "owner_inactive");
    for token in [&secret, &access] {
        assert_eq!(introspected(token).await, json!(false));
    }
    assert_eq!(exchanged().await.status, StatusCode::UNAUTHORIZED);
    let forward = server.request(Method::GET, "/v1/forward-auth").bearer_auth(&secret).send().await.unwrap();
    assert_eq!(forward.status(), StatusCode::UNAUTHORIZED);
    let listed = server.get(OFFBOARDING, &owner).await.json();
    assert_eq!(
        (&listed["data"][0]["in_grace"], &listed["data"][0]["tokens"][0]["name"]),
        (&json!(false), &json!("laptop"))
    );
}

#[tokio::test]
async fn a_grace_is_changed_within_its_bounds_by_persons() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (key, _) = server.api_key(&owner, "acme", &["members:read", "members:write", "credentials:read"]).await;
    let (id, secret) = gone(&server, &owner, "grace@x.test", 0).await;
    let path = format!("{OFFBOARDING}/{id}");
    server.get("/v1/me", &secret).await.assert_problem(401, "invalid_token");
    let given = patch(&server, &path, &owner, json!({ "grace_days": 3 })).await;
    assert_eq!((given.status, given.text("/role").as_str()), (StatusCode::OK, "member"), "{}", given.body);
    assert_eq!(server.get("/v1/me", &secret).await.status, StatusCode::OK);
    let ended = patch(&server, &path, &owner, json!({ "grace_ends_at": "2020-01-01T00:00:00Z" })).await;
    assert_eq!(ended.status, StatusCode::OK);
    server.get("/v1/me", &secret).await.assert_problem(401, "invalid_token");

    for (body, code) in [
        (json!({ "grace_days": 31 }), "grace_too_long"),
        (json!({}), "required"),
        (json!({ "grace_days": 1, "grace_ends_at": "2030-01-01T00:00:00Z" }), "required"),
    ] {
        patch(&server, &path, &owner, body).await.assert_problem(422, code);
    }
    patch(&server, SETTINGS, &owner, json!({ "grace_period_days": 31 }))
        .await
        .assert_problem(422, "invalid_grace_days");
    // Applications may read, but may not decide.
    for path in [SETTINGS, OFFBOARDING] {
        assert_eq!(server.get(path, &key).await.status, StatusCode::OK, "{path}");
    }
    patch(&server, &path, &key, json!({ "grace_days": 1 })).await.assert_problem(403, "user_context_required");
    patch(&server, SETTINGS, &key, json!({ "grace_period_days": 1 }))
        .await
        .assert_problem(403, "user_context_required");
    // A member sees no tokens of others.
    let member = server.member(&owner, "joan@x.test", Role::Member).await;
    let (of_member, _) = member.issue("laptop", &["credentials:read", "members:read"]).await;
    assert_eq!(server.get(OFFBOARDING, &of_member).await.json()["data"], json!([]));
    patch(&server, OFFBOARDING, &of_member, json!({})).await.assert_problem(405, "method_not_allowed");
    patch(&server, &path, &of_member, json!({ "grace_days": 9 })).await.assert_problem(403, "insufficient_scope");
    let log = server.get("/v1/orgs/acme/audit-events?action=member.grace_changed", &owner).await.json();
    assert_eq!(log["data"].as_array().unwrap().len(), 2, "{log}");
    let removed = server.get("/v1/orgs/acme/audit-events?action=member.removed", &owner).await;
    assert!(!removed.text("/data/0/detail/grace_ends_at").is_empty());
}

#[tokio::test]
async fn the_screens_say_what_happens_before_and_after() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let admin = server.member(&owner, "admin@x.test", Role::Admin).await;
    assert!(admin.get("/orgs/acme/offboarding").await.body.contains("No former members"));
    let set = admin.post("/_fn/change-settings", &[("slug", "acme"), ("days", "7")]).await;
    assert_eq!(set.page(), "/orgs/acme/offboarding?set=1", "{}", set.body);
    let person = server.member(&owner, "grace@x.test", Role::Member).await;
    person.issue("laptop", &[]).await;
    assert!(person.get("/orgs/acme/members").await.body.contains("stop after 7 days"));
    let id = server.get("/v1/orgs/acme/members?q=grace", &owner).await.text("/data/0/id");
    let before = admin.get(&format!("/orgs/acme/members/{id}")).await.body;
    assert!(before.contains("Their 1 working credential goes on for 7 days"), "{before}");
    assert!(admin.post("/_fn/remove-member", &[("slug", "acme"), ("id", &id)]).await.page().ends_with("removed=1"));
    let page = admin.get("/orgs/acme/offboarding").await.body;
    for words in
        ["laptop", "Their tokens go on and stop", "No calls today", "Transfer…", "Revoke all…", "Stop them now"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(admin.get("/orgs/acme/overview").await.body.contains("/orgs/acme/offboarding"));
    let stopped = admin.post("/_fn/change-grace", &[("slug", "acme"), ("id", &id), ("days", "0")]).await;
    assert_eq!(stopped.page(), "/orgs/acme/offboarding?changed=1", "{}", stopped.body);
    assert!(admin.get("/orgs/acme/offboarding").await.body.contains("Their tokens stopped"));
    let dry_run = format!("/orgs/acme/credentials/bulk?action=revoke&owner={id}&live=1&left=gone&all=1");
    assert!(page.contains(&dry_run.replace('&', "&amp;")), "{page}");
    assert!(admin.get(&dry_run).await.body.contains("Revoke 1 credential?"));
    let log = admin.get("/orgs/acme/audit").await.body;
    assert!(log.contains("changed when the tokens of") && log.contains("changed the settings of"), "{log}");
}
