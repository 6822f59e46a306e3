//! `/v1/me`: who is this credential?

use super::types::{CredentialObject, ServiceAccountObject};
use crate::api::{extract::Credentialed, problem::Problem};
use axum::{Json, extract::State};
use domain::{
    account::{Org, User},
    credential::CredentialKind,
};
use schemars::JsonSchema;
use serde::Serialize;
use service::Service;

#[derive(JsonSchema, Serialize)]
pub(crate) struct Me {
    label: String,
    kind: CredentialKind,
    credential: CredentialObject,
    user: Option<UserObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account: Option<ServiceAccountObject>,
    organization: OrganizationObject,
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
pub(crate) async fn show(State(service): State<Service>, caller: Credentialed) -> Result<Json<Me>, Problem> {
    let credential = service.show_self(&caller.caller).await?;
    Ok(Json(Me {
        label: format!("{} · {}", caller.org.name, credential.name),
        kind: credential.kind(),
        credential: CredentialObject::new(&credential, service.now()),
        user: caller.user.as_ref().map(UserObject::from),
        service_account: caller.service_account.as_ref().map(ServiceAccountObject::from),
        organization: OrganizationObject::from(&caller.org),
    }))
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
