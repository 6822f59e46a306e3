//! `/v1/orgs/{org}/clients/{id}/keys`: a client's public keys.

use super::lifecycle::{Versioned, versioned};
use crate::api::{
    extract::{Credentialed, Once, Place},
    problem::Problem,
};
use axum::extract::State;
use domain::{access::Action, credential::CredentialKind};
use serde_json::{Map, Value, json};
use service::{Service, credentials::Which};

/// `GET …/keys`: a JWK set.
pub(crate) async fn keys(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
) -> Result<axum::Json<Value>, Problem> {
    let client = service.show(&caller.caller, Which::Of(CredentialKind::Client), place.id()).await?;
    let keys = client.client.map(|settings| settings.keys).unwrap_or_default();
    Ok(axum::Json(json!({ "keys": keys })))
}

/// `POST …/keys`: one public JWK more.
pub(crate) async fn add_key(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
    Once { body: jwk, idempotency }: Once<Map<String, Value>>,
) -> Result<Versioned, Problem> {
    let (caller, action, jwk) = (&caller.caller, Action::Change(CredentialKind::Client), Value::Object(jwk));
    let add = service.add_client_key(caller, place.id(), &jwk);
    let client = service.repeatable(caller, action, idempotency.as_ref(), add).await?;
    Ok(versioned(&service, &client))
}

/// `DELETE …/keys/{kid}`
pub(crate) async fn remove_key(
    State(service): State<Service>,
    caller: Credentialed,
    place: Place,
) -> Result<Versioned, Problem> {
    let client = service.remove_client_key(&caller.caller, place.id(), place.get("kid")).await?;
    Ok(versioned(&service, &client))
}
