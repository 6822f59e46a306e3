//! The schemas of the objects that the API takes and gives.

use super::{oauth, verify};
use serde_json::{Map, Value, json};

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn strings() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

fn strings_or_null() -> Value {
    json!({ "type": ["array", "null"], "items": { "type": "string" } })
}

fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn instant() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}

fn rate_limit() -> Value {
    json!({ "type": ["object", "null"], "required": ["limit", "window_seconds"],
        "properties": { "limit": { "type": "integer", "minimum": 1 }, "window_seconds": { "type": "integer", "minimum": 1 } } })
}

fn quota() -> Value {
    json!({ "type": ["object", "null"], "required": ["limit", "period"],
        "properties": { "limit": { "type": "integer", "minimum": 1 }, "period": { "enum": ["day", "month"] } } })
}

fn metadata() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string" } })
}

/// Every schema, by name.
pub(super) fn schemas() -> Value {
    let mut all = Map::new();
    for part in [answers(), issue(), catalogue(), others(), oauth::schemas(), verify::schemas()] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    Value::Object(all)
}

fn answers() -> Value {
    let secret = object(
        &["id", "state", "redacted", "created_at"],
        json!({ "id": { "type": "string" }, "state": { "enum": ["active", "pending", "retiring", "retired"] }, "redacted": { "type": "string" },
            "created_at": instant(), "last_used_at": instant(), "last_used_ip": nullable("string"), "retires_at": instant() }),
    );
    let credential = object(
        &[
            "id",
            "object",
            "kind",
            "name",
            "env",
            "org_id",
            "owner",
            "scopes",
            "resources",
            "status",
            "redacted",
            "secrets",
            "created_at",
        ],
        json!({ "id": { "type": "string" }, "object": { "const": "credential" }, "kind": { "enum": ["pat", "api_key", "client"] },
            "name": { "type": "string" }, "description": { "type": "string" }, "env": { "enum": ["live", "test"] }, "org_id": { "type": "string" },
            "owner": object(&["type", "id"], json!({ "type": { "enum": ["organization", "user", "service_account"] }, "id": { "type": "string" } })),
            "created_by": object(&["id", "name"], json!({ "id": { "type": "string" }, "name": { "type": "string" } })),
            "scopes": strings(), "resources": strings(), "status": { "enum": ["active", "expires_soon", "disabled", "expired", "revoked"] },
            "redacted": { "type": "string" }, "secrets": { "type": "array", "items": secret }, "expires_at": instant(),
            "revoked_at": instant(), "disabled_at": instant(), "held_since": instant(), "created_at": instant(), "last_used_at": instant(),
            "ip_allowlist": strings(), "rate_limit": rate_limit(), "quota": quota(), "metadata": metadata() }),
    );
    let revealed = json!({ "token": { "type": "string" }, "client_id": { "type": "string" }, "client_secret": { "type": "string" },
        "revealed_once": { "type": "boolean" }, "secret_already_revealed": { "type": "boolean" } });
    let field_error = object(
        &["pointer", "code", "detail"],
        json!({ "pointer": { "type": "string" }, "code": { "type": "string" }, "detail": { "type": "string" } }),
    );
    json!({
        "Credential": credential,
        "IssuedCredential": { "allOf": [{ "$ref": "#/components/schemas/Credential" }, { "type": "object", "properties": revealed }] },
        "CredentialList": object(&["data", "next_cursor"], json!({
            "data": { "type": "array", "items": { "$ref": "#/components/schemas/Credential" } }, "next_cursor": nullable("string") })),
        "Problem": object(&["type", "title", "status", "code", "detail", "request_id"], json!({
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "code": { "type": "string" },
            "detail": { "type": "string" }, "request_id": { "type": "string" }, "errors": { "type": "array", "items": field_error },
            "missing_scopes": strings(), "accepted_scopes": strings(), "granted_scopes": strings(), "fix_url": { "type": "string" } })),
    })
}

fn issue() -> Value {
    let common = json!({ "name": { "type": "string", "minLength": 1, "maxLength": 200 }, "description": nullable("string"),
        "scopes": strings(), "resources": strings(), "ip_allowlist": strings(), "metadata": metadata() });
    let with = |more: Value| {
        let mut properties = common.as_object().cloned().unwrap_or_default();
        properties.extend(more.as_object().cloned().unwrap_or_default());
        object(&["name", "scopes"], Value::Object(properties))
    };
    let token = object(
        &["name", "scopes"],
        json!({ "org": nullable("string"), "name": { "type": "string", "minLength": 1, "maxLength": 200 },
        "description": nullable("string"), "scopes": strings(), "resources": strings(), "expires_in": nullable("integer"),
        "expires_at": instant(), "never_expires": { "type": "boolean" }, "acknowledge_no_expiry": { "type": "boolean" },
        "justification": nullable("string") }),
    );
    json!({
        "IssueToken": token,
        "IssueApiKey": with(json!({ "env": { "enum": ["live", "test"] }, "rate_limit": rate_limit(), "quota": quota(), "expires_in": nullable("integer"),
            "expires_at": instant() })),
        "IssueClient": with(json!({ "audiences": strings(), "grant_types": strings(), "jwks": { "type": ["object", "null"] },
            "auth_method": { "enum": ["client_secret", "private_key_jwt", null] }, "access_token_seconds": nullable("integer") })),
        "EditCredential": { "type": "object", "description": "What is absent stays; null takes away.",
            "properties": { "name": { "type": "string" }, "description": nullable("string"), "scopes": strings(),
            "resources": strings_or_null(), "ip_allowlist": strings_or_null(), "rate_limit": rate_limit(), "quota": quota(),
            "metadata": { "type": ["object", "null"], "additionalProperties": { "type": "string" } } } },
        "Roll": { "type": "object", "properties": { "overlap_seconds": { "type": ["integer", "null"], "minimum": 0, "maximum": 604_800 } } },
    })
}

fn catalogue() -> Value {
    let scope = object(
        &["name"],
        json!({ "name": { "type": "string" }, "title": { "type": "string" }, "description": { "type": "string" } }),
    );
    let operation = object(
        &["id", "method", "path", "scopes"],
        json!({ "id": { "type": "string" }, "method": { "type": "string" }, "path": { "type": "string" },
            "scopes": { "oneOf": [object(&["any"], json!({ "any": strings() })), object(&["all"], json!({ "all": strings() }))] },
            "user_context": { "enum": ["required", "optional", "forbidden"] }, "resource_type": nullable("string") }),
    );
    json!({
        "Api": object(&["name", "audience"], json!({ "name": { "type": "string" }, "audience": { "type": "string", "format": "uri" },
            "signing_alg": { "enum": ["ES256", "RS256", "EdDSA"] }, "access_token_seconds": nullable("integer"),
            "scopes": { "type": "array", "items": { "$ref": "#/components/schemas/ApiScope" } },
            "operations": { "type": "array", "items": { "$ref": "#/components/schemas/Operation" } } })),
        "EditApi": { "type": "object", "properties": { "name": { "type": "string" },
            "signing_alg": { "enum": ["ES256", "RS256", "EdDSA"] }, "access_token_seconds": { "type": "integer", "minimum": 60, "maximum": 86_400 } } },
        "ApiScope": scope,
        "Operation": operation,
        "OpenApiDocument": { "type": "object", "description": "An OpenAPI 3 document." },
        "Advise": object(&["operations"], json!({ "operations": strings(), "service": { "type": "boolean" } })),
        "Preview": object(&["kind", "scopes"], json!({ "kind": { "enum": ["pat", "api_key", "client"] }, "scopes": strings() })),
    })
}

fn others() -> Value {
    json!({
        "ServiceAccount": object(&["name"], json!({ "name": { "type": "string" }, "description": { "type": "string" },
            "role": { "enum": ["owner", "admin", "member", "viewer"] } })),
        "Role": object(&["role"], json!({ "role": role() })),
        "CustomRole": object(&["name", "scopes", "reach"], custom_role()),
        "EditRole": { "type": "object", "description": "What is absent stays.", "properties": custom_role() },
        "Grace": { "type": "object", "description": "One of the two.", "properties": { "grace_ends_at": { "type": "string", "format": "date-time" },
            "grace_days": { "type": "integer", "minimum": 0, "maximum": 30 } } },
        "Settings": { "type": "object", "properties": { "succession_grace_days": { "type": "integer", "minimum": 0, "maximum": 30 } } },
        "Invite": object(&["email", "role"], json!({ "email": { "type": "string", "format": "email" },
            "role": role() })),
        "Policy": object(&["kind"], policy()),
        "PolicyDryRun": dry_run(),
        "PolicyException": object(&["credential_id", "ends_at", "note"], json!({ "credential_id": { "type": "string" },
            "ends_at": { "type": "string", "format": "date-time" }, "note": { "type": "string" } })),
        "Approve": object(&[], json!({ "note": { "type": "string" }, "scopes": { "type": ["array", "null"], "items": { "type": "string" },
            "description": "No more than these of the scopes that were asked for; absent: all of them." } })),
        "ApproveAuthorization": object(&[], json!({ "note": { "type": "string" } })),
        "AuthorizedToken": authorized_token(),
        "AuthorizedTokenList": object(&["data"], json!({ "data": { "type": "array", "items": { "$ref": "#/components/schemas/AuthorizedToken" } },
            "next_cursor": nullable("string") })),
        "Deny": object(&["note"], json!({ "note": { "type": "string" } })),
        "Jwk": { "type": "object", "description": "A public JWK (RFC 7517)." },
        "Bulk": object(&["action"], json!({ "action": { "enum": ["revoke", "disable", "enable", "transfer"] },
            "to": { "type": "string", "description": "For a transfer: the service account that takes over. Needs a person who is signed in." },
            "ids": strings(), "filter": { "type": "object" }, "dry_run": { "type": "boolean" } })),
        "Find": object(&["token"], json!({ "token": { "type": "string" } })),
    })
}

/// The role of a member.
fn role() -> Value {
    json!({ "type": "string", "pattern": "^(owner|admin|member|viewer|rol_[0-9a-hjkmnp-tv-z]{26})$",
        "description": "owner, admin, member, viewer, or the id of a role of the organisation. Only what the caller holds can be given." })
}

/// A role of the organisation as it is asked for.
fn custom_role() -> Value {
    json!({
        "name": { "type": "string", "description": "Unlike every other role of the organisation, in whatever case." },
        "description": { "type": "string" },
        "scopes": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 200,
            "description": "No more than the caller holds; never all." },
        "reach": { "enum": ["own", "everyone"], "description": "Whether it is about its holders' own credentials or everybody's." },
    })
}

/// A token of another organisation that works here.
fn authorized_token() -> Value {
    object(
        &["id", "object", "name", "redacted", "owner", "scopes", "state", "status", "authorized_at"],
        json!({ "id": { "type": "string" }, "object": { "const": "authorized_token" }, "name": { "type": "string" },
            "redacted": { "type": "string" }, "owner": object(&["type", "id", "name"], json!({ "type": { "const": "user" },
                "id": { "type": "string" }, "name": { "type": "string" } })),
            "scopes": { "type": "array", "items": { "type": "string" }, "description": "What it may do here now." },
            "resources": strings(), "state": { "enum": ["active", "pending", "denied"] },
            "status": { "enum": ["active", "expires_soon", "pending_approval", "blocked_by_policy", "disabled", "expired", "revoked"] },
            "expires_at": instant(), "last_used_at": instant(), "authorized_at": instant(), "decision": { "type": ["object", "null"] } }),
    )
}

/// Whom a policy would hit.
fn dry_run() -> Value {
    let hits = |what: &str, schema: &str, description: &str| {
        let objections = json!({ "type": "array", "items":
            { "enum": ["never_ends", "lives_too_long", "holds_all", "used_elsewhere", "idle"] } });
        let of = json!({ what: { "$ref": format!("#/components/schemas/{schema}") }, "objections": objections });
        json!({ "type": "array", "description": description, "items": object(&[what, "objections"], of) })
    };
    object(
        &[
            "object",
            "kind",
            "rules",
            "live",
            "affected",
            "affected_and_used_today",
            "affects_own_credential",
            "warns_at",
            "enforced_at",
            "data",
            "authorized_tokens",
        ],
        json!({ "object": { "const": "policy_dry_run" }, "kind": { "enum": ["pat", "api_key", "client"] }, "rules": { "type": "object" },
            "live": { "type": "integer", "description": "How many work in the organisation now." },
            "affected": { "type": "integer", "description": "How many of these would not any more; the number to confirm." },
            "affected_and_used_today": { "type": "integer" },
            "affects_own_credential": { "type": "boolean", "description": "The calling credential is one of them." }, "warns_at": instant(), "enforced_at": instant(),
            "data": hits("credential", "Credential", "The organisation's own, the newest 200."),
            "authorized_tokens": hits("authorized_token", "AuthorizedToken",
                "Tokens of other organisations that work in this one, the newest 200.") }),
    )
}

/// A policy as it is asked for; the same to try it and to save it.
fn policy() -> Value {
    json!({
        "kind": { "enum": ["pat", "api_key", "client"] },
        "creators": { "type": ["array", "null"], "items": { "enum": ["owner", "admin", "member", "viewer"] } },
        "must_expire": { "type": "boolean" },
        "max_lifetime_seconds": nullable("integer"),
        "needs_approval": { "type": "boolean" },
        "networks": strings(),
        "max_idle_days": nullable("integer"),
        "allows_all": { "type": ["boolean", "null"] },
        "notice_days": { "type": ["integer", "null"], "minimum": 0, "maximum": 365 },
        "warning_days": { "type": ["integer", "null"], "minimum": 0, "maximum": 365 },
        "confirm_affected": { "type": ["integer", "null"], "description": "How many credentials the dry run said it hits." },
        "acknowledge_own_credential": { "type": "boolean", "description": "Save it although it blocks the calling credential at once." },
    })
}
