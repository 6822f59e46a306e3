//! `POST /oauth/revoke`.

use super::{Client, OAuth, issue_client};
use serde_json::json;

#[tokio::test]
async fn rfc_7009_2_2_every_token_is_answered_alike_and_in_json() {
    let oauth = OAuth::start().await;
    let token = oauth.token(&oauth.client, &[]).await;
    for token in ["x", "a.b.c", "mint_pat_00000000000000000000000000000000000000000000BFvHX", &token, &token] {
        let form = [("token", token), ("token_type_hint", "refresh_token")];
        let reply = oauth.post("/oauth/revoke", Some(&oauth.client), &form).await;
        assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({})), "{token}");
        assert_eq!((reply.header("content-type"), reply.header("cache-control")), ("application/json", "no-store"));
    }
    oauth.assert_inactive(&oauth.client, &token).await;
    oauth.post("/oauth/revoke", None, &[("token", &token)]).await.assert_oauth_error(401, "invalid_client");
    oauth.post("/oauth/revoke", Some(&oauth.client), &[]).await.assert_oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn rfc_7009_2_1_one_access_token_is_revoked_and_its_siblings_go_on() {
    let oauth = OAuth::start().await;
    let (one, other) = (oauth.token(&oauth.client, &[]).await, oauth.token(&oauth.client, &[]).await);
    oauth.post("/oauth/revoke", Some(&oauth.client), &[("token", &one)]).await;
    oauth.assert_inactive(&oauth.client, &one).await;
    assert_eq!(oauth.introspect(&oauth.client, &other).await["active"], true);
    let events = oauth.server.get("/v1/orgs/acme/audit-events?limit=1", &oauth.owner).await.json();
    assert_eq!(events["data"][0]["action"], "access_token.revoked");
}

#[tokio::test]
async fn rfc_7009_2_1_a_token_of_another_client_is_left_alone_and_the_attempt_is_recorded() {
    let oauth = OAuth::start().await;
    let token = oauth.token(&oauth.client, &[]).await;
    let sibling = oauth.issue_client(&json!({})).await;
    let globex = oauth.server.org("globex").await;
    super::define_api(&oauth.server, &globex, "globex", "urn:globex", "ES256", "contacts").await;
    let foreign = issue_client(&oauth.server, &globex, "globex", &json!({})).await;
    let (pat, _) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    for (client, token) in [(&sibling, &token), (&foreign, &token), (&foreign, &pat)] {
        let reply = oauth.post("/oauth/revoke", Some(client), &[("token", token)]).await;
        assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({})));
        assert_eq!(oauth.introspect(&oauth.client, token).await["active"], true);
    }
    for (org, owner) in [("acme", &oauth.owner), ("globex", &globex)] {
        let events = oauth.server.get(&format!("/v1/orgs/{org}/audit-events?limit=1"), owner).await.json();
        assert_eq!(events["data"][0]["action"], "credential.denied", "{org}");
    }
}

#[tokio::test]
async fn whoever_holds_a_credential_can_end_it_and_what_comes_from_it_ends_too() {
    let oauth = OAuth::start().await;
    let (secret, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let as_client = Client { id: id.clone(), secret: secret.clone() };
    let derived = oauth.token(&as_client, &[]).await;
    assert_eq!(oauth.introspect(&oauth.client, &derived).await["active"], true);
    oauth.post("/oauth/revoke", Some(&as_client), &[("token", &secret)]).await;
    oauth.assert_inactive(&oauth.client, &derived).await;
    oauth.server.get("/v1/me", &secret).await.assert_problem(401, "invalid_token");
    let status = oauth.server.get(&format!("/v1/me/tokens/{id}"), &oauth.owner).await.text("/status");
    assert_eq!(status, "revoked");
}
