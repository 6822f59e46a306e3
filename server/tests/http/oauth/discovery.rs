//! The documents under `/.well-known`.

use super::OAuth;
use crate::support::Reply;
use reqwest::Method;
use serde_json::{Value, json};

async fn get(oauth: &OAuth, path: &str) -> Reply {
    Reply::of(oauth.server.request(Method::GET, path).send().await.unwrap()).await
}

#[tokio::test]
async fn rfc_8414_3_the_server_describes_itself_under_the_issuer_that_was_asked() {
    let oauth = OAuth::start().await;
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let reply = get(&oauth, path).await;
        let document = reply.json();
        assert_eq!((reply.status.as_u16(), &document["issuer"]), (200, &json!(oauth.server.base)));
        for (member, path) in [
            ("token_endpoint", "/oauth/token"),
            ("introspection_endpoint", "/oauth/introspect"),
            ("revocation_endpoint", "/oauth/revoke"),
            ("jwks_uri", "/.well-known/jwks.json"),
        ] {
            assert_eq!(document[member], format!("{}{path}", oauth.server.base));
        }
        for endpoint in ["token", "introspection", "revocation"] {
            assert_eq!(
                document[format!("{endpoint}_endpoint_auth_methods_supported")],
                json!(["client_secret_basic", "client_secret_post", "private_key_jwt"])
            );
        }
        assert!(document.get("authorization_endpoint").is_none());
    }
}

#[tokio::test]
async fn rfc_7517_5_the_key_set_has_public_keys_only_each_with_use_alg_and_thumbprint() {
    let oauth = OAuth::start().await;
    super::define_api(&oauth.server, &oauth.owner, "acme", "urn:rsa", "RS256", "rsa").await;
    let reply = get(&oauth, "/.well-known/jwks.json").await;
    let keys = reply.json()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.iter().map(|key| key["alg"].as_str().unwrap()).collect::<Vec<_>>(), ["ES256", "RS256"]);
    for key in &keys {
        assert_eq!((&key["use"], key["kid"].as_str().unwrap().len()), (&json!("sig"), 43));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{key}");
        }
    }
}

#[tokio::test]
async fn rfc_9110_13_the_documents_are_kept_for_five_minutes_and_answered_by_their_tag() {
    let oauth = OAuth::start().await;
    for path in [
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/v1",
    ] {
        let reply = get(&oauth, path).await;
        assert_eq!(reply.header("cache-control"), "public, max-age=300", "{path}");
        let again = oauth.server.request(Method::GET, path).header("if-none-match", reply.header("etag"));
        let again = Reply::of(again.send().await.unwrap()).await;
        assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), reply.header("etag"));
        let other = oauth.server.request(Method::GET, path).header("if-none-match", "\"other\"");
        assert_eq!(other.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn rfc_9728_3_the_resource_is_the_one_that_was_asked_for_and_challenges_name_the_document() {
    let oauth = OAuth::start().await;
    for path in ["", "/v1"] {
        let document = get(&oauth, &format!("/.well-known/oauth-protected-resource{path}")).await.json();
        assert_eq!(document["resource"], format!("{}{path}", oauth.server.base));
        assert_eq!(document["authorization_servers"], json!([oauth.server.base]));
        assert_eq!(document["bearer_methods_supported"], json!(["header"]));
    }
    let named = format!("resource_metadata=\"{}/.well-known/oauth-protected-resource/v1\"", oauth.server.base);
    for reply in [get(&oauth, "/v1/me").await, oauth.server.get("/v1/me", "x").await] {
        assert!(reply.header("www-authenticate").contains(&named), "{:?}", reply.headers);
    }
}

#[tokio::test]
async fn what_is_not_there_is_problem_details() {
    let oauth = OAuth::start().await;
    for path in ["/.well-known/nothing", "/oauth/authorize"] {
        get(&oauth, path).await.assert_problem(404, "not_found");
    }
    let document: Value = get(&oauth, "/v1/openapi.json").await.json();
    assert!(document["paths"]["/oauth/token"]["post"].is_object());
}
