//! Policies, approval requests and organization authorizations.

use super::{
    ADA, CLIENT, GRACE, TOKEN,
    credentials::{pending_client, token},
};
use serde_json::{Value, json};

const WARNS_AT: &str = "2026-11-19T12:00:00.000Z";
const ENFORCED_AT: &str = "2026-11-26T12:00:00.000Z";

pub(super) fn example(name: &str) -> Option<Value> {
    Some(match name {
        "ChangePolicy" => json!({
            "kind": "api_key", "must_expire": true, "max_lifetime_seconds": 7_776_000, "allows_all": false,
            "notice_days": 14,
        }),
        "Policy" => json!({
            "object": "policy", "kind": "api_key", "rules": rules(false), "in_force": null,
            "coming": {
                "id": "pol_01m79akffze2zbdw95pa7835sy", "rules": rules(true),
                "announced_at": "2026-11-12T12:00:00.000Z", "announced_by": ada(),
                "warns_at": WARNS_AT, "enforced_at": ENFORCED_AT,
            },
        }),
        "PolicyDryRun" => json!({
            "object": "policy_dry_run", "kind": "pat", "rules": rules(true), "live": 12,
            "affected": 2, "affected_and_used_today": 1, "affects_own_credential": false,
            "warns_at": WARNS_AT, "enforced_at": ENFORCED_AT,
            "data": [{ "credential": token(), "objections": ["lives_too_long"] }],
            "organization_authorizations": [
                { "organization_authorization": authorization(), "objections": ["never_ends"] },
            ],
        }),
        "CreatePolicyException" => json!({
            "credential_id": TOKEN, "ends_at": "2026-12-31T00:00:00.000Z", "note": "Until the export has moved.",
        }),
        "PolicyException" => json!({
            "object": "policy_exception", "credential_id": TOKEN, "name": "Nightly export",
            "ends_at": "2026-12-31T00:00:00.000Z", "note": "Until the export has moved.",
            "granted_by": ada(), "granted_at": "2026-11-12T12:05:00.000Z",
        }),
        "Decision" => json!({ "note": "Reads only what it needs.", "scopes": ["contacts:read"] }),
        "TokenRequest" => json!({
            "id": CLIENT, "object": "token_request", "credential": pending_client(),
            "requested_by": { "id": GRACE, "name": "Grace Hopper" }, "justification": "Syncs invoices every hour.",
            "requested_at": "2026-11-05T09:30:00.000Z", "decision": null,
        }),
        "AuthorizationDecision" => json!({ "note": "Known contractor." }),
        "OrganizationAuthorization" => authorization(),
        _ => return None,
    })
}

fn ada() -> Value {
    json!({ "id": ADA, "name": "Ada Lovelace" })
}

/// Requirements: none, or an end within 90 days.
fn rules(must_expire: bool) -> Value {
    json!({
        "creators": ["owner", "admin", "member", "viewer"], "must_expire": must_expire,
        "max_lifetime_seconds": must_expire.then_some(7_776_000), "needs_approval": false, "networks": [],
        "max_idle_days": null, "allows_all": !must_expire,
    })
}

fn authorization() -> Value {
    json!({
        "id": TOKEN, "object": "organization_authorization", "name": "Nightly export", "redacted": "mint_pat_…k7Qd",
        "owner": { "type": "user", "id": GRACE, "name": "Grace Hopper" },
        "scopes": ["contacts:read"], "resources": [], "state": "active", "status": "active",
        "expires_at": null, "last_used_at": "2026-11-20T02:00:04.117Z", "authorized_at": "2026-11-08T13:00:00.000Z",
        "decision": {
            "outcome": "approved", "by": ada(), "at": "2026-11-08T14:10:00.000Z", "note": "Known contractor.",
        },
    })
}
