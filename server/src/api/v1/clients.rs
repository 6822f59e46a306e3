//! `/v1/orgs/{org}/clients/{id}/keys`: a client's public keys.

use super::lifecycle::{Versioned, versioned};
use crate::api::{
    extract::{Credentialed, Json, Place},
    problem::Problem,
};
use axum::extract::State;
use domain::credential::CredentialKind;
use serde_json::{Value, json};
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
    Json(jwk): Json<Value>,
) -> Result<Versioned, Problem> {
    let client = service.add_client_key(&caller.caller, place.id(), &jwk).await?;
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
