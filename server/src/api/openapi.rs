//! The OpenAPI document of this API, made from the table of routes and the operation catalogue.
//!
//! Owns: how they are written as OpenAPI 3.1. A route without an entry in the catalogue, or the other way round, fails a
//! test, so the document cannot fall behind the code.

mod oauth;
mod schemas;
mod verify;

use self::schemas::schemas;
use crate::routes::{Gate, Route, table};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::Action,
    operation::{MANAGEMENT_OPERATIONS, ManagementOperation, UserContext},
    scope::catalogue::MANAGEMENT,
};
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
pub(crate) fn text() -> &'static str {
    &DOCUMENT
}

fn write() -> Value {
    let mut paths = Map::new();
    for route in table() {
        let item = paths.entry(route.path.replace("{*", "{")).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(route.method.as_str().to_ascii_lowercase(), operation(&route));
        }
    }
    let scopes: Map<_, _> = MANAGEMENT.iter().map(|scope| (scope.name.to_owned(), json!(scope.description))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Mintmark",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Issue, see, roll and revoke credentials.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": { "Problem": {
                "description": "What went wrong, and what to do (RFC 9457).",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "A credential as Authorization: Bearer." },
                "basic": { "type": "http", "scheme": "basic", "description": "A credential as the password, with any user name." },
                "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
            },
        },
        "x-scopes": scopes,
    })
}

fn record(route: &Route) -> Option<&'static ManagementOperation> {
    MANAGEMENT_OPERATIONS.iter().find(|record| record.path == route.path && record.method == route.method.as_str())
}

fn operation(route: &Route) -> Value {
    if route.gate == Gate::Client {
        return oauth::operation(route);
    }
    let parameters: Vec<_> =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    let mut parameters: Vec<_> = parameters
        .into_iter()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if route.gate == Gate::Presented {
        return verify::forward_auth(parameters);
    }
    let Some(record) = record(route) else {
        let id = route.path.trim_start_matches('/').replace(['/', '.'], "_");
        return json!({ "operationId": id, "security": [], "parameters": parameters,
            "responses": { "200": { "description": "It answers." }, "default": { "$ref": "#/components/responses/Problem" } } });
    };
    if route.is_repeatable {
        let description = "Makes a repetition harmless for 24 hours: it is answered as the first request was.";
        parameters
            .push(json!({ "name": "Idempotency-Key", "in": "header", "required": false, "description": description,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 } }));
    }
    let mut operation = json!({
        "operationId": record.id,
        "tags": [record.id.split('.').next().unwrap_or_default()],
        "parameters": parameters,
        "security": security(route.gate),
        "responses": responses(record),
        "x-mintmark-user-context": record.action.user_context(),
        "x-required-scopes": record.action.scope().into_iter().collect::<Vec<_>>(),
        "description": description(record.action),
    });
    if let (Some(operation), Some(schema)) = (operation.as_object_mut(), body(record.id)) {
        let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
        operation
            .insert("requestBody".to_owned(), json!({ "content": { "application/json": { "schema": reference } } }));
    }
    operation
}

fn security(gate: Gate) -> Value {
    match gate {
        Gate::Public | Gate::Client => json!([]),
        Gate::Credential | Gate::Verifier | Gate::Presented => {
            json!([{ "bearer": [] }, { "api_key": [] }, { "basic": [] }])
        }
    }
}

fn description(action: Action) -> String {
    let scope = action.scope().map_or("Needs no scope.".to_owned(), |scope| format!("Needs the scope {scope}."));
    match action.user_context() {
        UserContext::Required => format!("{scope} Acts for a person: an API key is refused."),
        UserContext::Optional | UserContext::Forbidden => scope,
    }
}

/// The schema of the body that the operation takes.
fn body(id: &str) -> Option<&'static str> {
    Some(match id {
        "me.tokens.issue" | "service_accounts.tokens.issue" => "IssueToken",
        "api_keys.issue" => "IssueApiKey",
        "clients.issue" => "IssueClient",
        "service_accounts.create" => "ServiceAccount",
        "members.change_role" => "Role",
        "roles.create" => "CustomRole",
        "roles.edit" => "EditRole",
        "succession.change" => "Grace",
        "settings.change" => "Settings",
        "invitations.create" => "Invite",
        "policies.change" | "policies.dry_run" => "Policy",
        "policies.exceptions.grant" => "PolicyException",
        "token_requests.approve" => "Approve",
        "token_requests.deny" => "Deny",
        "authorized_tokens.approve" => "ApproveAuthorization",
        "authorized_tokens.deny" => "Deny",
        "clients.keys.add" => "Jwk",
        "credentials.bulk" => "Bulk",
        "credentials.find" => "Find",
        "credentials.verify" => "Verify",
        "credentials.verify_batch" => "VerifyBatch",
        "apis.create" => "Api",
        "apis.edit" => "EditApi",
        "apis.scopes.add" => "ApiScope",
        "apis.operations.add" => "Operation",
        "apis.import" => "OpenApiDocument",
        "operations.advise" => "Advise",
        "permissions.preview" => "Preview",
        id if id.ends_with(".edit") => "EditCredential",
        id if id.ends_with(".roll") => "Roll",
        _ => return None,
    })
}

fn responses(record: &ManagementOperation) -> Value {
    let (status, schema) = match record.id {
        id if id.ends_with(".delete")
            || matches!(
                id,
                "members.remove" | "invitations.withdraw" | "policies.exceptions.end" | "authorized_tokens.end"
            ) =>
        {
            ("204", None)
        }
        "policies.exceptions.grant" => ("201", None),
        "credentials.list" => ("200", Some("CredentialList")),
        "policies.dry_run" => ("200", Some("PolicyDryRun")),
        "authorized_tokens.list" => ("200", Some("AuthorizedTokenList")),
        "authorized_tokens.approve" | "authorized_tokens.deny" => ("200", Some("AuthorizedToken")),
        "credentials.verify" => ("200", Some("Verdict")),
        "credentials.verify_batch" => ("200", Some("Verdicts")),
        "credentials.usage" => ("200", Some("Usage")),
        id if id.ends_with("tokens.list") || id == "api_keys.list" || id == "clients.list" => {
            ("200", Some("CredentialList"))
        }
        id if id.ends_with(".issue") => ("201", Some("IssuedCredential")),
        id if id.ends_with(".create") || id == "apis.scopes.add" || id == "apis.operations.add" => ("201", None),
        id if id.ends_with("credential.roll") || id.ends_with(".roll") => ("200", Some("IssuedCredential")),
        id if ["me.tokens.", "api_keys.", "clients."].iter().any(|prefix| id.starts_with(prefix))
            && !id.contains("keys.list") =>
        {
            ("200", Some("Credential"))
        }
        "credentials.find" | "me.credential.revoke" => ("200", Some("Credential")),
        _ => ("200", None),
    };
    let success = match schema {
        Some(schema) => {
            let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
            json!({ "description": "Done.", "content": { "application/json": { "schema": reference } } })
        }
        None => json!({ "description": "Done." }),
    };
    json!({ status: success, "default": { "$ref": "#/components/responses/Problem" } })
}
