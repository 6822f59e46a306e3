//! Bodies are objects, `null` is never ignored, and an error never contains words of the parser.
//!
//! The operations come from the OpenAPI document, so the tests cover every body.

use crate::support::{Reply, TestServer};
use domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// An operation with a JSON body.
struct Operation {
    method: Method,
    path: String,
    /// The names of the members of its body.
    properties: Vec<String>,
}

async fn operations(server: &TestServer) -> Vec<Operation> {
    let document = Reply::of(server.request(Method::GET, "/v1/openapi.json").send().await.unwrap()).await.json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema =
                operation.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
            let Some(schema) = schema.and_then(|reference| document.pointer(reference.trim_start_matches('#'))) else {
                continue;
            };
            let properties = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
            let (method, properties) = (method.to_uppercase().parse().unwrap(), properties.collect());
            found.push(Operation { method, path: path.replace("{org}", "acme"), properties });
        }
    }
    assert!(found.len() > 25, "{}", found.len());
    found
}

/// Words of Rust and its libraries, with the text around them.
const WORDS: [&str; 16] = [
    "struct ", "enum ", "u8", "u16", "u32", "u64", "i64", "usize", "f64", "expected", "sequence", "elements",
    "variant", "serde", "Option", "`",
];

#[track_caller]
fn assert_no_word_of_the_parser(reply: &Reply, what: &str) {
    assert!(!reply.status.is_server_error(), "{what} {}", reply.body);
    if reply.status.is_success() || reply.status == 404 {
        return;
    }
    let problem = reply.json();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    for said in errors.iter().map(|error| &error["detail"]).chain([&problem["detail"]]) {
        let said = said.as_str().unwrap();
        assert!(!WORDS.iter().any(|word| said.contains(word)), "{what} {said}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused_in_words_about_json() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    for Operation { method, path, properties } in operations(&server).await {
        let path = path.replace("{id}", "x");
        for body in [json!([]), json!(["x", null, ["credentials:read"], "live"]), json!("x"), json!(7), json!(null)] {
            let reply = server.send(method.clone(), &path, &owner, &body).await;
            let what = format!("{method} {path} {body}");
            assert_eq!(reply.status, 422, "{what} {}", reply.body);
            assert_no_word_of_the_parser(&reply, &what);
        }
        for property in properties {
            for value in [
                json!([]),
                json!({}),
                json!("\u{7}"),
                json!(-1),
                json!(1.5),
                json!(true),
                json!([[7]]),
                json!(["x", 60]),
            ] {
                let body = json!({ &property: value });
                let reply = server.send(method.clone(), &path, &owner, &body).await;
                assert_no_word_of_the_parser(&reply, &format!("{method} {path} {body}"));
            }
        }
    }
}

/// A body that changes every member of a resource.
fn full(path: &str) -> Value {
    let credential = json!({ "name": "renamed", "description": "why", "scopes": ["credentials:read"],
        "resources": ["api:x"], "ip_allowlist": ["192.0.2.0/24"], "rate_limit": { "limit": 7, "window_seconds": 90 },
        "quota": { "limit": 100, "period": "day" }, "metadata": { "team": "blue" } });
    match path {
        "/v1/me/tokens/{id}" | "/v1/orgs/acme/api-keys/{id}" | "/v1/orgs/acme/clients/{id}" => credential,
        "/v1/orgs/acme/roles/{id}" => {
            json!({ "name": "renamed", "description": "why", "scopes": ["audit:read"], "reach": "everyone" })
        }
        "/v1/orgs/acme/members/{id}" => json!({ "role": "viewer" }),
        "/v1/orgs/acme/apis/{id}" => json!({ "name": "renamed", "signing_alg": "EdDSA", "access_token_seconds": 60 }),
        "/v1/orgs/acme/settings" => json!({ "grace_period_days": 3 }),
        "/v1/orgs/acme/offboarding/{id}" => json!({ "grace_days": 3 }),
        other => panic!("say here what can be changed at {other}"),
    }
}

/// Creates an object of the kind in the path and returns its path.
async fn made(server: &TestServer, owner: &str, path: &str) -> String {
    let (base, body) = match path {
        "/v1/me/tokens/{id}" => ("/v1/me/tokens", json!({ "name": "CI", "scopes": [] })),
        "/v1/orgs/acme/api-keys/{id}" => ("/v1/orgs/acme/api-keys", json!({ "name": "CI", "scopes": [] })),
        "/v1/orgs/acme/clients/{id}" => ("/v1/orgs/acme/clients", json!({ "name": "CI", "scopes": [] })),
        "/v1/orgs/acme/roles/{id}" => {
            ("/v1/orgs/acme/roles", json!({ "name": "CI", "scopes": ["audit:read"], "reach": "own" }))
        }
        "/v1/orgs/acme/apis/{id}" => ("/v1/orgs/acme/apis", json!({ "name": "CI", "audience": "urn:ci" })),
        "/v1/orgs/acme/members/{id}" | "/v1/orgs/acme/offboarding/{id}" => {
            let email = if path.contains("members") { "one@x.test" } else { "two@x.test" };
            server.member(owner, email, Role::Member).await;
            let id = server.get(&format!("/v1/orgs/acme/members?q={email}"), owner).await.text("/data/0/id");
            if path.contains("offboarding") {
                let gone = server.send(Method::DELETE, &format!("/v1/orgs/acme/members/{id}"), owner, &json!({})).await;
                assert_eq!(gone.status, 204, "{}", gone.body);
            }
            return id;
        }
        _ => return String::new(),
    };
    let reply = server.post(base, owner, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.text("/id")
}

#[tokio::test]
async fn null_in_a_change_takes_away_or_is_refused() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let mut seen = 0;
    for Operation { method, path, properties } in operations(&server).await {
        if method != Method::PATCH {
            continue;
        }
        let full = full(&path);
        let at = path.replace("{id}", &made(&server, &owner, &path).await);
        for property in properties {
            seen += 1;
            let what = format!("{at} {property}");
            // Without resources, because an API would have to define them. Removing them works anyway.
            let mut wanted = full.clone();
            wanted.as_object_mut().unwrap().remove("resources");
            let set = server.send(Method::PATCH, &at, &owner, &wanted).await;
            assert_eq!(set.status, 200, "{what} {}", set.body);
            let reply = server.send(Method::PATCH, &at, &owner, &json!({ &property: null })).await;
            if reply.status == 422 {
                assert_eq!(reply.field_codes(), [(format!("/{property}"), "invalid_type".to_owned())], "{what}");
                continue;
            }
            assert_eq!(reply.status, 200, "{what} {}", reply.body);
            let left = &reply.json()[&property];
            let is_nothing = left.is_null() || [json!(""), json!([]), json!({})].contains(left);
            assert!(is_nothing, "{what} is {left}");
        }
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test]
async fn null_in_a_whole_policy_is_as_if_it_were_absent_or_is_refused() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let put = async |body: &Value| server.send(Method::PUT, "/v1/orgs/acme/policies", &owner, body).await;
    let bare = put(&json!({ "kind": "client" })).await;
    assert_eq!(bare.status, 200, "{}", bare.body);
    for Operation { method, path, properties } in operations(&server).await {
        if method != Method::PUT {
            continue;
        }
        assert_eq!(path, "/v1/orgs/acme/policies");
        for property in properties {
            let strict = json!({ "kind": "client", "creators": ["owner"], "must_expire": true, "needs_approval": true,
                "max_lifetime_seconds": 3600, "networks": ["192.0.2.0/24"], "max_idle_days": 9 });
            assert_eq!(put(&strict).await.status, 200);
            let mut body = json!({ "kind": "client" });
            body[&property] = Value::Null;
            let reply = put(&body).await;
            match reply.status.as_u16() {
                200 => assert_eq!(reply.json()["rules"], bare.json()["rules"], "{property}"),
                _ => assert_eq!(reply.status, 422, "{property} {}", reply.body),
            }
        }
    }
}
