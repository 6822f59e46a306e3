//! Access tokens as credentials for Mintmark's own API.

use super::{OAuth, part};
use crate::support::Reply;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

async fn manager(oauth: &OAuth) -> (super::Client, String) {
    let scopes = json!({ "scopes": ["clients:write", "api_keys:write", "credentials:read", "contacts:read"] });
    let client = oauth.issue_client(&scopes).await;
    let token = oauth.token(&client, &[("resource", &format!("{}/v1", oauth.server.base))]).await;
    (client, token)
}

#[tokio::test]
async fn a_token_with_the_management_audience_calls_and_any_other_does_not() {
    let oauth = OAuth::start().await;
    let (client, token) = manager(&oauth).await;
    let me = oauth.server.get("/v1/me", &token).await;
    assert_eq!((me.status.as_u16(), me.text("/credential/id")), (200, client.id.clone()));
    assert_eq!(me.header("x-token-scopes"), part(&token, 1)["scope"]);
    assert!(!me.header("x-token-expires-at").is_empty());
    assert_eq!(oauth.server.get("/v1/orgs/acme/credentials", &token).await.status, 200);
    oauth.server.get("/v1/orgs/acme/audit-events", &token).await.assert_problem(403, "insufficient_scope");
    let elsewhere = oauth.token(&client, &[("resource", super::CONTACTS)]).await;
    oauth.server.get("/v1/me", &elsewhere).await.assert_problem(401, "invalid_token");
    oauth.server.get("/v1/me", &client.secret).await.assert_problem(401, "invalid_token");
    oauth.server.get("/v1/me/tokens", &token).await.assert_problem(403, "user_context_required");
}

#[tokio::test]
async fn an_access_token_never_obtains_or_widens_a_credential() {
    let oauth = OAuth::start().await;
    // Only Mintmark's own scopes, so that the token has every scope of its client.
    let scopes = json!({ "scopes": ["clients:write", "api_keys:write", "credentials:read"] });
    let client = oauth.issue_client(&scopes).await;
    let token = oauth.token(&client, &[("resource", &format!("{}/v1", oauth.server.base))]).await;
    let key = oauth
        .server
        .post("/v1/orgs/acme/api-keys", &oauth.owner, &json!({ "name": "k", "scopes": ["credentials:read"] }))
        .await;
    let key = format!("/v1/orgs/acme/api-keys/{}", key.text("/id"));
    let one = format!("/v1/orgs/acme/clients/{}", client.id);
    let issued = json!({ "name": "x", "scopes": ["credentials:read"] });
    for (path, body) in [
        ("/v1/me/credential/roll", json!({})),
        ("/v1/me/credential/revoke", json!({})),
        (&format!("{one}/roll"), json!({})),
        (&format!("{key}/roll"), json!({})),
        ("/v1/orgs/acme/api-keys", issued.clone()),
        ("/v1/orgs/acme/clients", issued),
    ] {
        oauth.server.post(path, &token, &body).await.assert_problem(403, "credential_required");
    }
    let wider = json!({ "scopes": ["api_keys:write", "credentials:read"] });
    let edited = oauth.server.send(Method::PATCH, &key, &token, &wider).await;
    edited.assert_problem(403, "credential_required");
    // An edit that removes rights needs only the scope.
    for edit in [json!({ "name": "renamed" }), json!({ "scopes": [] })] {
        assert_eq!(oauth.server.send(Method::PATCH, &key, &token, &edit).await.status, 200, "{edit}");
    }
    assert_eq!(oauth.server.post(&format!("{key}/revoke"), &token, &json!({})).await.status, 200);
}

#[tokio::test]
async fn an_access_token_does_not_repeat_a_request_of_its_credential() {
    let oauth = OAuth::start().await;
    let me = oauth.server.get("/v1/me", &oauth.owner).await;
    let owner = super::Client { id: me.text("/credential/id"), secret: oauth.owner.clone() };
    let token = oauth.token(&owner, &[("resource", &format!("{}/v1", oauth.server.base))]).await;
    for (path, body) in [
        ("/v1/orgs/acme/invitations", json!({ "email": "new@acme.test", "role": "member" })),
        ("/v1/orgs/acme/api-keys", json!({ "name": "x", "scopes": ["credentials:read"] })),
    ] {
        let send = async |token: &str| {
            let request = oauth.server.request(Method::POST, path).bearer_auth(token);
            let key = "5b1b2f5e-9a0c-4d3c-8f0a-1f4c7b0f6a11";
            Reply::of(request.header("idempotency-key", key).json(&body).send().await.unwrap()).await
        };
        assert_eq!(send(&oauth.owner).await.status, 201, "{path}");
        send(&token).await.assert_problem(403, "credential_required");
        assert_eq!(send(&oauth.owner).await.status, 201, "{path}");
    }
}

#[tokio::test]
async fn what_is_taken_from_the_credential_is_taken_from_its_token_on_the_next_call() {
    let oauth = OAuth::start().await;
    let (client, token) = manager(&oauth).await;
    let one = format!("/v1/orgs/acme/clients/{}", client.id);
    let narrower = json!({ "scopes": ["clients:write"] });
    oauth.server.send(Method::PATCH, &one, &oauth.owner, &narrower).await;
    oauth.server.get("/v1/orgs/acme/credentials", &token).await.assert_problem(403, "insufficient_scope");
    oauth.server.post(&format!("{one}/revoke"), &oauth.owner, &json!({})).await;
    oauth.server.get("/v1/me", &token).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn rfc_8725_3_a_token_that_was_tampered_with_is_refused_everywhere() {
    let oauth = OAuth::start().await;
    let (client, token) = manager(&oauth).await;
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let with = |change: &dyn Fn(&mut Value), index: usize| {
        let mut value = part(&token, index);
        change(&mut value);
        if index == 0 {
            format!("{}.{claims}.{signature}", text(&value))
        } else {
            format!("{header}.{}.{signature}", text(&value))
        }
    };
    for bad in [
        with(&|header| header["alg"] = json!("none"), 0),
        with(&|header| header["alg"] = json!("HS256"), 0),
        with(&|header| header["kid"] = json!("../../etc/passwd"), 0),
        with(&|header| header["kid"] = json!("' OR 1=1 --"), 0),
        with(&|header| header["jku"] = json!("https://evil.example/jwks.json"), 0),
        with(&|header| header["typ"] = json!("JWT"), 0),
        with(&|claims| claims["scope"] = json!("all"), 1),
        with(&|claims| claims["exp"] = json!(9_999_999_999_i64), 1),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{token}x"),
        format!("{token}=="),
        "ey.ey.ey".to_owned(),
    ] {
        oauth.server.get("/v1/me", &bad).await.assert_problem(401, "invalid_token");
        oauth.assert_inactive(&client, &bad).await;
    }
}
