//! Credentials: the bodies that create and change them, and the objects themselves.

use super::{ADA, API_KEY, AUDIENCE, CLIENT, GRACE, ORG, SECRET, TOKEN};
use serde_json::{Value, json};

pub(super) fn example(name: &str) -> Option<Value> {
    Some(match name {
        "CreateToken" => json!({
            "name": "Nightly export", "description": "Exports contacts to the warehouse.",
            "team": "Data", "scopes": ["contacts:read"], "expires_in": 7_776_000, "metadata": { "team": "data" },
        }),
        "CreateApiKey" => json!({
            "name": "Contacts API", "description": "Reads contacts for the website.",
            "scopes": ["contacts:read"], "env": "live", "expires_in": 7_776_000, "ip_allowlist": ["203.0.113.0/24"],
            "rate_limit": { "limit": 600, "window_seconds": 60 }, "quota": { "limit": 100_000, "period": "day" },
        }),
        "CreateClient" => json!({
            "name": "Billing sync", "scopes": ["contacts:read"], "audiences": [AUDIENCE],
            "grant_types": ["client_credentials"], "auth_method": "client_secret", "access_token_seconds": 3600,
        }),
        "EditCredential" => json!({
            "name": "Nightly export", "scopes": ["contacts:read"],
            "rate_limit": { "limit": 600, "window_seconds": 60 }, "quota": null,
        }),
        "Roll" => json!({ "overlap_seconds": 86_400 }),
        "Credential" => token(),
        "CreatedCredential" => with(token(), json!({ "token": SECRET, "revealed_once": true })),
        "RevokedCredential" => with(
            token(),
            json!({
                "status": "revoked", "revoked_at": "2026-11-20T16:03:11.482Z",
                "propagation": { "nodes": 2, "confirmed": 2, "milliseconds": 41 },
            }),
        ),
        "Me" => json!({
            "label": "Acme · Nightly export", "kind": "pat", "credential": calling(),
            "user": { "id": ADA, "name": "Ada Lovelace", "email": "ada@acme.example" },
            "organization": { "id": ORG, "slug": "acme", "name": "Acme" },
        }),
        "FindCredential" => json!({ "token": SECRET }),
        "Bulk" => json!({ "action": "disable", "filter": { "kind": "api_key", "idle_days_gte": 90 }, "dry_run": true }),
        "BulkResult" => json!({
            "dry_run": true, "changed": 1,
            "results": [{ "id": TOKEN, "status": 200, "changed": true, "calls_last_24h": 24, "credential": token() }],
        }),
        "PreviewRequest" => json!({ "kind": "api_key", "scopes": ["contacts:read"] }),
        "Preview" => preview(),
        "EffectiveGrant" => with(preview(), json!({ "credential": token() })),
        "Usage" => usage(),
        "BlastRadius" => blast_radius(),
        "Verify" => verify(),
        "VerifyBatch" => json!({ "requests": [verify()] }),
        "Verification" => verification(),
        "VerificationList" => json!({ "results": [verification()] }),
        _ => return None,
    })
}

/// The object with these members added or replaced.
pub(super) fn with(mut object: Value, members: Value) -> Value {
    if let (Some(object), Value::Object(members)) = (object.as_object_mut(), members) {
        object.extend(members);
    }
    object
}

/// A personal access token.
fn calling() -> Value {
    json!({
        "id": TOKEN, "kind": "pat", "name": "Nightly export", "env": "live", "owner": { "type": "user", "id": ADA },
        "status": "active", "scopes": ["contacts:read"], "resources": [], "ip_allowlist": [],
        "created_at": "2026-11-05T09:30:00.000Z", "expires_at": "2027-02-03T09:30:00.000Z",
    })
}

pub(super) fn token() -> Value {
    json!({
        "id": TOKEN, "object": "credential", "kind": "pat",
        "name": "Nightly export", "description": "Exports contacts to the warehouse.", "team": "Data",
        "env": "live", "org_id": ORG,
        "owner": { "type": "user", "id": ADA },
        "created_by": { "id": ADA, "name": "Ada Lovelace" },
        "scopes": ["contacts:read"], "resources": [],
        "status": "active", "redacted": "mint_pat_…k7Qd",
        "secrets": [{
            "id": "sec_01m6y8sqk0e3sa8c34pf9ts55f", "state": "active", "redacted": "mint_pat_…k7Qd",
            "created_at": "2026-11-05T09:30:00.000Z", "last_used_at": "2026-11-20T02:00:04.117Z",
            "last_used_ip": "203.0.113.7", "retires_at": null,
        }],
        "expires_at": "2027-02-03T09:30:00.000Z", "revoked_at": null,
        "created_at": "2026-11-05T09:30:00.000Z", "last_used_at": "2026-11-20T02:00:04.117Z",
        "ip_allowlist": [], "rate_limit": null, "quota": null, "metadata": { "team": "data" },
        "disabled_at": null, "held_since": null,
    })
}

/// A token of Grace, who has left.
pub(super) fn token_of_former_member() -> Value {
    with(token(), json!({ "owner": { "type": "user", "id": GRACE }, "calls_today": 24 }))
}

/// A client that waits for approval.
pub(super) fn pending_client() -> Value {
    with(
        token(),
        json!({
            "id": CLIENT, "kind": "client", "name": "Billing sync", "description": "",
            "owner": { "type": "organization", "id": ORG },
            "created_by": { "id": GRACE, "name": "Grace Hopper" },
            "status": "pending_approval", "redacted": "", "secrets": [],
            "expires_at": null, "last_used_at": null, "metadata": {},
            "client_id": CLIENT, "audiences": [AUDIENCE], "grant_types": ["client_credentials"],
            "auth_method": "private_key_jwt", "access_token_seconds": 3600, "jwks": { "keys": [] },
        }),
    )
}

fn preview() -> Value {
    json!({
        "effective_scopes": ["contacts:read"],
        "can": [{ "api": "Contacts", "operation": "contacts.list" }],
        "cannot": [{
            "api": "Contacts", "operation": "contacts.create",
            "because": { "code": "insufficient_scope", "missing": ["contacts:write"] },
        }],
    })
}

fn usage() -> Value {
    json!({
        "from": "2026-11-19T00:00:00.000Z", "to": "2026-11-20T00:00:00.000Z", "total": 26,
        "by_outcome": { "valid": 25, "ip_not_allowed": 1 },
        "series": [
            { "at": "2026-11-19T02:00:00.000Z", "outcome": "valid", "count": 25 },
            { "at": "2026-11-19T14:00:00.000Z", "outcome": "ip_not_allowed", "count": 1 },
        ],
        "refused": [{ "at": "2026-11-19T14:21:37.905Z", "outcome": "ip_not_allowed", "ip": "198.51.100.23" }],
    })
}

fn blast_radius() -> Value {
    let at = "2026-11-20T02:00:04.117Z";
    json!({
        "object": "blast_radius", "credential_id": TOKEN, "last_used_at": at,
        "calls_last_24h": 24, "most_calls_per_minute": 6,
        "distinct_addresses": 1, "addresses": [{ "ip": "203.0.113.7", "last_used_at": at }],
        "distinct_callers": 1,
        "asked_by": [{ "credential_id": API_KEY, "name": "Contacts API", "last_used_at": at }],
        "operations": [{ "id": "contacts.list", "last_used_at": at }],
        "series": [{ "at": "2026-11-20T02:00:00.000Z", "count": 24 }],
        "safe_to_remove": false,
    })
}

fn verify() -> Value {
    json!({ "token": SECRET, "operation": "contacts.list", "ip": "203.0.113.7" })
}

fn verification() -> Value {
    json!({
        "valid": true, "code": "valid", "credential_id": TOKEN, "kind": "pat", "env": "live", "name": "Nightly export",
        "org": { "id": ORG, "slug": "acme" },
        "subject": { "type": "user", "id": ADA },
        "user": { "id": ADA, "name": "Ada Lovelace", "email": "ada@acme.example" },
        "scopes": ["contacts:read"], "missing_scopes": [], "resources": [],
        "expires_at": "2027-02-03T09:30:00.000Z", "retires_at": null,
        "rate_limit": { "limit": 600, "remaining": 599, "reset_seconds": 1 },
        "fix_url": null,
    })
}
