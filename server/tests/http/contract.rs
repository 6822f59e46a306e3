//! Compares every reply of every HTTP test with the OpenAPI document.
//!
//! A layer around the routes checks status, content type and schema. A reply that differs ends the test.
//! The tests below check the document itself.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{MatchedPath, Request},
    middleware::{Next, from_fn},
    response::Response,
};
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(server::openapi()).unwrap());

pub(crate) fn held_to_the_document(routes: Router) -> Router {
    routes.layer(from_fn(check))
}

#[expect(clippy::print_stderr, reason = "the process ends before a test could report it")]
async fn check(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let Some(path) = path else { return response };
    let (parts, body) = response.into_parts();
    let of_type = |kind: &str| {
        parts.headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(kind.as_bytes()))
    };
    if !of_type("application/json") && !of_type("application/problem+json") {
        return Response::from_parts(parts, body);
    }
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let content_type = parts.headers["content-type"].to_str().unwrap();
    if let Err(why) = matches_the_document(&method, &path, parts.status.as_u16(), content_type, &bytes) {
        eprintln!(
            "{method} {path} answered {} unlike the document: {why}\n{}",
            parts.status,
            String::from_utf8_lossy(&bytes)
        );
        // A panic could go unnoticed, because the client may not read this reply.
        std::process::abort();
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Compares a reply with the document. A method and path outside the document always match.
fn matches_the_document(
    method: &Method,
    path: &str,
    status: u16,
    content_type: &str,
    body: &[u8],
) -> Result<(), String> {
    let method = if path.starts_with("/v1/forward-auth") { "get".to_owned() } else { method.as_str().to_lowercase() };
    let path = path.replace("{*", "{");
    let path = path.strip_suffix('/').unwrap_or(&path);
    let operation = &DOCUMENT["paths"][path][&method];
    if operation.is_null() {
        return Ok(());
    }
    let reply = &operation["responses"][status.to_string()];
    let reply = match reply["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap(),
        None => reply,
    };
    if reply.is_null() {
        return Err("the document does not have this status".to_owned());
    }
    let essence = content_type.split(';').next().unwrap_or_default();
    let schema = &reply["content"][essence]["schema"];
    if schema.is_null() {
        return Err(format!("the document does not have the type {essence}"));
    }
    let body = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let errors: Vec<_> = validator(&format!("{method} {path} {status} {essence}"), schema)
        .iter_errors(&body)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

fn validator(name: &str, schema: &Value) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap();
    let make = || {
        let whole = json!({ "allOf": [schema], "components": { "schemas": DOCUMENT["components"]["schemas"] } });
        Arc::new(jsonschema::draft202012::new(&whole).unwrap())
    };
    known.entry(name.to_owned()).or_insert_with(make).clone()
}

/// Every operation of the document, with its id.
fn operations() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    operations.map(|operation| (operation["operationId"].as_str().unwrap(), operation))
}

fn resolved(object: &'static Value) -> &'static Value {
    match object["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap(),
        None => object,
    }
}

#[test]
fn every_body_has_an_example_that_its_schema_allows() {
    let mut seen = 0;
    for (id, operation) in operations() {
        let replies = operation["responses"].as_object().unwrap().values();
        for body in replies.chain(operation.get("requestBody")).map(resolved) {
            for (content_type, media) in body["content"].as_object().into_iter().flatten() {
                let place = format!("{id} {content_type}");
                let examples = media["examples"].as_object().unwrap_or_else(|| panic!("{place}: no example"));
                for example in examples.values() {
                    let (value, schema) = (&resolved(example)["value"], &media["schema"]);
                    let errors: Vec<_> = validator(&schema.to_string(), schema)
                        .iter_errors(value)
                        .map(|error| format!("{error} at {}", error.instance_path()))
                        .collect();
                    assert!(errors.is_empty(), "{place}: {}\n{value}", errors.join("; "));
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 200, "only {seen} examples were checked");
}

#[test]
fn an_example_holds_no_secret() {
    let text = DOCUMENT["components"]["examples"].to_string();
    for start in ["mint_", "eyJ"] {
        let mut found = text.split(start).skip(1).map(|rest| rest.split(['"', '\\']).next().unwrap());
        assert!(found.all(|rest| (rest.contains('…') || rest.contains("...")) && rest.len() < 20), "{start}");
    }
}

#[test]
fn no_parameter_may_be_null() {
    for (id, operation) in operations() {
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(!parameter["schema"].to_string().contains("null"), "{id}: {parameter}");
        }
        let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
        assert!(!resolved(form)["properties"].to_string().contains("\"null\""), "{id}: {form}");
    }
}

#[test]
fn a_filter_names_its_words() {
    let words = |id: &str, name: &str| {
        let (_, operation) = operations().find(|(known, _)| *known == id).unwrap();
        let parameters = operation["parameters"].as_array().unwrap();
        let schema = resolved(&parameters.iter().find(|parameter| parameter["name"] == name).unwrap()["schema"]);
        let listed = schema["enum"].as_array().into_iter().flatten();
        let described = schema["oneOf"].as_array().into_iter().flatten().map(|option| &option["const"]);
        listed.chain(described).map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    for (id, name) in [("credentials.list", "kind"), ("operations.list", "principal")] {
        assert_eq!(words(id, name), "pat api_key client", "{id}");
    }
    let statuses = "active expires_soon blocked_by_policy pending_approval disabled expired revoked";
    assert_eq!(words("credentials.list", "status"), statuses);
    assert_eq!(words("credentials.list", "env"), "live test");
    assert_eq!(words("token_requests.list", "state"), "waiting decided withdrawn");
    assert_eq!(words("audit.list", "format"), "json ndjson csv");
    assert_eq!(words("forward_auth", "require"), "user application");
}

#[test]
fn the_document_names_every_conditional_reply() {
    let conditional = |(_, operation): &(&str, &Value)| !operation["responses"]["304"].is_null();
    let mut ids: Vec<_> = operations().filter(conditional).map(|(id, _)| id).collect();
    ids.sort_unstable();
    let expected = [
        "oauth.authorization_server",
        "oauth.jwks",
        "oauth.openid_configuration",
        "oauth.protected_resource",
        "oauth.protected_resource.v1",
    ];
    assert_eq!(ids, expected);
}

#[test]
fn a_limit_has_its_range() {
    let schemas = &DOCUMENT["components"]["schemas"];
    let range = |of: &Value| (of["minimum"].as_u64(), of["maximum"].as_u64());
    assert_eq!(range(&schemas["Quota"]["properties"]["limit"]), (Some(1), Some(1_000_000_000_000)));
    assert_eq!(range(&schemas["RateLimit"]["properties"]["limit"]), (Some(1), Some(1_000_000)));
    assert_eq!(range(&schemas["RateLimit"]["properties"]["window_seconds"]), (Some(1), Some(86_400)));
}
