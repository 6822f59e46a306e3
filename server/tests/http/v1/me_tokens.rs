//! `/v1/me/tokens`: create, list, show, edit, revoke.

use crate::support::{Reply, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

async fn refused(server: &TestServer, token: &str, body: Value, code: &str, fields: &[(&str, &str)]) {
    let reply = server.post("/v1/me/tokens", token, &body).await;
    reply.assert_problem(422, code);
    assert_eq!(reply.field_codes(), pairs(fields), "{body}");
    let listed = server.get("/v1/me/tokens", token).await.json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "something was written for {body}");
}

#[tokio::test]
async fn issuing_reveals_the_secret_once_and_it_works() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "org": "acme", "name": "CI deploy", "scopes": ["pats:write", "credentials:read"], "description": "for the build",
        "justification": "release 4", "resources": [], "expires_in": 3600 });
    let reply = server.post("/v1/me/tokens", &owner, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(reply.header("cache-control"), "no-store");
    let issued = reply.json();
    assert_eq!(issued["revealed_once"], true);
    assert_eq!(issued["object"], "credential");
    assert_eq!(issued["scopes"], json!(["credentials:read", "pats:write"]));
    let token = reply.text("/token");
    assert_eq!(issued["redacted"], format!("mint_pat_…{}", &token[token.len() - 4..]));
    assert_eq!(server.get("/v1/me", &token).await.text("/credential/id"), reply.text("/id"));

    let shown = server.get(&format!("/v1/me/tokens/{}", reply.text("/id")), &owner).await;
    assert!(!shown.body.contains(&token) && shown.json().get("token").is_none());
    assert_eq!(shown.json()["description"], "for the build");
    assert_eq!(shown.json()["secrets"][0]["state"], "active");
}

#[tokio::test]
async fn what_cannot_be_issued_is_said_field_by_field_and_nothing_is_written() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let with = |patch: Value| {
        let mut body = json!({ "name": "CI", "scopes": ["credentials:read"] });
        body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        body
    };
    let cases = [
        (with(json!({ "name": "" })), "required", vec![("/name", "required")]),
        (with(json!({ "name": "a".repeat(10_240) })), "too_long", vec![("/name", "too_long")]),
        (with(json!({ "name": "a\u{0}b" })), "invalid_characters", vec![("/name", "invalid_characters")]),
        (with(json!({ "scopes": ["nope:read"] })), "unknown_scope", vec![("/scopes/0", "unknown_scope")]),
        (with(json!({ "scopes": ["a b"] })), "invalid_scope", vec![("/scopes/0", "invalid_scope")]),
        (with(json!({ "expires_in": -5 })), "lifetime_in_past", vec![("/expires_in", "lifetime_in_past")]),
        (with(json!({ "expires_in": 3651 * DAY })), "lifetime_too_long", vec![("/expires_in", "lifetime_too_long")]),
        (
            with(json!({ "expires_at": "2001-01-01T00:00:00Z" })),
            "lifetime_in_past",
            vec![("/expires_at", "lifetime_in_past")],
        ),
        (with(json!({ "expires_at": "soon" })), "invalid_time", vec![("/expires_at", "invalid_time")]),
        (
            with(json!({ "expires_in": 100 * DAY })),
            "lifetime_exceeds_issuer",
            vec![("/expires_in", "lifetime_exceeds_issuer")],
        ),
        (
            with(json!({ "never_expires": true, "acknowledge_no_expiry": true })),
            "lifetime_exceeds_issuer",
            vec![("/never_expires", "lifetime_exceeds_issuer")],
        ),
        (with(json!({ "org": "globex" })), "unknown_organization", vec![("/org", "unknown_organization")]),
        (
            with(json!({ "resources": ["org:org_other"] })),
            "unknown_resource",
            vec![("/resources/0", "unknown_resource")],
        ),
        (with(json!({ "resources": ["nonsense"] })), "invalid_resource", vec![("/resources/0", "invalid_resource")]),
        (with(json!({ "scope": "x" })), "unknown_field", vec![("/scope", "unknown_field")]),
        (with(json!({ "name": 5 })), "invalid_type", vec![("/name", "invalid_type")]),
        (with(json!({ "scopes": "credentials:read" })), "invalid_type", vec![("/scopes", "invalid_type")]),
        (json!({}), "invalid_fields", vec![("/name", "required"), ("/scopes", "required")]),
    ];
    for (body, code, fields) in cases {
        refused(&server, &owner, body, code, &fields).await;
    }
}

#[tokio::test]
async fn a_lifetime_left_open_ends_with_the_issuer() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let end = |reply: Reply| reply.text("/expires_at");
    let issuer = end(server.post("/v1/me/tokens", &owner, &json!({ "name": "a", "scopes": [] })).await);
    let me = server.get("/v1/me", &owner).await;
    assert_eq!(issuer, me.text("/credential/expires_at"));
}

#[tokio::test]
async fn markup_in_a_name_is_only_text() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let name = "<script>alert(1)</script>";
    let reply = server.post("/v1/me/tokens", &owner, &json!({ "name": name, "scopes": [] })).await;
    assert_eq!(reply.text("/name"), name);
}

#[tokio::test]
async fn a_token_cannot_give_what_it_does_not_hold() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (narrow, _) = server.issue(&owner, &["pats:write"]).await;
    for wider in ["all", "audit:read"] {
        let body = json!({ "name": "wider", "scopes": ["pats:write", wider] });
        let reply = server.post("/v1/me/tokens", &narrow, &body).await;
        reply.assert_problem(403, "insufficient_scope");
        assert_eq!(reply.json()["missing_scopes"], json!([wider]));
        assert_eq!(reply.json()["granted_scopes"], json!(["pats:write"]));
    }
    server.issue(&narrow, &["pats:write"]).await;
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, _) = server.issue(&owner, &["audit:read"]).await;
    let reply = server.get("/v1/me/tokens", &token).await;
    reply.assert_problem(403, "insufficient_scope");
    assert_eq!(reply.json()["missing_scopes"], json!(["credentials:read"]));
    assert_eq!(reply.json()["accepted_scopes"], json!(["credentials:read"]));
    assert_eq!(reply.json()["granted_scopes"], json!(["audit:read"]));
    assert_eq!(reply.header("x-accepted-scopes"), "credentials:read");
    assert!(reply.header("www-authenticate").contains("error=\"insufficient_scope\", scope=\"credentials:read\""));
}

#[tokio::test]
async fn pages_are_newest_first_and_stable_under_inserts() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let mut issued = Vec::new();
    for _ in 0..5 {
        issued.push(server.issue(&owner, &[]).await.1);
        server.move_clock(1);
    }
    let ids = |reply: &Reply| -> Vec<String> {
        reply.json()["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = server.get("/v1/me/tokens?limit=3", &owner).await;
    assert_eq!(ids(&first), [&issued[4], &issued[3], &issued[2]].map(String::clone));
    server.issue(&owner, &[]).await;
    let next = server.get(&format!("/v1/me/tokens?limit=3&cursor={}", first.text("/next_cursor")), &owner).await;
    assert_eq!(ids(&next)[..2], [&issued[1], &issued[0]].map(String::clone));
    assert_eq!(next.json()["next_cursor"], Value::Null);

    server.get("/v1/me/tokens?cursor=AAAA", &owner).await.assert_problem(422, "invalid_cursor");
    for limit in ["0", "201", "-1", "x"] {
        server.get(&format!("/v1/me/tokens?limit={limit}"), &owner).await.assert_problem(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_token_can_be_renamed_and_narrowed_at_once_and_widened_only_by_who_holds_it() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &["credentials:read", "pats:write"]).await;
    let path = format!("/v1/me/tokens/{id}");
    let reply =
        server.send(Method::PATCH, &path, &token, &json!({ "name": "Nightly", "scopes": ["pats:write"] })).await;
    assert_eq!((reply.status.as_u16(), reply.text("/name")), (200, "Nightly".into()));
    server.get("/v1/me/tokens", &token).await.assert_problem(403, "insufficient_scope");
    let wider = json!({ "scopes": ["pats:write", "credentials:read"] });
    server.send(Method::PATCH, &path, &token, &wider).await.assert_problem(403, "insufficient_scope");
    assert_eq!(server.send(Method::PATCH, &path, &owner, &wider).await.status, 200);
    assert_eq!(server.get("/v1/me/tokens", &token).await.status, 200);
    server.send(Method::PATCH, &path, &owner, &json!({ "name": "" })).await.assert_problem(422, "required");
}

#[tokio::test]
async fn revoking_is_final_immediate_and_harmless_to_repeat() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &["credentials:read"]).await;
    assert_eq!(server.get("/v1/me", &token).await.status, 200);
    let path = format!("/v1/me/tokens/{id}");
    let first = server.post(&format!("{path}/revoke"), &owner, &json!({})).await;
    assert_eq!((first.status.as_u16(), first.text("/status")), (200, "revoked".into()));
    let after = server.get("/v1/me", &token).await;
    after.assert_problem(401, "invalid_token");
    assert_eq!(after.text("/detail"), "The token was revoked.");

    server.move_clock(5);
    let again = server.post(&format!("{path}/revoke"), &owner, &json!({})).await;
    assert_eq!(again.json()["revoked_at"], first.json()["revoked_at"]);
    assert_eq!(server.send(Method::DELETE, &path, &owner, &json!({})).await.status, 204);
    assert_eq!(server.get(&path, &owner).await.text("/status"), "revoked");
    let rename = json!({ "name": "x" });
    server.send(Method::PATCH, &path, &owner, &rename).await.assert_problem(409, "credential_ended");
}

#[tokio::test]
async fn delete_revokes_and_a_revoke_needs_no_body() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &[]).await;
    let delete = server.request(Method::DELETE, &format!("/v1/me/tokens/{id}")).bearer_auth(&owner);
    assert_eq!(delete.send().await.unwrap().status(), 204);
    server.get("/v1/me", &token).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn what_is_not_yours_and_what_is_not_there_are_the_same_answer() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let (_, foreign) = server.issue(&globex, &[]).await;
    let absent = "pat_01m7ztq580eaer7tt10g95cb01";
    let verbs = [(Method::GET, ""), (Method::PATCH, ""), (Method::DELETE, ""), (Method::POST, "/revoke")];
    for (method, suffix) in verbs {
        let mut bodies = Vec::new();
        for id in [foreign.as_str(), absent, "nonsense"] {
            let reply = server
                .send(method.clone(), &format!("/v1/me/tokens/{id}{suffix}"), &acme, &json!({ "name": "x" }))
                .await;
            reply.assert_problem(404, "not_found");
            bodies.push(reply.body.replace(reply.header("x-request-id"), ""));
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    }
    assert_eq!(server.get(&format!("/v1/me/tokens/{foreign}"), &globex).await.text("/status"), "active");
}

#[tokio::test]
async fn use_is_seen_after_a_flush_without_a_write_on_the_way() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &[]).await;
    let path = format!("/v1/me/tokens/{id}");
    server.get("/v1/me", &token).await;
    assert_eq!(server.get(&path, &owner).await.json()["last_used_at"], Value::Null);
    server.service.node().flush_usage().await.unwrap();
    let shown = server.get(&path, &owner).await;
    assert!(shown.text("/last_used_at").ends_with('Z'));
    assert_eq!(shown.text("/secrets/0/last_used_ip"), "127.0.0.1");
}

#[tokio::test]
async fn every_refusal_of_the_framework_is_problem_details_too() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let post = || server.request(Method::POST, "/v1/me/tokens").bearer_auth(&owner);
    let json_type = "application/json";
    let send = async |request: reqwest::RequestBuilder| Reply::of(request.send().await.unwrap()).await;
    send(post().body("{}")).await.assert_problem(415, "unsupported_media_type");
    send(post().header("content-type", "text/plain").body("{}")).await.assert_problem(415, "unsupported_media_type");
    send(post().header("content-type", json_type).body("{")).await.assert_problem(400, "malformed_json");
    send(post()).await.assert_problem(422, "invalid_fields");
    send(post().header("content-type", json_type).body("[]")).await.assert_problem(422, "invalid_type");
    send(post().header("content-type", json_type).body(b"{\"name\":\"\xff\"}".to_vec()))
        .await
        .assert_problem(400, "malformed_json");
    send(post().header("content-type", json_type).body(" ".repeat(70_000))).await.assert_problem(413, "body_too_large");
    send(server.request(Method::GET, "/v1/nowhere").bearer_auth(&owner)).await.assert_problem(404, "not_found");
    let reply = send(server.request(Method::PUT, "/v1/me/tokens").bearer_auth(&owner)).await;
    reply.assert_problem(405, "method_not_allowed");
    assert!(reply.header("allow").contains("GET") && reply.header("allow").contains("POST"), "{:?}", reply.headers);
}
