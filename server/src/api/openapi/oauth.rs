//! The OAuth endpoints in the OpenAPI document: forms in, RFC 6749 JSON out.

use crate::routes::Route;
use serde_json::{Map, Value, json};

/// The operation behind a route for clients.
pub(super) fn operation(route: &Route) -> Value {
    let (id, form, answer, description) = match route.path.as_str() {
        "/oauth/token" => {
            ("oauth.token", "TokenRequest", "TokenReply", "An access token (RFC 6749 section 3.2, RFC 8693).")
        }
        "/oauth/introspect" => (
            "oauth.introspect",
            "TokenName",
            "Introspection",
            "What a token is worth now (RFC 7662). A bearer needs keys:verify.",
        ),
        _ => ("oauth.revoke", "TokenName", "Empty", "Ends a token; unknown ones are answered alike (RFC 7009)."),
    };
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let body =
        json!({ "required": true, "content": { "application/x-www-form-urlencoded": { "schema": reference(form) } } });
    let refusal = json!({ "description": "Refused (RFC 6749 section 5.2).",
        "content": { "application/json": { "schema": reference("OAuthError") } } });
    json!({ "operationId": id, "tags": ["oauth"], "description": description, "parameters": [], "requestBody": body,
        "security": [{ "basic": [] }, { "bearer": [] }, {}],
        "responses": {
            "200": { "description": "Done.", "content": { "application/json": { "schema": reference(answer) } } },
            "400": refusal, "401": refusal, "default": refusal,
        } })
}

fn object(required: &[&str], texts: &[&str], more: Value) -> Value {
    let mut properties: Map<_, _> =
        texts.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    if let Value::Object(more) = more {
        properties.extend(more);
    }
    json!({ "type": "object", "required": required, "properties": properties })
}

/// A client proves in the header or here who it is (RFC 6749 section 2.3.1, RFC 7523).
const PROOF: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// The schemas that only these endpoints use.
pub(super) fn schemas() -> Value {
    let resources = json!({ "resource": { "type": "array", "items": { "type": "string", "format": "uri" } } });
    let asked = ["grant_type", "scope", "subject_token", "subject_token_type", "requested_token_type"];
    let seconds = json!({ "type": "integer" });
    let audience = json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    json!({
        "TokenRequest": object(&["grant_type"], &[&asked[..], &PROOF].concat(), resources),
        "TokenReply": object(
            &["access_token", "token_type", "expires_in", "scope"],
            &["access_token", "token_type", "scope", "issued_token_type", "identity_id", "user_name", "org", "tenant_id"],
            json!({ "expires_in": seconds }),
        ),
        "TokenName": object(&["token"], &[&["token", "token_type_hint"][..], &PROOF].concat(), json!({})),
        "Introspection": object(
            &["active"],
            &["scope", "client_id", "sub", "username", "token_type", "iss", "jti", "org_id", "sub_type", "credential_id"],
            json!({ "active": { "type": "boolean" }, "resources": { "type": "array", "items": { "type": "string" } },
                "env": { "enum": ["live", "test"] }, "aud": audience, "exp": seconds, "iat": seconds, "nbf": seconds }),
        ),
        "OAuthError": object(&["error"], &["error", "error_description"], json!({})),
        "Empty": { "type": "object" },
    })
}
