//! The operation catalog.

use super::{AUDIENCE, ORG, credentials::with};
use serde_json::{Value, json};

const API: &str = "api_01m76mnj9eescbwyqppc6b3rmw";

pub(super) fn example(name: &str) -> Option<Value> {
    Some(match name {
        "CreateApi" => json!({
            "name": "Contacts", "audience": AUDIENCE, "signing_alg": "ES256", "access_token_seconds": 3600,
            "scopes": [scope()], "operations": [operation()],
        }),
        "EditApi" => json!({ "name": "Contacts", "access_token_seconds": 1800 }),
        "CreateApiScope" => scope(),
        "CreateOperation" => operation(),
        "OpenApiDocument" => json!({
            "openapi": "3.1.0", "info": { "title": "Contacts", "version": "1.0.0" },
            "paths": { "/contacts": { "get": {
                "operationId": "contacts.list", "security": [{ "oauth": ["contacts:read"] }],
                "responses": { "200": { "description": "Contacts." } },
            } } },
            "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
                "tokenUrl": "/oauth/token", "scopes": { "contacts:read": "List and show contacts." },
            } } } } },
        }),
        "Api" => json!({
            "id": API, "object": "api", "org_id": ORG, "name": "Contacts", "audience": AUDIENCE, "owns_audience": true,
            "signing_alg": "ES256", "access_token_seconds": 3600,
            "scopes": [scope()], "operations": [operation()], "created_at": "2026-11-11T09:00:00.000Z",
        }),
        "OperationList" => {
            let api = json!({ "id": API, "name": "Contacts", "audience": AUDIENCE });
            json!({ "data": [with(operation(), json!({ "api": api }))] })
        }
        "Advise" => json!({ "operations": ["contacts.list"], "service": true }),
        "Advice" => advice(),
        _ => return None,
    })
}

fn scope() -> Value {
    json!({ "name": "contacts:read", "title": "Read contacts", "description": "List and show contacts." })
}

fn operation() -> Value {
    json!({
        "id": "contacts.list", "method": "GET", "path": "/contacts", "scopes": { "any": ["contacts:read"] },
        "user_context": "optional",
    })
}

fn advice() -> Value {
    let kind = |kind: &str, because: &str| json!({ "kind": kind, "fits": true, "because": because });
    json!({
        "recommended": "client",
        "because": "None of these operations needs a person, and a service gets short-lived access tokens.",
        "scopes": ["contacts:read"],
        "kinds": [
            kind("pat", "Represents you: its rights are its scopes and never more than you may do."),
            kind("api_key", "Represents the organization's application: unaffected when people leave."),
            kind("client", "Represents a service: exchanges its secret or key for access tokens that live minutes."),
        ],
    })
}
