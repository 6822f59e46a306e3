//! What clients and resource servers discover: RFC 8414, OpenID Connect Discovery, RFC 9728 and the key set.
//!
//! Owns: these documents. They are the same bytes for everybody, with an ETag, and nobody's database is asked for them.

use crate::PublicUrl;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::scope::catalog::MANAGEMENT;
use serde_json::{Value, json};
use service::Service;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const AUTH_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
const ASSERTION_ALGS: [&str; 4] = ["ES256", "RS256", "EdDSA", "Ed25519"];

/// `GET /.well-known/jwks.json`
pub(crate) async fn jwks(State(service): State<Service>, headers: HeaderMap) -> Response {
    let keys = service.signing_keys().published();
    document(&headers, "application/jwk-set+json", &keys.etag, keys.json.clone())
}

/// `GET /.well-known/oauth-authorization-server` and `/.well-known/openid-configuration`
pub(crate) async fn authorization_server(State(public_url): State<Arc<PublicUrl>>, headers: HeaderMap) -> Response {
    fixed(&headers, &authorization_server_metadata(public_url.origin()))
}

/// `GET /.well-known/oauth-protected-resource`: of the whole origin.
pub(crate) async fn protected_origin(State(public_url): State<Arc<PublicUrl>>, headers: HeaderMap) -> Response {
    fixed(&headers, &protected_resource(public_url.origin(), ""))
}

/// `GET /.well-known/oauth-protected-resource/v1`: of the API, whose audience this resource is.
pub(crate) async fn protected_api(State(public_url): State<Arc<PublicUrl>>, headers: HeaderMap) -> Response {
    fixed(&headers, &protected_resource(public_url.origin(), "/v1"))
}

fn authorization_server_metadata(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "issuer": issuer,
        "token_endpoint": at("/oauth/token"),
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGS,
        "introspection_endpoint": at("/oauth/introspect"),
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGS,
        "revocation_endpoint": at("/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGS,
        "jwks_uri": at("/.well-known/jwks.json"),
        "scopes_supported": scopes(),
        "grant_types_supported": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"],
        // There is no authorization endpoint, but the RFC wants the member, and libraries want it not to be empty.
        "response_types_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    })
}

fn protected_resource(origin: &str, path: &str) -> Value {
    json!({
        "resource": format!("{origin}{path}"),
        "authorization_servers": [origin],
        "bearer_methods_supported": ["header"],
        "scopes_supported": scopes(),
        "resource_name": "Mintmark management API",
    })
}

fn scopes() -> Vec<&'static str> {
    MANAGEMENT.iter().map(|scope| scope.name).collect()
}

fn fixed(headers: &HeaderMap, value: &Value) -> Response {
    let json = value.to_string();
    let digest: String = Sha256::digest(&json).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    document(headers, "application/json", &format!("\"{digest}\""), json)
}

fn document(headers: &HeaderMap, content_type: &'static str, etag: &str, json: String) -> Response {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|list| list.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut described = HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ]);
    if let Ok(etag) = HeaderValue::from_str(etag) {
        described.insert(header::ETAG, etag);
    }
    if is_known {
        return (StatusCode::NOT_MODIFIED, described).into_response();
    }
    described.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    (described, json).into_response()
}
