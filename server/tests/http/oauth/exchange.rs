//! `POST /oauth/token` with the grant type token-exchange.

use super::{Client, OAuth, part};
use crate::support::Reply;
use serde_json::json;

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const CREDENTIAL: &str = "urn:mintmark:token-type:credential";

async fn exchange(oauth: &OAuth, client: &Client, subject: &str, more: &[(&str, &str)]) -> Reply {
    let form = [("grant_type", EXCHANGE), ("subject_token", subject), ("subject_token_type", CREDENTIAL)];
    let form: Vec<_> = form.iter().chain(more).copied().collect();
    oauth.post("/oauth/token", Some(client), &form).await
}

async fn exchanger(oauth: &OAuth) -> Client {
    oauth.issue_client(&json!({ "scopes": [], "grant_types": ["client_credentials", EXCHANGE] })).await
}

#[tokio::test]
async fn rfc_8693_2_2_a_credential_becomes_a_short_access_token_that_names_both() {
    let oauth = OAuth::start().await;
    let client = exchanger(&oauth).await;
    let (pat, id) = oauth.server.issue(&oauth.owner, &["contacts:read", "contacts:write"]).await;
    let reply = exchange(&oauth, &client, &pat, &[("scope", "contacts:read")]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.text("/issued_token_type"), "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!((reply.text("/token_type"), reply.text("/scope")), ("Bearer".into(), "contacts:read".into()));
    assert!(reply.json()["expires_in"].as_i64().unwrap() <= 900);
    let claims = part(&reply.text("/access_token"), 1);
    assert!(claims["sub"].as_str().unwrap().starts_with("usr_"));
    assert_eq!((&claims["client_id"], &claims["act"]["sub"]), (&json!(client.id), &json!(client.id)));
    assert_eq!(claims["credential_id"], json!(id));
    let events = oauth.server.get("/v1/orgs/acme/audit-events?limit=1", &oauth.owner).await.json();
    assert_eq!(events["data"][0]["action"], "credential.exchanged");
    assert_eq!(events["data"][0]["target"]["id"], json!(id));
}

#[tokio::test]
async fn rfc_8693_2_2_2_what_is_no_good_or_asks_for_more_is_refused() {
    let oauth = OAuth::start().await;
    let client = exchanger(&oauth).await;
    let (pat, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let globex = oauth.server.org("globex").await;
    exchange(&oauth, &client, &pat, &[("scope", "contacts:write")]).await.assert_oauth_error(400, "invalid_scope");
    exchange(&oauth, &client, &pat, &[("resource", "urn:x")]).await.assert_oauth_error(400, "invalid_target");
    exchange(&oauth, &client, &pat, &[("audience", "urn:x")]).await.assert_oauth_error(400, "invalid_target");
    let twice = [("subject_token", pat.as_str())];
    exchange(&oauth, &client, &pat, &twice).await.assert_oauth_error(400, "invalid_request");
    let wanted = [("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")];
    exchange(&oauth, &client, &pat, &wanted).await.assert_oauth_error(400, "invalid_request");
    let token = oauth.token(&oauth.client, &[]).await;
    for subject in [globex.as_str(), "x", &oauth.client.secret, &token] {
        exchange(&oauth, &client, subject, &[]).await.assert_oauth_error(400, "invalid_request");
    }
    exchange(&oauth, &oauth.client, &pat, &[]).await.assert_oauth_error(400, "unauthorized_client");
    exchange(&oauth, &Client { id, secret: pat.clone() }, &pat, &[])
        .await
        .assert_oauth_error(400, "unauthorized_client");
}

#[tokio::test]
async fn ending_the_credential_or_the_client_ends_the_exchanged_token() {
    let oauth = OAuth::start().await;
    for revoked in ["credential", "client"] {
        let client = exchanger(&oauth).await;
        let (pat, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
        let token = exchange(&oauth, &client, &pat, &[]).await.text("/access_token");
        assert_eq!(oauth.introspect(&oauth.client, &token).await["active"], true);
        let path = match revoked {
            "client" => format!("/v1/orgs/acme/clients/{}/revoke", client.id),
            _ => format!("/v1/me/tokens/{id}/revoke"),
        };
        assert_eq!(oauth.server.post(&path, &oauth.owner, &json!({})).await.status, 200);
        oauth.assert_inactive(&oauth.client, &token).await;
    }
}
