//! OAuth, public keys, and the public documents.

use super::{API_KEY, AUDIENCE, ORG, credentials::with};
use serde_json::{Value, json};

const ISSUER: &str = "https://mintmark.acme.example";

pub(super) fn example(name: &str) -> Option<Value> {
    Some(match name {
        "AccessTokenRequest" => {
            json!({ "grant_type": "client_credentials", "scope": "contacts:read", "audience": AUDIENCE })
        }
        "TokenReply" => json!({
            "access_token": "eyJ...", "token_type": "Bearer", "expires_in": 3600, "scope": "contacts:read",
        }),
        "OAuthError" => {
            json!({ "error": "invalid_request", "error_description": "The body is larger than 64 KiB." })
        }
        "TokenName" => json!({ "token": "mint_key_...", "token_type_hint": "access_token" }),
        "Introspection" => json!({
            "active": true, "scope": "contacts:read", "sub": API_KEY, "client_id": API_KEY,
            "iat": 1_793_871_000, "exp": 1_801_647_000, "iss": ISSUER, "aud": AUDIENCE,
            "jti": format!("{API_KEY}.1"), "org_id": ORG, "sub_type": "application", "credential_id": API_KEY,
            "resources": [], "env": "live",
        }),
        "Empty" => json!({}),
        "Jwk" => key(),
        "JwkSet" => json!({ "keys": [with(key(), json!({ "alg": "ES256" }))] }),
        "health.live" => json!({ "status": "live" }),
        "health.ready" => json!({ "status": "ready" }),
        "openapi" => json!({ "openapi": "3.1.0", "info": { "title": "Mintmark", "version": "0.1.0" }, "paths": {} }),
        "oauth.authorization_server" | "oauth.openid_configuration" => json!({
            "issuer": ISSUER,
            "token_endpoint": format!("{ISSUER}/oauth/token"),
            "introspection_endpoint": format!("{ISSUER}/oauth/introspect"),
            "revocation_endpoint": format!("{ISSUER}/oauth/revoke"),
            "jwks_uri": format!("{ISSUER}/.well-known/jwks.json"),
            "scopes_supported": ["credentials:read", "keys:verify"],
            "grant_types_supported": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        }),
        "oauth.protected_resource" => protected_resource(ISSUER),
        "oauth.protected_resource.v1" => protected_resource(&format!("{ISSUER}/v1")),
        _ => return None,
    })
}

/// The public key of RFC 7517 appendix A.1, with an id that its client chose.
fn key() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "2026-11",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    })
}

fn protected_resource(resource: &str) -> Value {
    json!({
        "resource": resource, "authorization_servers": [ISSUER], "bearer_methods_supported": ["header"],
        "scopes_supported": ["credentials:read", "keys:verify"], "resource_name": "Mintmark management API",
    })
}
