//! APIs, operations, advice and previews.

use crate::support::TestServer;
use serde_json::{Value, json};

fn contacts() -> Value {
    json!({ "name": "Contacts", "audience": "https://api.acme.test", "scopes": [{ "name": "contacts:read", "title": "Read contacts" },
        { "name": "contacts:write" }, { "name": "rmq.read:*/*" }],
        "operations": [
            { "id": "contacts.list", "method": "GET", "path": "/contacts", "scopes": { "any": ["contacts:read", "contacts:write"] } },
            { "id": "contacts.create", "method": "POST", "path": "/contacts", "scopes": { "all": ["contacts:write"] }, "user_context": "required" },
            { "id": "contacts.sync", "method": "POST", "path": "/sync", "scopes": { "all": ["contacts:write"] }, "user_context": "forbidden" } ] })
}

#[tokio::test]
async fn an_api_brings_scopes_that_credentials_can_hold_in_its_organisation_only() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let made = server.post("/v1/orgs/acme/apis", &acme, &contacts()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    server.issue(&acme, &["contacts:read", "rmq.read:*/*"]).await;
    let body = json!({ "name": "x", "scopes": ["contacts:read"] });
    server.post("/v1/me/tokens", &globex, &body).await.assert_problem(422, "unknown_scope");
    server.post("/v1/orgs/acme/apis", &acme, &contacts()).await.assert_problem(422, "audience_taken");
    let path = format!("/v1/orgs/acme/apis/{}", made.text("/id"));
    let more = server.post(&format!("{path}/scopes"), &acme, &json!({ "name": "contacts:delete" })).await;
    assert_eq!(more.status, 201, "{}", more.body);
    server
        .post(&format!("{path}/scopes"), &acme, &json!({ "name": "contacts:delete" }))
        .await
        .assert_problem(422, "scope_taken");
    server
        .post(&format!("{path}/scopes"), &acme, &json!({ "name": "audit:read" }))
        .await
        .assert_problem(422, "scope_reserved");
    let operation =
        json!({ "id": "contacts.delete", "method": "DELETE", "path": "/contacts/{id}", "scopes": { "all": ["nope"] } });
    server.post(&format!("{path}/operations"), &acme, &operation).await.assert_problem(422, "unknown_scope");
    let foreign = format!("/v1/orgs/globex/apis/{}", made.text("/id"));
    server.get(&foreign, &globex).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn advice_names_the_kind_and_says_why_the_others_do_not_fit() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    server.post("/v1/orgs/acme/apis", &acme, &contacts()).await;
    let advise =
        async |operations: &[&str]| server.post("/v1/advise", &acme, &json!({ "operations": operations })).await.json();
    assert_eq!(advise(&["contacts.list"]).await["recommended"], "api_key");
    let person = advise(&["contacts.create"]).await;
    assert_eq!((person["recommended"].as_str(), person["scopes"].clone()), (Some("pat"), json!(["contacts:write"])));
    assert_eq!(advise(&["contacts.sync"]).await["recommended"], "api_key");
    assert_eq!(advise(&["contacts.create", "contacts.sync"]).await["recommended"], Value::Null);
    let unknown = server.post("/v1/advise", &acme, &json!({ "operations": ["nope"] })).await;
    unknown.assert_problem(422, "unknown_operation");
    let only = server.get("/v1/operations?principal=api_key", &acme).await.json();
    let listed: Vec<_> = only["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(
        listed.contains(&"contacts.sync")
            && !listed.contains(&"contacts.create")
            && !listed.contains(&"me.tokens.issue")
    );
}

#[tokio::test]
async fn a_preview_says_what_can_be_done_and_why_not_and_effective_what_is_left_of_it() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    server.post("/v1/orgs/acme/apis", &acme, &contacts()).await;
    let body = json!({ "kind": "api_key", "scopes": ["contacts:read"] });
    let preview = server.post("/v1/orgs/acme/permissions/preview", &acme, &body).await.json();
    let can = preview["can"].as_array().unwrap();
    assert!(can.iter().any(|item| item["operation"] == "contacts.list"));
    let reason = |id: &str| {
        let cannot = preview["cannot"].as_array().unwrap();
        cannot
            .iter()
            .find(|item| item["operation"] == id)
            .map(|item| item["because"]["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(reason("contacts.create").as_deref(), Some("user_context_required"));
    assert_eq!(reason("contacts.sync").as_deref(), Some("insufficient_scope"));
    let (_, id) = server.issue(&acme, &["all"]).await;
    let effective = server.get(&format!("/v1/orgs/acme/credentials/{id}/effective"), &acme).await.json();
    assert!(effective["effective_scopes"].as_array().unwrap().contains(&json!("contacts:write")));
}

#[tokio::test]
async fn an_openapi_document_is_imported_and_nonsense_is_refused() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let api = server
        .post("/v1/orgs/acme/apis", &acme, &json!({ "name": "Empty", "audience": "urn:acme:empty" }))
        .await
        .text("/id");
    let path = format!("/v1/orgs/acme/apis/{api}/import");
    let document = json!({ "openapi": "3.1.0", "paths": { "/things": { "get": { "operationId": "things.list",
        "security": [{ "oauth": ["things:read"] }] }, "$ref": "#/paths/~1things" } } });
    let imported = server.post(&path, &acme, &document).await;
    assert_eq!(imported.status, 200, "{}", imported.body);
    assert_eq!(imported.json()["scopes"][0]["name"], "things:read");
    assert_eq!(server.post(&path, &acme, &document).await.json()["operations"].as_array().map(Vec::len), Some(1));
    server.post(&path, &acme, &json!({ "swagger": "2.0" })).await.assert_problem(422, "invalid_openapi");
    let huge = json!({ "openapi": "3.1.0", "paths": {}, "x": "a".repeat(5 << 20) });
    server.post(&path, &acme, &huge).await.assert_problem(413, "body_too_large");
}
