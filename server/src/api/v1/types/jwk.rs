//! Public keys of clients as they are sent and listed.

use domain::credential::PublicJwk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A public JWK (RFC 7517): EC P-256, OKP Ed25519, or RSA of 2048 to 4096 bits.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Jwk")]
pub(crate) struct JwkBody(Map<String, Value>);

impl From<JwkBody> for Value {
    fn from(body: JwkBody) -> Self {
        Self::Object(body.0)
    }
}

/// A JWK set (RFC 7517 section 5).
#[derive(JsonSchema, Serialize)]
pub(crate) struct JwkSet {
    pub(crate) keys: Vec<PublicJwk>,
}
