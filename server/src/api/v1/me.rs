//! `/v1/me`: who is this credential? Answered from memory, without an SQL statement.

use super::types::{OwnerObject, ServiceAccountObject};
use crate::api::extract::Credentialed;
use axum::Json;
use domain::{
    Timestamp,
    account::{Org, User},
    credential::{CredentialKind, Status},
    ids::CredentialId,
    network::NetworkSet,
    resource::ResourceSet,
    scope::ScopeSet,
    secret::Environment,
};
use schemars::JsonSchema;
use serde::Serialize;
use service::authn::Authenticated;

#[derive(JsonSchema, Serialize)]
pub(crate) struct Me {
    label: String,
    kind: CredentialKind,
    credential: CallingCredential,
    user: Option<UserObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account: Option<ServiceAccountObject>,
    organization: OrganizationObject,
}

/// What every node has in memory about the calling credential.
#[derive(JsonSchema, Serialize)]
struct CallingCredential {
    id: CredentialId,
    kind: CredentialKind,
    name: String,
    env: Environment,
    owner: OwnerObject,
    status: Status,
    /// What the presented credential or access token may do.
    scopes: ScopeSet,
    resources: ResourceSet,
    ip_allowlist: NetworkSet,
    created_at: Timestamp,
    /// When the presented credential or access token ends.
    expires_at: Option<Timestamp>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct UserObject {
    id: String,
    name: String,
    email: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct OrganizationObject {
    id: String,
    slug: String,
    name: String,
}

/// `GET /v1/me`: 200 for every valid credential, whatever its scopes.
pub(crate) async fn show(caller: Credentialed) -> Json<Me> {
    Json(Me {
        label: format!("{} · {}", caller.org.name, caller.credential.name),
        kind: caller.credential.kind(),
        credential: CallingCredential::from(&*caller),
        user: caller.user.as_ref().map(UserObject::from),
        service_account: caller.service_account.as_ref().map(ServiceAccountObject::from),
        organization: OrganizationObject::from(&caller.org),
    })
}

impl From<&Authenticated> for CallingCredential {
    fn from(caller: &Authenticated) -> Self {
        let credential = &caller.credential;
        Self {
            id: credential.id,
            kind: credential.kind(),
            name: credential.name.to_string(),
            env: credential.env,
            owner: OwnerObject::new(credential.owner, caller.org.id),
            status: credential.status,
            scopes: caller.scopes.clone(),
            resources: credential.resources.clone(),
            ip_allowlist: credential.networks.clone(),
            created_at: credential.created_at(),
            expires_at: caller.expires_at,
        }
    }
}

impl From<&User> for UserObject {
    fn from(user: &User) -> Self {
        Self { id: user.id.to_string(), name: user.name.to_string(), email: user.email.to_string() }
    }
}

impl From<&Org> for OrganizationObject {
    fn from(org: &Org) -> Self {
        Self { id: org.id.to_string(), slug: org.slug.to_string(), name: org.name.to_string() }
    }
}
