//! The credential object. Never a secret.

use domain::{
    Timestamp,
    credential::{Credential, CredentialKind, Owner, Secret, Status},
    ids::{CredentialId, OrgId, SecretId, UserId},
    scope::ScopeSet,
    secret::Environment,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::net::IpAddr;

#[derive(Serialize)]
pub(crate) struct CredentialObject {
    id: CredentialId,
    object: &'static str,
    kind: CredentialKind,
    name: String,
    description: String,
    env: Environment,
    org_id: OrgId,
    owner: OwnerObject,
    created_by: CreatedByObject,
    scopes: ScopeSet,
    resources: Vec<String>,
    status: Status,
    redacted: String,
    secrets: Vec<SecretObject>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    ip_allowlist: Vec<String>,
    rate_limit: Option<Value>,
    metadata: Map<String, Value>,
}

#[derive(Serialize)]
struct OwnerObject {
    r#type: &'static str,
    id: String,
}

#[derive(Serialize)]
struct CreatedByObject {
    id: UserId,
    name: String,
}

#[derive(Serialize)]
struct SecretObject {
    id: SecretId,
    state: &'static str,
    redacted: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    last_used_ip: Option<IpAddr>,
    retires_at: Option<Timestamp>,
}

impl CredentialObject {
    /// The credential as it is at `now`.
    pub(crate) fn new(credential: &Credential, now: Timestamp) -> Self {
        let owner_id = match credential.owner {
            Owner::Organization => credential.org.to_string(),
            Owner::User(user) | Owner::ServiceAccount(user) => user.to_string(),
        };
        Self {
            id: credential.id,
            object: "credential",
            kind: credential.kind(),
            name: credential.name.to_string(),
            description: credential.description.to_string(),
            env: credential.env,
            org_id: credential.org,
            owner: OwnerObject { r#type: credential.owner.type_name(), id: owner_id },
            created_by: CreatedByObject { id: credential.created_by.id, name: credential.created_by.name.to_string() },
            scopes: credential.scopes.clone(),
            resources: Vec::new(),
            status: credential.status(now),
            redacted: credential.redacted().to_owned(),
            secrets: credential.secrets.iter().map(|secret| SecretObject::new(secret, now)).collect(),
            expires_at: credential.expires_at,
            revoked_at: credential.revoked_at,
            created_at: credential.created_at,
            last_used_at: credential.last_used_at(),
            ip_allowlist: Vec::new(),
            rate_limit: None,
            metadata: Map::new(),
        }
    }
}

impl SecretObject {
    fn new(secret: &Secret, now: Timestamp) -> Self {
        let state = match secret.retires_at {
            None => "active",
            Some(at) if at > now => "retiring",
            Some(_) => "retired",
        };
        Self {
            id: secret.id,
            state,
            redacted: secret.redacted.clone(),
            created_at: secret.created_at,
            last_used_at: secret.last_used_at,
            last_used_ip: secret.last_used_ip,
            retires_at: secret.retires_at,
        }
    }
}
