//! `/v1/orgs/{org}/clients/{id}/keys`: a client's public keys.

use super::{
    lifecycle::versioned,
    types::{CredentialObject, JwkBody, JwkSet},
};
use crate::api::{
    extract::{Credentialed, IdempotentJson, PathParams},
    problem::Problem,
    reply::Versioned,
};
use axum::extract::State;
use domain::{access::Action, credential::CredentialKind};
use service::{Service, credentials::CredentialTarget};

/// `GET …/keys`: a JWK set.
pub(crate) async fn keys(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<axum::Json<JwkSet>, Problem> {
    let client =
        service.credentials().show(&caller.caller, CredentialTarget::Of(CredentialKind::Client), path.id()).await?;
    let keys = client.grant.client.map(|settings| settings.keys).unwrap_or_default();
    Ok(axum::Json(JwkSet { keys }))
}

/// `POST …/keys`: one public JWK more.
pub(crate) async fn add_key(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    IdempotentJson { body: jwk, idempotency }: IdempotentJson<JwkBody>,
) -> Result<Versioned<CredentialObject>, Problem> {
    let (caller, action, jwk) = (&caller.caller, Action::Change(CredentialKind::Client), jwk.into());
    let add = service.credentials().add_client_key(caller, path.id(), &jwk);
    let client = service.repeatable(caller, action, idempotency.as_ref(), add).await?;
    Ok(versioned(&service, &client))
}

/// `DELETE …/keys/{kid}`
pub(crate) async fn remove_key(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
) -> Result<Versioned<CredentialObject>, Problem> {
    let client = service.credentials().remove_client_key(&caller.caller, path.id(), path.get("kid")).await?;
    Ok(versioned(&service, &client))
}
