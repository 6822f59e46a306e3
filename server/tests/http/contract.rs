//! Compares every reply of every HTTP test with the OpenAPI document.
//!
//! A layer around the routes checks status, content type and schema. A reply that differs ends the test.

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
