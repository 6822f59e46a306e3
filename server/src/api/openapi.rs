//! The OpenAPI 3.1 document of this API.
//!
//! Owns: how a row of the table of routes is written as an operation. Parameters, bodies and replies come from the types
//! of the handlers ([`super::describe`]), so there is no second list. In the HTTP tests every reply is validated against
//! this document.

use super::{
    code::codes_of,
    describe::{Described, Schemas},
    examples,
    problem::ProblemBody,
};
use crate::routes::{Endpoint, Gate, endpoints};
use axum::{
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use domain::{access::Action, operation::UserContext, scope::catalog::MANAGEMENT};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| write().to_string());

/// `GET /v1/openapi.json`
pub(crate) async fn document() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, DOCUMENT.as_str()).into_response()
}

/// The document, as it is served.
pub fn text() -> &'static str {
    &DOCUMENT
}

/// The statuses of refusals, each with its meaning.
const REFUSALS: [(u16, &str); 14] = [
    (400, "The request cannot be read."),
    (401, "No valid credential was presented."),
    (403, "The credential may not do this."),
    (404, "There is nothing here, or nothing that the caller may see."),
    (408, "The body did not arrive in time."),
    (409, "The state of the object does not allow this."),
    (412, "The object has changed since the caller read it."),
    (413, "The body is too large."),
    (415, "The body has another type or coding than the route takes."),
    (422, "Values of the request are not valid; `errors` names each."),
    (429, "There were too many requests. `Retry-After` says when to try again."),
    (500, "Something failed on our side."),
    (501, "The body has a transfer coding that the server does not know."),
    (503, "The server cannot answer now. `Retry-After` says when to try again."),
];

fn write() -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for endpoint in endpoints() {
        let item = paths.entry(endpoint.route.path.replace("{*", "{")).or_insert_with(|| json!({}));
        item[endpoint.route.method.as_str().to_ascii_lowercase()] = operation(&endpoint, &mut schemas);
    }
    let refusals: Map<_, _> = REFUSALS
        .into_iter()
        .map(|(status, meaning)| {
            let mut refusal = json!({ "description": meaning,
                "content": { "application/problem+json": { "schema": problem(&mut schemas, status) } } });
            if matches!(status, 429 | 503) {
                refusal["headers"] =
                    json!({ "Retry-After": { "description": "Seconds.", "schema": { "type": "integer" } } });
            }
            (name_of(status), refusal)
        })
        .collect();
    let scopes: Map<_, _> = MANAGEMENT.iter().map(|scope| (scope.name.to_owned(), json!(scope.description))).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Mintmark",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Create, scope, verify, roll and revoke credentials.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.into_components(),
            "responses": refusals,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "A credential as Authorization: Bearer." },
                "basic": { "type": "http", "scheme": "basic", "description": "A credential as the password, with any user name." },
                "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
            },
        },
        "x-scopes": scopes,
    });
    examples::add_to(&mut document);
    document
}

/// The schema of a problem with this status, which names the codes that can come with it.
pub(crate) fn problem(schemas: &mut Schemas, status: u16) -> Value {
    let mut problem = schemas.of_reply::<ProblemBody<'static>>().to_value();
    problem["properties"]["code"] = json!({ "type": "string", "enum": codes_of(status) });
    problem
}

/// Adds codes that only this reply can have.
pub(crate) fn add_codes(problem: &mut Value, codes: impl Iterator<Item = &'static str>) {
    if let Some(known) = problem["properties"]["code"]["enum"].as_array_mut() {
        let mut new: Vec<_> = codes.map(Value::from).filter(|code| !known.contains(code)).collect();
        known.append(&mut new);
    }
}

fn name_of(status: u16) -> String {
    format!("Problem{status}")
}

fn operation(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let mut described = Described::default();
    (endpoint.describe)(&mut described, schemas);
    let route = &endpoint.route;
    let path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<_> = path
        .map(|name| {
            json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true,
                "schema": { "type": "string", "minLength": 1 } })
        })
        .collect();
    parameters.append(&mut described.parameters);
    let mut responses = described.replies;
    if route.method != Method::GET && !matches!(route.gate, Gate::Client) {
        described.refusals.extend([409, 413, 415]);
    }
    // The layer around all routes refuses what is not HTTP as it should be, whatever form other refusals of a route have.
    described.refusals.extend([400, 501]);
    if let Some(reply) = responses.get_mut(&400) {
        reply["content"]["application/problem+json"] = json!({ "schema": problem(schemas, 400) });
    }
    for status in described.refusals {
        responses
            .entry(status)
            .or_insert_with(|| json!({ "$ref": format!("#/components/responses/{}", name_of(status)) }));
    }
    let responses: Map<_, _> = responses.into_iter().map(|(status, reply)| (status.to_string(), reply)).collect();
    let mut operation = json!({
        "operationId": endpoint.id,
        "tags": [endpoint.id.split('.').next().unwrap_or_default()],
        "summary": endpoint.summary,
        "description": description(endpoint),
        "parameters": parameters,
        "security": security(route.gate),
        "responses": responses,
    });
    if let Some(body) = described.body {
        operation["requestBody"] = body;
    }
    if let Some(action) = endpoint.action {
        operation["x-mintmark-user-context"] = json!(action.user_context());
        operation["x-required-scopes"] = json!(action.scope().into_iter().collect::<Vec<_>>());
    }
    operation
}

fn security(gate: Gate) -> Value {
    match gate {
        Gate::Public => json!([]),
        Gate::Client => json!([{ "basic": [] }, { "bearer": [] }, {}]),
        Gate::Credential | Gate::Verifier | Gate::Presented => {
            json!([{ "bearer": [] }, { "api_key": [] }, { "basic": [] }])
        }
    }
}

fn description(endpoint: &Endpoint) -> String {
    let needs = endpoint.action.map(needs).unwrap_or_default();
    [endpoint.description, &needs].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn needs(action: Action) -> String {
    let scope = action.scope().map_or("Needs no scope.".to_owned(), |scope| format!("Needs the scope `{scope}`."));
    match action.user_context() {
        UserContext::Required => format!("{scope} Acts for a person, so API keys and clients are refused."),
        UserContext::Optional | UserContext::Forbidden => scope,
    }
}
