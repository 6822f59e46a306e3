//! The inventory, lookup by value, and bulk actions.

use crate::support::TestServer;
use serde_json::{Value, json};

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_inventory_has_every_kind_and_its_filters_narrow_it() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (_, token) = server.issue(&owner, &["credentials:read"]).await;
    let (_, key) = server.api_key(&owner, "acme", &["audit:read"]).await;
    let client = server
        .post("/v1/orgs/acme/clients", &owner, &json!({ "name": "100% _billing", "scopes": [] }))
        .await
        .text("/id");
    server.post(&format!("/v1/orgs/acme/api-keys/{key}/disable"), &owner, &json!({})).await;
    let list = async |query: &str| ids(&server.get(&format!("/v1/orgs/acme/credentials{query}"), &owner).await.json());
    assert_eq!(list("").await.len(), 4);
    assert_eq!(list("?kind=client").await, [client.as_str()]);
    assert_eq!(list("?status=disabled").await, [key.as_str()]);
    assert_eq!(list("?scope=credentials:read").await, [token]);
    assert_eq!(list("?q=100%25+_b").await, [client.as_str()]);
    assert_eq!(list("?q=100_").await, Vec::<String>::new());
    assert_eq!(list(&format!("?q={client}")).await, [client]);
    for wrong in ["?kind=x", "?status=x", "?env=x", "?expires_before=x"] {
        server.get(&format!("/v1/orgs/acme/credentials{wrong}"), &owner).await.assert_problem(422, "invalid_value");
    }
}

#[tokio::test]
async fn a_bulk_action_answers_for_each_and_touches_nothing_of_others() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let (_, first) = server.api_key(&acme, "acme", &[]).await;
    let (secret, second) = server.api_key(&acme, "acme", &[]).await;
    let (foreign_secret, foreign) = server.api_key(&globex, "globex", &[]).await;
    let bulk = async |body: Value| server.post("/v1/orgs/acme/credentials/bulk", &acme, &body).await;
    let dry = bulk(json!({ "action": "revoke", "ids": [first, foreign, "nonsense"], "dry_run": true })).await.json();
    assert_eq!(dry["changed"], 1);
    assert_eq!(server.get("/v1/me", &secret).await.status, 200);

    let done = bulk(json!({ "action": "revoke", "ids": [first, foreign, "nonsense", second] })).await.json();
    let statuses: Vec<_> =
        done["results"].as_array().unwrap().iter().map(|item| item["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 404, 404, 200]);
    server.get("/v1/me", &secret).await.assert_problem(401, "invalid_token");
    assert_eq!(server.get("/v1/me", &foreign_secret).await.status, 200);
    let again = bulk(json!({ "action": "revoke", "filter": { "kind": "api_key" } })).await.json();
    assert_eq!(again["changed"], 0);
    bulk(json!({ "action": "revoke" })).await.assert_problem(422, "ambiguous_target");
}

#[tokio::test]
async fn a_value_is_found_in_its_own_organization_only_and_finding_is_not_using() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let (secret, id) = server.api_key(&acme, "acme", &[]).await;
    let found = server.post("/v1/orgs/acme/credentials/find", &acme, &json!({ "token": secret })).await;
    assert_eq!((found.text("/id"), found.json()["last_used_at"].clone()), (id, Value::Null));
    for (org, token, value) in [("globex", &globex, secret.as_str()), ("acme", &acme, "nonsense")] {
        let path = format!("/v1/orgs/{org}/credentials/find");
        server.post(&path, token, &json!({ "token": value })).await.assert_problem(404, "not_found");
    }
    for nothing in [json!({}), json!({ "token": "" }), json!({ "token": " " })] {
        let reply = server.post("/v1/orgs/acme/credentials/find", &acme, &nothing).await;
        assert_eq!(reply.field_codes(), [("/token".to_owned(), "required".to_owned())]);
    }
}

#[tokio::test]
async fn handing_over_needs_a_person_and_every_credential_is_told_to_sign_in() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (_, id) = server.issue(&owner, &[]).await;
    let account = server.post("/v1/orgs/acme/service-accounts", &owner, &json!({ "name": "ci" })).await.text("/id");
    let scopes = ["service_accounts:write", "pats:write", "credentials:read"];
    let (key, _) = server.api_key(&owner, "acme", &scopes).await;
    let bulk = async |token: &str, body: Value| server.post("/v1/orgs/acme/credentials/bulk", token, &body).await;
    for credential in [&owner, &key] {
        for dry_run in [true, false] {
            let body = json!({ "action": "transfer", "to": account, "ids": [id], "dry_run": dry_run });
            let refused = bulk(credential, body).await;
            refused.assert_problem(403, "user_context_required");
            assert!(refused.text("/detail").contains("Sign in"), "{}", refused.body);
        }
    }
    assert_eq!(server.get(&format!("/v1/me/tokens/{id}"), &owner).await.text("/owner/type"), "user");
    for (body, code) in [
        (json!({ "action": "transfer", "ids": [id] }), "required"),
        (json!({ "action": "revoke", "to": account, "ids": [id] }), "not_allowed"),
    ] {
        let refused = bulk(&owner, body).await;
        refused.assert_problem(422, code);
        assert_eq!(refused.field_codes(), [("/to".to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn a_filter_that_is_misspelled_null_or_empty_lets_nothing_through() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (key, _) = server.api_key(&owner, "acme", &[]).await;
    for filter in [
        json!({ "knd": "api_key" }),
        json!({ "environment": "test", "kind": "api_key" }),
        json!({ "kind": null }),
        json!({ "live": null }),
        json!({ "limit": 1 }),
        json!({ "cursor": "x" }),
        json!({ "kind": "api_keys" }),
        json!({}),
        json!({ "owner": "" }),
        json!({ "owner": "", "kind": "api_key" }),
        json!({ "q": "" }),
        json!({ "live": false }),
    ] {
        let body = json!({ "action": "revoke", "filter": filter });
        let reply = server.post("/v1/orgs/acme/credentials/bulk", &owner, &body).await;
        assert_eq!(reply.status, 422, "{filter} {}", reply.body);
    }
    assert_eq!(server.get("/v1/me", &key).await.status, 200);
}
