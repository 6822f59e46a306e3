//! API keys, clients and service accounts: their common behavior, and that of each kind.

use crate::support::{TestServer, ed25519};
use domain::credential::CredentialKind;
use reqwest::Method;
use serde_json::{Value, json};

fn path(kind: CredentialKind) -> String {
    match kind {
        CredentialKind::PersonalAccessToken => "/v1/me/tokens".into(),
        kind => format!("/v1/orgs/acme/{}", kind.rules().path),
    }
}

fn secret(kind: CredentialKind) -> &'static str {
    if kind == CredentialKind::Client { "/client_secret" } else { "/token" }
}

#[tokio::test]
async fn every_kind_is_issued_shown_edited_disabled_enabled_and_revoked_alike() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    for kind in CredentialKind::ALL {
        let base = path(kind);
        let issued = server.post(&base, &owner, &json!({ "name": "CRM sync", "scopes": ["credentials:read"] })).await;
        assert_eq!(issued.status, 201, "{kind} {}", issued.body);
        assert!(issued.text(secret(kind)).starts_with("mint_"), "{kind}");
        assert_eq!(issued.json()["revealed_once"], true);
        assert_eq!(issued.text("/kind"), kind.as_str());
        let one = format!("{base}/{}", issued.text("/id"));
        let shown = server.get(&one, &owner).await;
        assert!(!shown.body.contains(&issued.text(secret(kind))), "{kind}");
        assert_eq!(server.get(&base, &owner).await.json()["data"][0]["id"], issued.json()["id"]);

        let stale = server.request(Method::PATCH, &one).bearer_auth(&owner).header("if-match", "\"0000\"");
        let stale = stale.json(&json!({ "name": "x" })).send().await.unwrap();
        assert_eq!(stale.status(), 412, "{kind}");
        let fresh = server.request(Method::PATCH, &one).bearer_auth(&owner).header("if-match", shown.header("etag"));
        let fresh = fresh.json(&json!({ "name": "Renamed", "scopes": [] })).send().await.unwrap();
        assert_eq!(fresh.status(), 200, "{kind}");
        for (verb, status) in
            [("disable", "disabled"), ("disable", "disabled"), ("enable", "active"), ("revoke", "revoked")]
        {
            let reply = server.post(&format!("{one}/{verb}"), &owner, &json!({})).await;
            assert_eq!((reply.status.as_u16(), reply.text("/status")), (200, status.to_owned()), "{kind} {verb}");
        }
        server.post(&format!("{one}/enable"), &owner, &json!({})).await.assert_problem(409, "credential_ended");
        server.send(Method::PATCH, &one, &owner, &json!({ "name": "x" })).await.assert_problem(409, "credential_ended");
    }
}

#[tokio::test]
async fn a_team_is_given_changed_listed_recorded_and_removed() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    for kind in CredentialKind::ALL {
        let team = format!("Data {kind}");
        let body = json!({ "name": "CRM sync", "scopes": [], "team": team });
        let issued = server.post(&path(kind), &owner, &body).await;
        assert_eq!((issued.status.as_u16(), issued.text("/team")), (201, team.clone()), "{kind}");
        let (id, one) = (issued.text("/id"), format!("{}/{}", path(kind), issued.text("/id")));

        let listed = server.get(&format!("/v1/orgs/acme/credentials?team=Data+{kind}"), &owner).await.json();
        let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        assert_eq!(ids, [id.as_str()], "{kind}");

        let renamed = server.send(Method::PATCH, &one, &owner, &json!({ "name": "CRM" })).await;
        assert_eq!(renamed.text("/team"), team, "an edit of another field keeps it");
        let moved = server.send(Method::PATCH, &one, &owner, &json!({ "team": "Sales" })).await;
        assert_eq!(moved.text("/team"), "Sales");
        let log = server.get(&format!("/v1/orgs/acme/audit-events?target={id}&limit=1"), &owner).await.json();
        assert_eq!(log["data"][0]["detail"]["team"], json!({ "before": team, "after": "Sales" }), "{log}");
        let removed = server.send(Method::PATCH, &one, &owner, &json!({ "team": null })).await;
        assert_eq!(removed.json()["team"], Value::Null, "{kind}");
        let wrong = server.send(Method::PATCH, &one, &owner, &json!({ "team": "two\nlines" })).await;
        wrong.assert_problem(422, "invalid_characters");
        assert_eq!(wrong.text("/errors/0/pointer"), "/team");
    }
}

#[tokio::test]
async fn a_disabled_credential_is_refused_and_works_again_when_enabled() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (key, id) = server.api_key(&owner, "acme", &[]).await;
    server.post(&format!("/v1/orgs/acme/api-keys/{id}/disable"), &owner, &json!({})).await;
    server.get("/v1/me", &key).await.assert_problem(401, "invalid_token");
    server.post(&format!("/v1/orgs/acme/api-keys/{id}/enable"), &owner, &json!({})).await;
    assert_eq!(server.get("/v1/me", &key).await.status, 200);
}

#[tokio::test]
async fn an_api_key_speaks_for_the_organization_and_carries_its_limits() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "name": "Zapier", "scopes": ["credentials:read", "api_keys:write"], "env": "test", "resources": ["workspace:w1"],
        "ip_allowlist": ["127.0.0.0/8"], "rate_limit": { "limit": 100, "window_seconds": 60 }, "metadata": { "team": "crm" } });
    let issued = server.post("/v1/orgs/acme/api-keys", &owner, &body).await;
    let key = issued.text("/token");
    assert!(key.starts_with("mint_key_test_"));
    let me = server.get("/v1/me", &key).await;
    assert_eq!(me.json()["user"], Value::Null);
    assert_eq!(me.text("/credential/owner/type"), "organization");
    let whole = server.get("/v1/me/credential", &key).await;
    assert_eq!(whole.json()["metadata"], json!({ "team": "crm" }));
    let issuer_ends = server.get("/v1/me", &owner).await.text("/credential/expires_at");
    assert_eq!(me.text("/credential/expires_at"), issuer_ends, "nothing outlives the token that issued it");

    let wider = json!({ "name": "wider", "scopes": [] });
    server.post("/v1/orgs/acme/api-keys", &key, &wider).await.assert_problem(403, "resource_not_in_scope");
    let within = json!({ "name": "within", "scopes": ["credentials:read"], "resources": ["workspace:w1/project:p2"] });
    let child = server.post("/v1/orgs/acme/api-keys", &key, &within).await;
    assert_eq!(child.status, 201, "{}", child.body);
    assert_eq!(child.text("/created_by/id"), issued.text("/id"));
    let all = json!({ "name": "all", "scopes": ["all"], "resources": ["workspace:w1"] });
    server.post("/v1/orgs/acme/api-keys", &key, &all).await.assert_problem(422, "scope_not_allowed");
}

#[tokio::test]
async fn an_allow_list_is_kept_on_our_own_api_too() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let body = json!({ "name": "elsewhere", "scopes": [], "ip_allowlist": ["192.0.2.0/24"] });
    let key = server.post("/v1/orgs/acme/api-keys", &owner, &body).await.text("/token");
    server.get("/v1/me", &key).await.assert_problem(403, "ip_not_allowed");
    for wrong in ["0x7f.1", "10.0.0.0/33", "10.0.0.1/8", "localhost"] {
        let body = json!({ "name": "x", "scopes": [], "ip_allowlist": [wrong] });
        server.post("/v1/orgs/acme/api-keys", &owner, &body).await.assert_problem(422, "invalid_network");
    }
}

#[tokio::test]
async fn a_client_has_a_client_id_and_a_secret_or_keys_of_its_own() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let issued = server.post("/v1/orgs/acme/clients", &owner, &json!({ "name": "billing", "scopes": [] })).await;
    assert_eq!(issued.text("/client_id"), issued.text("/id"));
    let secret = issued.text("/client_secret");
    assert!(secret.starts_with("mint_cs_"));
    server.get("/v1/me", &secret).await.assert_problem(401, "invalid_token");

    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let body = json!({ "name": "device", "scopes": [], "auth_method": "private_key_jwt", "jwks": { "keys": [jwk] } });
    let device = server.post("/v1/orgs/acme/clients", &owner, &body).await;
    assert_eq!(device.status, 201, "{}", device.body);
    assert!(device.json().get("client_secret").is_none());
    let one = format!("/v1/orgs/acme/clients/{}", device.text("/id"));
    server.post(&format!("{one}/roll"), &owner, &json!({})).await.assert_problem(409, "no_secret");
    let keys = server.get(&format!("{one}/keys"), &owner).await.json();
    let kid = keys["keys"][0]["kid"].as_str().unwrap();
    // A client keeps the `kid` it chose. The API rejects an equal key with another `kid`, and another key with an equal
    // `kid`.
    let mut own = ed25519();
    own["kid"] = json!("mine/1");
    let added = server.post(&format!("{one}/keys"), &owner, &own).await;
    assert_eq!(added.status, 200, "{}", added.body);
    assert_eq!(server.get(&format!("{one}/keys"), &owner).await.text("/keys/1/kid"), "mine/1");
    assert_eq!(server.post(&format!("{one}/keys"), &owner, &own).await.status, 200, "it is known");
    let mut renamed = own.clone();
    renamed["kid"] = json!("mine/2");
    let mut other = ed25519();
    other["kid"] = json!("mine/1");
    for duplicate in [&renamed, &other] {
        server.post(&format!("{one}/keys"), &owner, duplicate).await.assert_problem(422, "duplicate_key");
    }
    let twice =
        json!({ "name": "twice", "scopes": [], "auth_method": "private_key_jwt", "jwks": { "keys": [own, own] } });
    server.post("/v1/orgs/acme/clients", &owner, &twice).await.assert_problem(422, "duplicate_key");
    let gone = server.send(Method::DELETE, &format!("{one}/keys/mine%2F1"), &owner, &json!({})).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    let last = server.send(Method::DELETE, &format!("{one}/keys/{kid}"), &owner, &json!({})).await;
    last.assert_problem(409, "last_key");
    let private =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "AA" });
    server.post(&format!("{one}/keys"), &owner, &private).await.assert_problem(422, "private_key");
}

#[tokio::test]
async fn a_service_accounts_tokens_have_its_role_and_belong_to_nobody_else() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let made = server.post("/v1/orgs/acme/service-accounts", &owner, &json!({ "name": "ci", "role": "viewer" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let tokens = format!("/v1/orgs/acme/service-accounts/{}/tokens", made.text("/id"));
    let issued =
        server.post(&tokens, &owner, &json!({ "name": "build", "scopes": ["credentials:read", "audit:read"] })).await;
    assert_eq!(issued.status, 201, "{}", issued.body);
    assert_eq!(issued.text("/owner/type"), "service_account");
    let token = issued.text("/token");
    let me = server.get("/v1/me", &token).await;
    assert_eq!(me.text("/service_account/name"), "ci");
    server.get("/v1/orgs/acme/audit-events", &token).await.assert_problem(403, "insufficient_scope");
    assert_eq!(server.get("/v1/me/tokens", &token).await.json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(server.get(&tokens, &owner).await.json()["data"].as_array().map(Vec::len), Some(1));
    let own = server.get("/v1/me/tokens", &owner).await.json();
    assert!(own["data"].as_array().unwrap().iter().all(|token| token["owner"]["type"] == "user"));
}

#[tokio::test]
async fn a_refusal_by_scope_says_where_to_add_it() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (key, id) = server.api_key(&owner, "acme", &["audit:read"]).await;
    let reply = server.get("/v1/orgs/acme/credentials", &key).await;
    reply.assert_problem(403, "insufficient_scope");
    assert_eq!(reply.text("/fix_url"), format!("{}/orgs/acme/api-keys/{id}?scopes=credentials:read", server.base));
}

#[tokio::test]
async fn an_edit_of_a_limit_begins_no_new_count() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    for (limit, narrower) in [
        (
            json!({ "rate_limit": { "limit": 2, "window_seconds": 600 } }),
            json!({ "rate_limit": { "limit": 2, "window_seconds": 601 } }),
        ),
        (json!({ "quota": { "limit": 2, "period": "day" } }), json!({ "quota": { "limit": 2, "period": "month" } })),
        (json!({ "quota": { "limit": 3, "period": "day" } }), json!({ "quota": { "limit": 2, "period": "day" } })),
    ] {
        let mut body = json!({ "name": "CRM sync", "scopes": [] });
        body.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
        let issued = server.post("/v1/orgs/acme/api-keys", &owner, &body).await;
        let (key, path) = (issued.text("/token"), format!("/v1/orgs/acme/api-keys/{}", issued.text("/id")));
        for _ in 0..2 {
            assert_eq!(server.get("/v1/me", &key).await.status, 200, "{limit}");
        }
        assert_eq!(server.send(Method::PATCH, &path, &owner, &narrower).await.status, 200);
        assert_eq!(server.get("/v1/me", &key).await.status, 429, "{narrower}");
    }
}
