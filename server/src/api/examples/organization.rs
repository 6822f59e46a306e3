//! People, roles, service accounts and the audit log.

use super::{ADA, GRACE, ORG, REQUEST, TOKEN, credentials::token_of_former_member};
use serde_json::{Value, json};

const LEFT_AT: &str = "2026-11-18T08:00:00.000Z";
const GRACE_ENDS_AT: &str = "2026-12-18T08:00:00.000Z";

pub(super) fn example(name: &str) -> Option<Value> {
    Some(match name {
        "CreateServiceAccount" => {
            json!({ "name": "Exporter", "description": "Owns the nightly jobs.", "role": "member" })
        }
        "ServiceAccount" => json!({
            "id": "svc_01m73rx1s4fwmt9vt16c7xcc7h", "object": "service_account", "org_id": ORG,
            "name": "Exporter", "description": "Owns the nightly jobs.", "role": "member",
            "created_at": "2026-11-10T10:12:00.000Z",
        }),
        "ChangeRole" => json!({ "role": "admin" }),
        "Member" => json!({
            "id": GRACE, "object": "member", "name": "Grace Hopper", "email": "grace@acme.example",
            "role": "admin", "role_name": "Admin",
        }),
        "CreateInvitation" => json!({ "email": "grace@acme.example", "role": "member" }),
        "Invitation" => json!({
            "id": "inv_01m7et5y10e7h97fhaht92esjr", "object": "invitation", "email": "grace@acme.example",
            "role": "member", "role_name": "Member", "invited_by": { "id": ADA, "name": "Ada Lovelace" },
            "created_at": "2026-11-14T15:20:00.000Z", "expires_at": "2026-11-21T15:20:00.000Z", "mail": "sent",
        }),
        "CreateRole" => json!({
            "name": "Auditor", "description": "Reads credentials and the audit log.",
            "scopes": ["audit:read", "credentials:read"], "reach": "everyone",
        }),
        "EditRole" => json!({ "description": "Reads the audit log.", "scopes": ["audit:read"] }),
        "Role" => json!({
            "id": "rol_01m7bz4cdxejh8jevsn5nmscj2", "object": "role", "name": "Auditor",
            "description": "Reads credentials and the audit log.",
            "scopes": ["audit:read", "credentials:read"], "reach": "everyone",
            "created_at": "2026-11-13T11:45:00.000Z",
        }),
        "EditGracePeriod" => json!({ "grace_days": 30 }),
        "Offboarding" => json!({
            "id": GRACE, "object": "offboarding", "role": "member", "role_name": "Member",
            "left_at": LEFT_AT, "grace_ends_at": GRACE_ENDS_AT,
        }),
        "FormerMember" => json!({
            "id": GRACE, "object": "former_member", "name": "Grace Hopper", "role": "member", "role_name": "Member",
            "left_at": LEFT_AT, "grace_ends_at": GRACE_ENDS_AT, "in_grace": true,
            "tokens": [token_of_former_member()],
        }),
        "EditSettings" => json!({ "grace_period_days": 30 }),
        "Settings" => json!({ "object": "settings", "grace_period_days": 30 }),
        "AuditEvent" => audit_event(),
        "audit.list.ndjson" => Value::String(format!("{}\n", audit_event())),
        "audit.list.csv" => json!(
            "seq,at,action,actor_type,actor_id,actor_name,target_type,target_id,target_name,ip,request_id,detail,\
             user_agent\r\n\"42\",\"2026-11-05T09:30:00.000Z\",\"credential.issued\",\"user\",\
             \"usr_01m6gtsr97f9n898pbsg65rzyg\",\"Ada Lovelace\",\"credential\",\"pat_01m6p938dvft78vfcxee0yekqn\",\
             \"Nightly export\",\"203.0.113.7\",\"req_01m7hnhg95fm78q485caq9femm\",\"{}\",\"curl/8.17.0\"\r\n"
        ),
        _ => return None,
    })
}

fn audit_event() -> Value {
    json!({
        "id": "evt_01m7m9jzr0f57ahrzna693mwv9", "object": "audit_event", "org_id": ORG, "seq": 42,
        "at": "2026-11-05T09:30:00.000Z", "action": "credential.issued",
        "actor": {
            "type": "user", "id": ADA, "name": "Ada Lovelace",
            "credential_id": null, "credential_name": null, "session_id": null,
        },
        "target": { "type": "credential", "id": TOKEN, "name": "Nightly export" },
        "detail": {}, "request_id": REQUEST, "ip": "203.0.113.7", "user_agent": "curl/8.17.0",
        "prev_hash": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "hash": "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
    })
}
