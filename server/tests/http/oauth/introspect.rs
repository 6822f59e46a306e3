//! `POST /oauth/introspect`.

use super::{CONTACTS, OAuth, define_api, part};
use crate::support::Reply;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn rfc_7662_2_2_an_active_access_token_is_described_whole() {
    let oauth = OAuth::start().await;
    let token = oauth.token(&oauth.client, &[("scope", "contacts:read")]).await;
    let (found, claims) = (oauth.introspect(&oauth.client, &token).await, part(&token, 1));
    assert_eq!((&found["active"], &found["token_type"]), (&json!(true), &json!("Bearer")));
    for claim in ["scope", "client_id", "sub", "exp", "iat", "iss", "aud", "jti", "org_id", "sub_type"] {
        assert_eq!(found[claim], claims[claim], "{claim}");
    }
    assert_eq!((&found["nbf"], &found["credential_id"]), (&claims["iat"], &json!(oauth.client.id)));
    assert!(found.get("username").is_none());
}

#[tokio::test]
async fn rfc_7662_2_2_an_opaque_credential_is_described_with_the_person_it_represents() {
    let oauth = OAuth::start().await;
    let (token, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let found = oauth.introspect(&oauth.client, &token).await;
    assert_eq!((&found["active"], &found["scope"]), (&json!(true), &json!("contacts:read")));
    assert_eq!((&found["username"], &found["sub_type"]), (&json!("owner@acme.test"), &json!("user")));
    assert_eq!((&found["credential_id"], &found["aud"]), (&json!(id), &json!(CONTACTS)));
    assert!(found["sub"].as_str().unwrap().starts_with("usr_") && found["exp"].is_i64());
    let (key, id) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read"]).await;
    let found = oauth.introspect(&oauth.client, &key).await;
    assert_eq!((&found["sub"], &found["sub_type"]), (&json!(id), &json!("application")));
    assert!(found.get("username").is_none());
}

#[tokio::test]
async fn rfc_7662_2_2_whatever_is_not_active_is_answered_with_that_alone() {
    let oauth = OAuth::start().await;
    let (client, owner) = (&oauth.client, &oauth.owner);
    for unknown in ["x", "mint_pat_00000000000000000000000000000000000000000000BFvHX", "a.b.c", &client.secret] {
        oauth.assert_inactive(client, unknown).await;
    }
    let (revoked, id) = oauth.server.issue(owner, &["contacts:read"]).await;
    oauth.server.post(&format!("/v1/me/tokens/{id}/revoke"), owner, &json!({})).await;
    oauth.assert_inactive(client, &revoked).await;
    let bound = json!({ "name": "bound", "scopes": ["contacts:read"], "ip_allowlist": ["0.0.0.0/0", "::/0"] });
    let bound = oauth.server.post("/v1/orgs/acme/api-keys", owner, &bound).await.text("/token");
    oauth.assert_inactive(client, &bound).await;
    let globex = oauth.server.org("globex").await;
    oauth.assert_inactive(client, &globex).await;
    let token = oauth.token(client, &[]).await;
    oauth.server.move_clock(600);
    oauth.assert_inactive(client, &token).await;
}

#[tokio::test]
async fn rfc_7662_4_a_client_that_is_bound_to_audiences_learns_of_no_other_token() {
    let oauth = OAuth::start().await;
    define_api(&oauth.server, &oauth.owner, "acme", "urn:acme:mail", "ES256", "mail").await;
    let mail = oauth.issue_client(&json!({ "scopes": ["mail:read"], "audiences": ["urn:acme:mail"] })).await;
    let token = oauth.token(&oauth.client, &[]).await;
    oauth.assert_inactive(&mail, &token).await;
    let (key, _) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read"]).await;
    oauth.assert_inactive(&mail, &key).await;
    let own = oauth.token(&mail, &[]).await;
    assert_eq!(oauth.introspect(&mail, &own).await["active"], true);
}

#[tokio::test]
async fn rfc_7662_2_1_the_caller_proves_who_it_is_as_a_client_or_by_a_token_that_may_verify() {
    let oauth = OAuth::start().await;
    let token = oauth.token(&oauth.client, &[]).await;
    let form = [("token", token.as_str())];
    oauth.post("/oauth/introspect", None, &form).await.assert_oauth_error(401, "invalid_client");
    let bearer = async |bearer: &str| {
        let request = oauth.server.request(Method::POST, "/oauth/introspect").bearer_auth(bearer).form(&form);
        Reply::of(request.send().await.unwrap()).await
    };
    let (verifier, _) = oauth.server.api_key(&oauth.owner, "acme", &["keys:verify"]).await;
    assert_eq!(bearer(&verifier).await.json()["active"], true);
    let (powerless, _) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read"]).await;
    let refused = bearer(&powerless).await;
    refused.assert_oauth_error(403, "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("scope=\"keys:verify\""));
    let refused = bearer("x").await;
    refused.assert_oauth_error(401, "invalid_token");
    assert!(refused.header("www-authenticate").starts_with("Bearer "));
    oauth.post("/oauth/introspect", Some(&oauth.client), &[]).await.assert_oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn rights_that_are_taken_from_the_credential_are_gone_from_its_tokens() {
    let oauth = OAuth::start().await;
    let (token, one) = (oauth.token(&oauth.client, &[]).await, format!("/v1/orgs/acme/clients/{}", oauth.client.id));
    let narrower = json!({ "scopes": ["contacts:read"] });
    assert_eq!(oauth.server.send(Method::PATCH, &one, &oauth.owner, &narrower).await.status, 200);
    let found: Value = oauth.introspect(&oauth.client, &token).await;
    assert_eq!(found["scope"], "contacts:read");
    let other = oauth.issue_client(&json!({})).await;
    oauth.server.post(&format!("{one}/disable"), &oauth.owner, &json!({})).await;
    oauth.assert_inactive(&other, &token).await;
    oauth.server.post(&format!("{one}/enable"), &oauth.owner, &json!({})).await;
    assert_eq!(oauth.introspect(&other, &token).await["active"], true);
    oauth.server.post(&format!("{one}/revoke"), &oauth.owner, &json!({})).await;
    oauth.assert_inactive(&other, &token).await;
}
