//! The credential object. Never a secret.

use super::{JwkSet, grant::GrantObject};
use domain::{
    Timestamp,
    credential::{
        AuthMethod, ClientSettings, Credential, CredentialKind, GrantType, Owner, Secret, SecretState, Status,
    },
    ids::{CredentialId, OrgId, SecretId},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::net::IpAddr;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Credential")]
pub(crate) struct CredentialObject {
    id: CredentialId,
    #[schemars(extend("const" = "credential"))]
    object: &'static str,
    kind: CredentialKind,
    #[serde(flatten)]
    grant: GrantObject,
    org_id: OrgId,
    owner: OwnerObject,
    created_by: CreatedByObject,
    status: Status,
    redacted: String,
    secrets: Vec<SecretObject>,
    revoked_at: Option<Timestamp>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    disabled_at: Option<Timestamp>,
    /// Since when only its owner can enable it.
    held_since: Option<Timestamp>,
    #[serde(flatten)]
    client: Option<ClientObject>,
}

// Only clients have these. A doc comment here would describe the whole object.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct ClientObject {
    client_id: CredentialId,
    audiences: Vec<String>,
    grant_types: Vec<GrantType>,
    auth_method: AuthMethod,
    access_token_seconds: u32,
    jwks: JwkSet,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub(crate) struct OwnerObject {
    #[schemars(extend("enum" = ["organization", "user", "service_account"]))]
    r#type: &'static str,
    id: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct CreatedByObject {
    id: String,
    name: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct SecretObject {
    id: SecretId,
    state: SecretState,
    redacted: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    last_used_ip: Option<IpAddr>,
    retires_at: Option<Timestamp>,
}

impl CredentialObject {
    /// The credential as it is at `now`.
    pub(crate) fn new(credential: &Credential, now: Timestamp) -> Self {
        Self {
            id: credential.id,
            object: "credential",
            kind: credential.kind(),
            grant: GrantObject::from(&credential.grant),
            org_id: credential.org,
            owner: OwnerObject::new(credential.owner, credential.org),
            created_by: CreatedByObject {
                id: credential.created_by.id.clone(),
                name: credential.created_by.name.to_string(),
            },
            status: credential.status(now),
            redacted: credential.redacted().to_owned(),
            secrets: credential.secrets.iter().map(|secret| SecretObject::new(credential, secret, now)).collect(),
            revoked_at: credential.revoked_at,
            created_at: credential.created_at,
            last_used_at: credential.last_used_at(),
            disabled_at: credential.disabled_at,
            held_since: credential.held_since,
            client: credential.grant.client.as_ref().map(|settings| ClientObject::new(credential.id, settings)),
        }
    }
}

impl OwnerObject {
    /// `org` is the organization of the credential.
    pub(crate) fn new(owner: Owner, org: OrgId) -> Self {
        Self { r#type: owner.type_name(), id: owner.id(org) }
    }
}

impl ClientObject {
    fn new(id: CredentialId, settings: &ClientSettings) -> Self {
        Self {
            client_id: id,
            audiences: settings.audiences.clone(),
            grant_types: settings.grant_types.clone(),
            auth_method: settings.auth_method,
            access_token_seconds: settings.access_token_seconds,
            jwks: JwkSet { keys: settings.keys.clone() },
        }
    }
}

impl SecretObject {
    fn new(credential: &Credential, secret: &Secret, now: Timestamp) -> Self {
        let state = credential.secret_state(secret, now);
        // While the successor waits for its first use, when the older one retires is not settled.
        let settled = matches!(state, SecretState::Retiring | SecretState::Retired);
        Self {
            id: secret.id,
            state,
            redacted: secret.redacted.clone(),
            created_at: secret.created_at,
            last_used_at: secret.last_used_at,
            last_used_ip: secret.last_used_ip,
            retires_at: credential.retires_at(secret).filter(|_| settled),
        }
    }
}
