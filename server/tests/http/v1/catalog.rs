//! APIs, operations, recommendations and previews.

use crate::support::TestServer;
use reqwest::Method;
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
async fn an_api_brings_scopes_that_credentials_can_hold_in_its_organization_only() {
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
    for ours in ["audit:read", "Audit:Read", "ALL", "platform:orgs", "Platform:anything"] {
        let added = server.post(&format!("{path}/scopes"), &acme, &json!({ "name": ours })).await;
        added.assert_problem(422, "scope_reserved");
    }
    let operation =
        json!({ "id": "contacts.delete", "method": "DELETE", "path": "/contacts/{id}", "scopes": { "all": ["nope"] } });
    server.post(&format!("{path}/operations"), &acme, &operation).await.assert_problem(422, "unknown_scope");
    let foreign = format!("/v1/orgs/globex/apis/{}", made.text("/id"));
    server.get(&foreign, &globex).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn an_audience_has_one_owner_and_nobody_learns_who() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let define = async |org: &str, token: &str, audience: &str| {
        let body = json!({ "name": "Contacts", "audience": audience });
        server.post(&format!("/v1/orgs/{org}/apis"), token, &body).await
    };
    assert_eq!(define("acme", &acme, "https://Api.acme.test/v1").await.json()["owns_audience"], true);
    let mut refusals = Vec::new();
    for taken in [
        "https://Api.acme.test/v1",
        "HTTPS://api.ACME.test:443/v1/",
        &server.base,
        &format!("{}/", server.base),
        &format!("{}/v1", server.base.to_uppercase().replace("HTTP", "http")),
        &format!("{}/oauth/token", server.base),
    ] {
        for (org, token) in [("acme", &acme), ("globex", &globex)] {
            let refused = define(org, token, taken).await;
            refused.assert_problem(422, "audience_taken");
            let mut problem = refused.json();
            problem.as_object_mut().unwrap().remove("request_id");
            refusals.push(problem);
        }
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    for free in ["http://api.acme.test/v1", "https://api.acme.test/V1", "https://api.acme.test:8443/v1"] {
        assert_eq!(define("globex", &globex, free).await.status, 201, "{free}");
    }
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
    let unknown = json!({ "kind": "api_key", "scopes": ["contacts:raed"] });
    let refused = server.post("/v1/orgs/acme/permissions/preview", &acme, &unknown).await;
    refused.assert_problem(422, "unknown_scope");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/scopes/0", "{}", refused.body);
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
        "security": [{ "oauth": ["things:read"] }] } } } });
    let mut circle = document.clone();
    circle["paths"]["/things"]["$ref"] = json!("#/paths/~1things");
    server.post(&path, &acme, &circle).await.assert_problem(422, "unsupported_reference");
    let imported = server.post(&path, &acme, &document).await;
    assert_eq!(imported.status, 200, "{}", imported.body);
    assert_eq!(imported.json()["scopes"][0]["name"], "things:read");
    assert_eq!(server.post(&path, &acme, &document).await.json()["operations"].as_array().map(Vec::len), Some(1));
    server.post(&path, &acme, &json!({ "swagger": "2.0" })).await.assert_problem(422, "invalid_openapi");
    let huge = json!({ "openapi": "3.1.0", "paths": {}, "x": "a".repeat(5 << 20) });
    server.post(&path, &acme, &huge).await.assert_problem(413, "body_too_large");
}

#[tokio::test]
async fn a_member_that_is_there_twice_is_refused_at_its_place() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let api = server.post("/v1/orgs/acme/apis", &acme, &json!({ "name": "Empty", "audience": "urn:acme:empty" })).await;
    let import = format!("/v1/orgs/acme/apis/{}/import", api.text("/id"));
    let send = async |path: &str, body: &str| {
        let request = server.request(Method::POST, path).bearer_auth(&acme).header("content-type", "application/json");
        crate::support::Reply::of(request.body(body.to_owned()).send().await.unwrap()).await
    };
    for (path, body, pointer) in [
        (&*import, r#"{"openapi":"3.1.0","paths":{"/a":{"get":{}},"/a":{"put":{}}}}"#, "/paths/~1a"),
        (&*import, r#"{"openapi":"3.1.0","paths":{"/a":{"get":{},"get":{}}}}"#, "/paths/~1a/get"),
        ("/v1/orgs/acme/api-keys", r#"{"name":"x","scopes":[],"metadata":{"a":"1","b":"2","a":"3"}}"#, "/metadata/a"),
        ("/v1/orgs/acme/clients", r#"{"name":"x","scopes":[],"metadata":{"a":"1","a":"1"}}"#, "/metadata/a"),
    ] {
        let refused = send(path, body).await;
        refused.assert_problem(422, "duplicate_field");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let body = json!({ "name": "x", "scopes": [], "metadata": { "a": "1" } });
    let made = server.post("/v1/orgs/acme/api-keys", &acme, &body).await;
    let key = format!("/v1/orgs/acme/api-keys/{}", made.text("/id"));
    let edit = server.request(Method::PATCH, &key).bearer_auth(&acme).header("content-type", "application/json");
    let edited = edit.body(r#"{"metadata":{"a":"2","a":"3"}}"#).send().await.unwrap();
    crate::support::Reply::of(edited).await.assert_problem(422, "duplicate_field");
    assert_eq!(server.get(&key, &acme).await.json()["metadata"], json!({ "a": "1" }));
    let taken_away = server.send(Method::PATCH, &key, &acme, &json!({ "metadata": null })).await;
    assert_eq!(taken_away.json()["metadata"], json!({}));
}

#[tokio::test]
async fn a_second_import_brings_the_new_text_of_a_scope() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let made =
        server.post("/v1/orgs/acme/apis", &acme, &json!({ "name": "Things", "audience": "urn:acme:things" })).await;
    let path = format!("/v1/orgs/acme/apis/{}", made.text("/id"));
    let import = async |title: &str| {
        let document = json!({ "openapi": "3.1.0", "paths": { "/things": { "get": { "operationId": "things.list",
            "security": [{ "oauth": ["things:read"] }] } } }, "components": { "securitySchemes": { "oauth": {
            "flows": { "clientCredentials": { "scopes": { "things:read": title } } } } } } });
        let imported = server.post(&format!("{path}/import"), &acme, &document).await.json();
        assert_eq!(imported["scopes"].as_array().map(Vec::len), Some(1));
        assert_eq!(server.get(&path, &acme).await.json()["scopes"], imported["scopes"]);
        imported["scopes"][0]["title"].as_str().unwrap().to_owned()
    };
    assert_eq!(import("Read").await, "Read");
    assert_eq!(import("Read all things").await, "Read all things");
    assert_eq!(import("").await, "Read all things", "a document that says nothing changes nothing");
    let told = server.get("/v1/orgs/acme/audit-events?action=api.updated", &acme).await.json();
    let details: Vec<_> = told["data"].as_array().unwrap().iter().map(|event| event["detail"].clone()).collect();
    assert_eq!(details.len(), 2);
    assert_eq!(details[0]["reworded_scopes"], json!(["things:read"]));
}

#[tokio::test]
async fn operations_are_listed_whole_with_the_api_of_each() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let made = server.post("/v1/orgs/acme/apis", &acme, &contacts()).await;
    let listed = server.get("/v1/operations", &acme).await.json();
    assert_eq!(listed.as_object().map(serde_json::Map::len), Some(1), "no more than data");
    let data = listed["data"].as_array().unwrap();
    let own = json!({ "id": made.text("/id"), "name": "Contacts", "audience": "https://api.acme.test" });
    let of_contacts: Vec<_> = data.iter().filter(|operation| operation["api"] == own).collect();
    let ids: Vec<_> = of_contacts.iter().map(|operation| operation["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["contacts.create", "contacts.list", "contacts.sync"]);
    assert_eq!(of_contacts[0]["scopes"], json!({ "all": ["contacts:write"] }));
    assert_eq!(data[0]["api"]["name"], "Mintmark management API");
}

#[tokio::test]
async fn an_api_has_at_most_five_hundred_scopes_whichever_way_they_come() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let scopes: Vec<_> = (0..500).map(|number| json!({ "name": format!("s{number}") })).collect();
    let draft = json!({ "name": "Full", "audience": "urn:acme:full", "scopes": scopes });
    let made = server.post("/v1/orgs/acme/apis", &acme, &draft).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("/v1/orgs/acme/apis/{}", made.text("/id"));
    server.post(&format!("{path}/scopes"), &acme, &json!({ "name": "more" })).await.assert_problem(422, "too_many");
    let document = |scope: &str| json!({ "openapi": "3.1.0", "paths": { "/t": { "get": { "operationId": "t", "security": [{ "o": [scope] }] } } } });
    server.post(&format!("{path}/import"), &acme, &document("more")).await.assert_problem(422, "too_many");
    assert_eq!(server.post(&format!("{path}/import"), &acme, &document("s7")).await.status, 200);
    let request = server.request(Method::POST, &format!("{path}/import")).bearer_auth(&acme);
    let request = request.header("content-type", "application/json").body("{");
    crate::support::Reply::of(request.send().await.unwrap()).await.assert_problem(400, "malformed_json");
    let alternatives: Vec<_> = (0..100_000).map(|_| json!({ "o": ["s1"] })).collect();
    let flood = json!({ "openapi": "3.1.0", "paths": { "/f": { "get": { "security": alternatives } } } });
    let refused = server.post(&format!("{path}/import"), &acme, &flood).await;
    refused.assert_problem(422, "too_many");
}

#[tokio::test]
async fn scopes_and_operations_are_removed_by_their_names_whatever_stands_in_them() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let mut described = contacts();
    described["operations"][0]["id"] = json!("contacts/list");
    described["scopes"][2]["name"] = json!("a%2Fb/c?d#e&f=g+h");
    let made = server.post("/v1/orgs/acme/apis", &acme, &described).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let api = format!("/v1/orgs/acme/apis/{}", made.text("/id"));
    let delete = async |path: &str| server.send(Method::DELETE, &format!("{api}/{path}"), &acme, &json!({})).await;

    let in_use = delete("scopes/contacts%3Aread").await;
    in_use.assert_problem(409, "scope_in_use");
    assert!(in_use.text("/detail").contains("contacts/list"), "{}", in_use.body);
    assert_eq!(delete("operations/contacts%2Flist").await.status, 200);
    let left = delete("scopes/contacts%3Aread").await;
    assert_eq!(left.status, 200, "{}", left.body);
    assert_eq!(delete("scopes/a%252Fb%2Fc%3Fd%23e%26f%3Dg%2Bh").await.status, 200);
    let shown = server.get(&api, &acme).await.json();
    let names = |field: &str, name: &str| -> Vec<String> {
        shown[field].as_array().unwrap().iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("scopes", "name"), ["contacts:write"]);
    assert_eq!(names("operations", "id"), ["contacts.create", "contacts.sync"]);
    for gone in ["scopes/contacts%3Aread", "operations/contacts%2Flist", "scopes/%00", "scopes/%FF"] {
        delete(gone).await.assert_problem(404, "not_found");
    }
    let foreign = format!("/v1/orgs/globex/apis/{}/scopes/contacts%3Awrite", made.text("/id"));
    server.send(Method::DELETE, &foreign, &globex, &json!({})).await.assert_problem(404, "not_found");
    let told = server.get(&format!("/v1/orgs/acme/audit-events?target={}", made.text("/id")), &acme).await.json();
    let details: Vec<_> = told["data"].as_array().unwrap().iter().map(|event| event["detail"].clone()).collect();
    assert_eq!(details[1], json!({ "removed_scopes": ["contacts:read"] }));
    assert_eq!(details[2], json!({ "removed_operations": ["contacts/list"] }));
    assert_eq!(details.len(), 4);
}

#[tokio::test]
async fn name_signing_and_token_life_of_an_api_change_and_nothing_else_does() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let api = format!("/v1/orgs/acme/apis/{}", server.post("/v1/orgs/acme/apis", &acme, &contacts()).await.text("/id"));
    let before = server.get(&api, &acme).await.json();
    let patch = async |body: Value| server.send(Method::PATCH, &api, &acme, &body).await;
    let after = patch(json!({ "name": "People", "signing_alg": "EdDSA", "access_token_seconds": 60 })).await.json();
    let mut expected = before.clone();
    expected["name"] = json!("People");
    expected["signing_alg"] = json!("EdDSA");
    expected["access_token_seconds"] = json!(60);
    assert_eq!(after, expected);
    assert_eq!(server.get(&api, &acme).await.json(), expected);
    for body in [json!({}), json!({ "name": "People" })] {
        assert_eq!(patch(body).await.json(), expected);
    }
    patch(json!({ "access_token_seconds": 59 })).await.assert_problem(422, "out_of_range");
    patch(json!({ "name": "" })).await.assert_problem(422, "required");
    patch(json!({ "audience": "urn:other" })).await.assert_problem(422, "unknown_field");
    let told = server.get("/v1/orgs/acme/audit-events?action=api.updated", &acme).await.json();
    assert_eq!(told["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["data"][0]["detail"]["name"], json!({ "before": "Contacts", "after": "People" }));
}

#[tokio::test]
async fn mintmarks_own_api_cannot_be_changed() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let listed = server.get("/v1/orgs/acme/apis", &acme).await.json();
    let own = format!("/v1/orgs/acme/apis/{}", listed["data"][0]["id"].as_str().unwrap());
    server.send(Method::PATCH, &own, &acme, &json!({ "name": "x" })).await.assert_problem(404, "not_found");
    for path in ["scopes/audit%3Aread", "operations/me.show"] {
        server.send(Method::DELETE, &format!("{own}/{path}"), &acme, &json!({})).await.assert_problem(404, "not_found");
    }
}
