//! Settings that only M2M clients have: how they authenticate, and what their access tokens are like.
//!
//! This module checks the settings. The token endpoint uses them; see [`crate::oauth`].

use super::PublicJwk;
use crate::{
    code::FlawCode,
    error::{FieldErrors, Flaw},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a client authenticates (RFC 6749 section 2.3, RFC 7523).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// With its secret, in the header or in the body.
    #[default]
    ClientSecret,
    /// With a JWT signed by its own key.
    PrivateKeyJwt,
}

/// A grant type that a client may use at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum GrantType {
    /// Client credentials (RFC 6749 section 4.4).
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// Token exchange (RFC 8693).
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSettings {
    /// The APIs that access tokens may be for. An empty list allows all.
    pub audiences: Vec<String>,
    pub grant_types: Vec<GrantType>,
    pub auth_method: AuthMethod,
    /// The public keys of the client.
    pub keys: Vec<PublicJwk>,
    /// Lifetime of access tokens, in seconds.
    pub access_token_seconds: u32,
}

const DEFAULT_ACCESS_TOKEN_SECONDS: u32 = 600;
const MAX_AUDIENCES: usize = 20;
const MAX_KEYS: usize = 10;

/// Client settings of a request, before they are checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientDraft {
    pub audiences: Vec<String>,
    /// `None` means client credentials only.
    pub grant_types: Option<Vec<GrantType>>,
    /// `None` means that the client authenticates with a secret.
    pub auth_method: Option<AuthMethod>,
    /// A JWK set (RFC 7517) with the client's public keys.
    pub jwks: Option<Value>,
    /// Lifetime in seconds. `None` means ten minutes.
    pub access_token_seconds: Option<u32>,
}

impl ClientDraft {
    pub(super) fn check(&self, known_audience: &dyn Fn(&str) -> bool, errors: &mut FieldErrors) -> ClientSettings {
        let auth_method = self.auth_method.unwrap_or_default();
        let keys = self.jwks.as_ref().map(|jwks| check_jwks(jwks, errors)).unwrap_or_default();
        if auth_method == AuthMethod::PrivateKeyJwt && keys.is_empty() && self.jwks.is_none() {
            errors.0.push(Flaw::new(FlawCode::Required, "private_key_jwt needs the client's public keys.").at("/jwks"));
        }
        if self.audiences.len() > MAX_AUDIENCES {
            errors.0.push(
                Flaw::new(FlawCode::TooMany, format!("Name at most {MAX_AUDIENCES} audiences.")).at("/audiences"),
            );
        }
        for (index, audience) in self.audiences.iter().enumerate() {
            if !known_audience(audience) {
                let flaw = Flaw::new(FlawCode::UnknownAudience, "No API here has this audience.");
                errors.0.push(flaw.at(format!("/audiences/{index}")));
            }
        }
        let seconds = self.access_token_seconds.unwrap_or(DEFAULT_ACCESS_TOKEN_SECONDS);
        if !(60..=86_400).contains(&seconds) {
            let flaw = Flaw::new(FlawCode::OutOfRange, "access_token_seconds must be between 60 and 86400.");
            errors.0.push(flaw.at("/access_token_seconds"));
        }
        let mut grant_types = self.grant_types.clone().unwrap_or_else(|| vec![GrantType::ClientCredentials]);
        grant_types.sort_unstable();
        grant_types.dedup();
        if grant_types.is_empty() {
            errors.0.push(Flaw::new(FlawCode::Required, "Name at least one grant type.").at("/grant_types"));
        }
        ClientSettings {
            audiences: self.audiences.clone(),
            grant_types,
            auth_method,
            keys,
            access_token_seconds: seconds,
        }
    }
}

fn check_jwks(jwks: &Value, errors: &mut FieldErrors) -> Vec<PublicJwk> {
    let Some(keys) = jwks.get("keys").and_then(Value::as_array).filter(|keys| (1..=MAX_KEYS).contains(&keys.len()))
    else {
        let detail = format!("Give a JWK set: an object whose member keys lists 1 to {MAX_KEYS} public keys.");
        errors.0.push(Flaw::new(FlawCode::InvalidJwks, detail).at("/jwks"));
        return Vec::new();
    };
    let mut checked: Vec<PublicJwk> = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let at = format!("/jwks/keys/{index}");
        let Some(key) = errors.check(&at, PublicJwk::parse(key)) else { continue };
        if checked.iter().any(|other| other.collides_with(&key)) {
            let detail = "This key, or another one with this kid, is in the set already. Give each key once.";
            errors.0.push(Flaw::new(FlawCode::DuplicateKey, detail).at(at));
        }
        checked.push(key);
    }
    checked
}
