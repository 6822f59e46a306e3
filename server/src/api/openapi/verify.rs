//! Verification in the OpenAPI document.

use domain::verify::Verdict;
use serde_json::{Value, json};

fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn strings() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

/// The operation that proxies use.
pub(super) fn forward_auth(mut parameters: Vec<Value>) -> Value {
    let named = ["scope", "operation", "resource", "require", "api", "org", "env", "challenge", "raw"];
    parameters.iter_mut().for_each(|parameter| parameter["name"] = "path".into());
    let id = if parameters.is_empty() { "forward_auth" } else { "forward_auth.path" };
    let query = |name: &str| json!({ "name": name, "in": "query", "required": false, "schema": { "type": "string" } });
    parameters.extend(named.map(query));
    let refused = json!({ "$ref": "#/components/responses/Problem" });
    json!({ "operationId": id, "tags": ["credentials"], "parameters": parameters,
        "description": "For proxies: lets the request through that presents this credential, or not. Any method will do. Without org and api only credentials of the platform organization pass. \
            A proxy that appends a path names the organization before it: /v1/forward-auth/orgs/{org}/…",
        "security": [{ "bearer": [] }, { "api_key": [] }, { "basic": [] }],
        "responses": { "200": { "description": "Let it through. X-Auth-… headers say who it is." },
            "401": refused, "403": refused, "default": refused } })
}

/// The schemas that only verification uses.
pub(super) fn schemas() -> Value {
    let codes: Vec<_> = Verdict::ALL.into_iter().map(Verdict::as_str).collect();
    let outcome = json!({ "type": "object", "required": ["at", "outcome", "count"], "properties": {
        "at": { "type": "string", "format": "date-time" }, "outcome": { "enum": codes }, "count": { "type": "integer" } } });
    let refused = json!({ "type": "object", "properties": { "at": { "type": "string", "format": "date-time" },
        "outcome": { "enum": codes }, "ip": nullable("string") } });
    json!({
        "Verify": { "type": "object", "required": ["token"], "properties": { "token": { "type": "string" },
            "operation": nullable("string"), "scopes": { "type": ["array", "null"], "items": { "type": "string" } },
            "resource": nullable("string"), "ip": nullable("string"), "require": { "enum": ["user", "application", null] },
            "env": { "enum": ["live", "test", null] }, "audience": nullable("string"),
            "cost": { "type": ["integer", "null"], "minimum": 0, "maximum": 1_000_000 } } },
        "VerifyBatch": { "type": "object", "required": ["requests"], "properties": { "requests": { "type": "array",
            "minItems": 1, "maxItems": 100, "items": { "$ref": "#/components/schemas/Verify" } } } },
        "Verdict": { "type": "object", "required": ["valid", "code"], "properties": { "valid": { "type": "boolean" },
            "code": { "enum": codes }, "credential_id": nullable("string"), "kind": nullable("string"), "env": nullable("string"),
            "name": nullable("string"), "org": nullable("object"), "subject": nullable("object"), "user": nullable("object"),
            "scopes": strings(), "missing_scopes": strings(), "resources": strings(), "expires_at": nullable("string"),
            "retires_at": nullable("string"), "rate_limit": nullable("object"), "quota": nullable("object"), "fix_url": nullable("string") } },
        "Verdicts": { "type": "object", "required": ["results"], "properties": { "results": { "type": "array",
            "items": { "$ref": "#/components/schemas/Verdict" } } } },
        "Usage": { "type": "object", "required": ["from", "to", "total", "by_outcome", "series"], "properties": {
            "from": { "type": "string", "format": "date-time" }, "to": { "type": "string", "format": "date-time" },
            "total": { "type": "integer" }, "by_outcome": { "type": "object", "additionalProperties": { "type": "integer" } },
            "series": { "type": "array", "items": outcome }, "refused": { "type": "array", "items": refused } } },
    })
}
