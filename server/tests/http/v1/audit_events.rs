//! The audit log: one event for each change, denials, export.

use crate::{support::TestServer, wire::soon};
use domain::access::Role;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn every_change_leaves_one_event_in_an_unbroken_sequence_without_a_secret() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (secret, id) = server.api_key(&owner, "acme", &[]).await;
    let one = format!("/v1/orgs/acme/api-keys/{id}");
    for verb in ["disable", "enable", "roll", "roll/cancel", "revoke", "revoke"] {
        server.post(&format!("{one}/{verb}"), &owner, &json!({})).await;
    }
    let reply = server.get(&format!("/v1/orgs/acme/audit-events?target={id}"), &owner).await;
    let events = reply.json()["data"].as_array().unwrap().clone();
    let actions: Vec<_> = events.iter().rev().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "credential.issued",
            "credential.disabled",
            "credential.enabled",
            "credential.rolled",
            "credential.roll_cancelled",
            "credential.revoked"
        ]
    );
    assert!(!reply.body.contains(&secret));
    let all =
        server.get("/v1/orgs/acme/audit-events?limit=200", &owner).await.json()["data"].as_array().unwrap().clone();
    let numbers: Vec<_> = all.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    let last = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (1..=last).rev().collect::<Vec<_>>());
    for pair in all.windows(2) {
        assert_eq!(pair[0]["prev_hash"], pair[1]["hash"]);
    }
    assert_eq!(events[0]["actor"]["name"], "owner");
    assert_eq!(events[0]["ip"], "127.0.0.1");
    assert!(events[0]["request_id"].as_str().unwrap().starts_with("req_"));
}

#[tokio::test]
async fn a_denied_attempt_is_recorded_once_a_minute() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (powerless, id) = server.issue(&owner, &[]).await;
    for _ in 0..5 {
        server.get("/v1/me/tokens", &powerless).await.assert_problem(403, "insufficient_scope");
    }
    let denied = async || {
        let path = format!("/v1/orgs/acme/audit-events?action=credential.denied&target={id}");
        server.get(&path, &owner).await.json()["data"].as_array().unwrap().len()
    };
    assert_eq!(denied().await, 1);
    server.move_clock(61);
    server.get("/v1/me/tokens", &powerless).await;
    assert_eq!(denied().await, 2);
}

#[tokio::test]
async fn whoever_asks_for_scopes_that_they_lack_is_recorded() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (issuer, id) = server.issue(&owner, &["api_keys:write"]).await;
    let wider = json!({ "name": "wider", "scopes": ["members:write"] });
    for _ in 0..3 {
        server.post("/v1/orgs/acme/api-keys", &issuer, &wider).await.assert_problem(403, "insufficient_scope");
    }
    let path = format!("/v1/orgs/acme/audit-events?action=credential.denied&target={id}");
    let denied = async || server.get(&path, &owner).await.json()["data"].as_array().unwrap().clone();
    soon(async { while denied().await.is_empty() {} }).await;
    let denied = denied().await;
    assert_eq!((denied.len(), &denied[0]["detail"]["missing_scopes"]), (1, &json!("members:write")), "once a minute");
}

#[tokio::test]
async fn whoever_a_rule_refuses_is_recorded_whether_person_or_program() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let founder = server.get("/v1/orgs/acme/members", &owner).await.text("/data/0/id");
    let admin = server.member(&owner, "admin@acme.test", Role::Admin).await;
    let listed = server.get("/v1/orgs/acme/members", &owner).await.json();
    let people = listed["data"].as_array().unwrap();
    let person = people.iter().find(|member| member["name"] == "Admin").unwrap()["id"].as_str().unwrap().to_owned();
    let (program, program_id) = admin.issue("program", &["all"]).await;
    let policy = json!({ "kind": "client", "creators": ["owner"] });
    let put = server.send(Method::PUT, "/v1/orgs/acme/policies", &owner, &policy).await;
    assert!(put.status.is_success(), "{}", put.body);
    let events = async |actor: &str| {
        let path = "/v1/orgs/acme/audit-events?action=credential.denied";
        let all = server.get(path, &owner).await.json()["data"].as_array().unwrap().clone();
        all.into_iter().filter(|event| event["target"]["id"] == actor).collect::<Vec<_>>()
    };

    let form = [("slug", "acme"), ("id", founder.as_str()), ("role", "viewer")];
    let client = json!({ "name": "Crawler", "scopes": [] });
    for _ in 0..3 {
        admin.post("/_fn/change-role", &form).await;
        let refused = server.post("/v1/orgs/acme/clients", &program, &client).await;
        refused.assert_problem(403, "policy_creator_not_allowed");
    }
    soon(async { while events(&person).await.is_empty() {} }).await;
    for (id, kind, rule) in
        [(&person, "user", "owners_only"), (&program_id, "credential", "policy_creator_not_allowed")]
    {
        let found = events(id).await;
        assert_eq!(found.len(), 1, "once a minute: {found:?}");
        assert_eq!((&found[0]["target"]["type"], &found[0]["detail"]["asked_for"]), (&json!(kind), &json!(rule)));
        assert_eq!(found[0]["ip"], "127.0.0.1");
    }
}

#[tokio::test]
async fn the_export_is_one_event_a_line_and_no_formula() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    server.post("/v1/me/tokens", &owner, &json!({ "name": "=HYPERLINK(\"http://evil.example\")", "scopes": [] })).await;
    let lines = server.get("/v1/orgs/acme/audit-events?format=ndjson", &owner).await;
    assert!(lines.body.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    let issue = server.request(Method::POST, "/v1/me/tokens").bearer_auth(&owner).header("user-agent", "nightly/1.0");
    issue.json(&json!({ "name": "Nightly", "scopes": [] })).send().await.unwrap();
    let csv = server.get("/v1/orgs/acme/audit-events?format=csv", &owner).await;
    let (head, lines) = csv.body.split_once("\r\n").unwrap();
    assert!(head.ends_with(",request_id,detail,user_agent"), "{head}");
    assert!(lines.starts_with('"') && lines.lines().next().unwrap().ends_with(",\"nightly/1.0\""), "{lines}");
    assert!(csv.header("content-disposition").contains("audit-events.csv"));
    assert!(csv.body.contains("\"'=HYPERLINK") && !csv.body.contains(",\"=HYPERLINK"));
    server.get("/v1/orgs/acme/audit-events?format=xml", &owner).await.assert_problem(400, "invalid_request");
    server.get("/v1/orgs/acme/audit-events?after=yesterday", &owner).await.assert_problem(422, "invalid_time");
}
