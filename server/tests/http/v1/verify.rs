//! `POST /v1/verify`: the reply to a resource server about a token.

use crate::support::{Reply, TestServer};
use domain::{access::Role, verify::Verdict};
use reqwest::Method;
use serde_json::{Value, json};

/// An organization with an API and a key that may verify.
pub(crate) struct Desk {
    pub(crate) server: TestServer,
    pub(crate) owner: String,
    pub(crate) verifier: String,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let server = TestServer::start().await;
        let owner = server.org("acme").await;
        let api = json!({ "name": "Contacts", "audience": "https://api.acme.test",
            "scopes": [{ "name": "contacts:read" }, { "name": "contacts:write" }],
            "operations": [
                { "id": "contacts.create", "method": "POST", "path": "/contacts", "scopes": { "any": ["contacts:write"] } },
                { "id": "profile.show", "method": "GET", "path": "/me", "scopes": { "any": [] }, "user_context": "required" },
                { "id": "sync.run", "method": "POST", "path": "/sync", "scopes": { "any": [] }, "user_context": "forbidden" },
                { "id": "projects.show", "method": "GET", "path": "/projects/{id}", "scopes": { "any": [] },
                    "resource_type": "project" },
            ] });
        let made = server.post("/v1/orgs/acme/apis", &owner, &api).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let (verifier, _) = server.api_key(&owner, "acme", &["keys:verify"]).await;
        Self { server, owner, verifier }
    }

    pub(crate) async fn key(&self, body: Value) -> (String, String) {
        let mut key = json!({ "name": "Zapier \"CRM\" sync", "scopes": ["contacts:read"] });
        key.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let reply = self.server.post("/v1/orgs/acme/api-keys", &self.owner, &key).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        (reply.text("/token"), reply.text("/id"))
    }

    pub(crate) async fn asks(&self, body: Value) -> Reply {
        self.server.post("/v1/verify", &self.verifier, &body).await
    }

    /// The verdict on a token with these additional request members.
    pub(crate) async fn verdict(&self, token: &str, asked: Value) -> String {
        let mut body = json!({ "token": token });
        body.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        let reply = self.asks(body).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.json()["valid"] == true, reply.text("/code") == "valid");
        reply.text("/code")
    }

    async fn acts(&self, id: &str, verb: &str) {
        let path = format!("/v1/orgs/acme/api-keys/{id}/{verb}");
        assert_eq!(self.server.post(&path, &self.owner, &json!({})).await.status, 200, "{verb}");
    }
}

#[tokio::test]
async fn a_good_token_is_told_whole_and_a_bad_one_is_data() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({ "rate_limit": { "limit": 100, "window_seconds": 60 } })).await;
    let reply = desk.asks(json!({ "token": key, "scopes": ["contacts:read"] })).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("content-type"), "application/json");
    let org = desk.server.get("/v1/me", &desk.owner).await.text("/organization/id");
    let expires_at = desk.server.get(&format!("/v1/orgs/acme/api-keys/{id}"), &desk.owner).await.text("/expires_at");
    assert_eq!(
        reply.json(),
        json!({ "valid": true, "code": "valid", "credential_id": id, "kind": "api_key", "env": "live",
            "name": "Zapier \"CRM\" sync", "org": { "id": org, "slug": "acme" },
            "subject": { "type": "application", "id": id }, "user": null, "scopes": ["contacts:read"],
            "missing_scopes": [], "resources": [], "expires_at": expires_at, "retires_at": null,
            "rate_limit": { "limit": 100, "remaining": 99, "reset_seconds": 1 }, "fix_url": null })
    );
    let reply = desk.asks(json!({ "token": key, "scopes": ["contacts:write"] })).await.json();
    assert_eq!((&reply["valid"], &reply["code"]), (&json!(false), &json!("insufficient_scope")));
    assert_eq!(reply["missing_scopes"], json!(["contacts:write"]));
    let page = format!("{}/orgs/acme/api-keys/{id}?scopes=contacts:write", desk.server.base);
    assert_eq!(reply["fix_url"], json!(page));
    let unknown = desk.asks(json!({ "token": key.replace("mint_key_", "mint_pat_") })).await.json();
    assert_eq!((&unknown["code"], &unknown["credential_id"]), (&json!("malformed"), &Value::Null));
}

#[tokio::test]
async fn a_person_and_a_service_account_are_named() {
    let desk = Desk::open().await;
    let (token, _) = desk.server.issue(&desk.owner, &["contacts:read"]).await;
    let of_person = desk.asks(json!({ "token": token, "require": "user" })).await.json();
    assert_eq!(of_person["subject"]["type"], "user");
    assert_eq!(of_person["user"]["email"], "owner@acme.test");
    assert_eq!(of_person["user"]["id"], of_person["subject"]["id"]);
    let accounts = "/v1/orgs/acme/service-accounts";
    let account = desk.server.post(accounts, &desk.owner, &json!({ "name": "ci", "role": "member" })).await.text("/id");
    let body = json!({ "name": "CI", "scopes": ["contacts:read"] });
    let token = desk.server.post(&format!("{accounts}/{account}/tokens"), &desk.owner, &body).await.text("/token");
    let of_account = desk.asks(json!({ "token": token })).await.json();
    assert_eq!(of_account["subject"], json!({ "type": "service_account", "id": account }));
    assert_eq!(of_account["user"]["name"], "ci");
}

#[tokio::test]
async fn every_verdict_that_a_credential_can_come_to() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({})).await;
    let (token, _) = desk.server.issue(&desk.owner, &["contacts:read"]).await;
    let (bound, _) = desk.key(json!({ "resources": ["project:a"], "ip_allowlist": ["10.0.0.0/8"] })).await;
    let (test, _) = desk.key(json!({ "env": "test" })).await;
    let globex = desk.server.org("globex").await;
    let inside = json!({ "ip": "10.1.2.3" });
    let with = |more: Value| {
        let mut asked = inside.clone();
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asked
    };
    for (token, asked, code) in [
        (key.as_str(), json!({}), "valid"),
        (&key, json!({ "operation": "contacts.create" }), "insufficient_scope"),
        (&key, json!({ "operation": "profile.show" }), "user_context_required"),
        (&key, json!({ "operation": "sync.run" }), "valid"),
        (&token, json!({ "operation": "sync.run" }), "application_context_required"),
        (&token, json!({ "require": "application" }), "application_context_required"),
        (&key, json!({ "require": "user" }), "user_context_required"),
        (&key, json!({ "env": "test" }), "environment_mismatch"),
        (&test, json!({ "env": "test" }), "valid"),
        (&bound, json!({}), "ip_not_allowed"),
        (&bound, json!({ "ip": "192.0.2.1" }), "ip_not_allowed"),
        (&bound, inside.clone(), "valid"),
        (&bound, with(json!({ "resource": "project:b" })), "resource_not_in_scope"),
        (&bound, with(json!({ "resource": "project:a/task:7" })), "valid"),
        (&bound, with(json!({ "operation": "projects.show" })), "resource_not_in_scope"),
        (&globex, json!({}), "not_found"),
        ("hello", json!({}), "malformed"),
        ("mint_key_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz29wsm7", json!({}), "not_found"),
        ("", json!({}), "malformed"),
    ] {
        assert_eq!(desk.verdict(token, asked.clone()).await, code, "{asked}");
    }
    desk.acts(&id, "disable").await;
    assert_eq!(desk.verdict(&key, json!({})).await, "disabled");
    desk.acts(&id, "enable").await;
    assert_eq!(desk.verdict(&key, json!({})).await, "valid");
    desk.acts(&id, "revoke").await;
    assert_eq!(desk.verdict(&key, json!({ "env": "test" })).await, "revoked");
    let (short, _) = desk.key(json!({ "expires_in": 3600 })).await;
    desk.server.move_clock(3601);
    assert_eq!(desk.verdict(&short, json!({})).await, "expired");
}

#[tokio::test]
async fn a_rolled_secret_is_told_to_retire_and_then_to_be_over() {
    let desk = Desk::open().await;
    let (old, id) = desk.key(json!({})).await;
    let path = format!("/v1/orgs/acme/api-keys/{id}/roll");
    let new = desk.server.post(&path, &desk.owner, &json!({ "overlap_seconds": 600 })).await.text("/token");
    assert_eq!(desk.asks(json!({ "token": old })).await.json()["retires_at"], Value::Null);
    assert_eq!(desk.verdict(&new, json!({})).await, "valid");
    desk.server.service.node().flush_usage().await.unwrap();
    assert!(desk.asks(json!({ "token": old })).await.json()["retires_at"].is_string());
    desk.server.move_clock(601);
    assert_eq!(desk.verdict(&old, json!({})).await, "expired");
    let again = desk.server.post(&path, &desk.owner, &json!({ "overlap_seconds": 600 })).await.text("/token");
    desk.server.post(&format!("{path}/cancel"), &desk.owner, &json!({})).await;
    assert_eq!(desk.verdict(&again, json!({})).await, "revoked");
    assert_eq!(desk.verdict(&new, json!({})).await, "valid");
}

#[tokio::test]
async fn a_rate_limit_counts_good_calls_by_their_cost_and_comes_back() {
    let desk = Desk::open().await;
    let (key, _) = desk.key(json!({ "rate_limit": { "limit": 5, "window_seconds": 50 } })).await;
    assert_eq!(desk.verdict(&key, json!({ "scopes": ["contacts:write"] })).await, "insufficient_scope");
    assert_eq!(desk.asks(json!({ "token": key, "cost": 4 })).await.json()["rate_limit"]["remaining"], 1);
    assert_eq!(desk.verdict(&key, json!({ "cost": 2 })).await, "rate_limited");
    assert_eq!(desk.verdict(&key, json!({})).await, "valid");
    let refused = desk.asks(json!({ "token": key })).await.json();
    assert_eq!(refused["code"], "rate_limited");
    assert_eq!(refused["rate_limit"]["remaining"], 0);
    desk.server.get("/v1/me", &key).await.assert_problem(429, "rate_limited");
    desk.server.move_clock(10);
    let reply = desk.server.get("/v1/me", &key).await;
    assert_eq!(reply.header("ratelimit"), "\"default\";r=0;t=50", "{:?}", reply.headers);
    assert_eq!(reply.header("ratelimit-policy"), "\"default\";q=5;w=50");
}

#[tokio::test]
async fn a_change_of_the_catalog_or_of_a_role_counts_from_the_next_call_on() {
    let desk = Desk::open().await;
    let (key, _) = desk.key(json!({})).await;
    let apis = desk.server.get("/v1/orgs/acme/apis", &desk.owner).await.json();
    let apis = apis["data"].as_array().cloned().unwrap();
    let api = apis.iter().find(|api| api["name"] == "Contacts").unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/orgs/acme/apis/{api}");
    let scopes = json!({ "scopes": ["contacts:read"] });
    assert_eq!(desk.verdict(&key, scopes.clone()).await, "valid");
    let removed =
        desk.server.send(Method::DELETE, &format!("{path}/scopes/contacts:read"), &desk.owner, &json!({})).await;
    assert!(removed.status.is_success(), "{}", removed.body);
    assert_eq!(desk.verdict(&key, scopes.clone()).await, "insufficient_scope");
    let added = desk.server.post(&format!("{path}/scopes"), &desk.owner, &json!({ "name": "contacts:read" })).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(desk.verdict(&key, scopes).await, "valid");
    let viewer = desk.server.member(&desk.owner, "v@acme.test", Role::Viewer).await;
    let (token, _) = viewer.issue("V", &["all"]).await;
    assert_eq!(desk.verdict(&token, json!({ "scopes": ["contacts:write"] })).await, "insufficient_scope");
    assert_eq!(desk.verdict(&token, json!({ "scopes": ["contacts:read"] })).await, "valid");
}

#[tokio::test]
async fn only_whoever_holds_the_scope_may_ask_and_a_bad_question_is_told_at_its_field() {
    let desk = Desk::open().await;
    let (powerless, _) = desk.server.api_key(&desk.owner, "acme", &["contacts:read"]).await;
    let ask = |token: String, body: Value| {
        let server = &desk.server;
        async move { server.post("/v1/verify", &token, &body).await }
    };
    let refused = ask(powerless, json!({ "token": "x" })).await;
    refused.assert_problem(403, "insufficient_scope");
    assert_eq!(refused.header("x-accepted-scopes"), "keys:verify");
    for (body, pointer, code) in [
        (json!({ "token": "x", "ip": "localhost" }), "/ip", "invalid_ip"),
        (json!({ "token": "x", "scopes": ["a b"] }), "/scopes/0", "invalid_scope"),
        (json!({ "token": "x", "resource": "nothing" }), "/resource", "invalid_resource"),
        (json!({ "token": "x", "operation": "contacts.fly" }), "/operation", "unknown_operation"),
        (json!({ "token": "x", "cost": 1_000_001 }), "/cost", "out_of_range"),
        (json!({ "token": "x", "require": "nobody" }), "/require", "invalid_type"),
        (json!({ "token": 7 }), "/token", "invalid_type"),
        (json!({ "token": "x", "tokens": [] }), "/tokens", "unknown_field"),
    ] {
        let reply = desk.asks(body.clone()).await;
        assert_eq!((reply.status.as_u16(), reply.field_codes()), (422, vec![(pointer.into(), code.into())]), "{body}");
    }
    desk.asks(json!({})).await.assert_problem(422, "required");
    let request = desk.server.request(Method::POST, "/v1/verify").bearer_auth(&desk.verifier);
    let plain = request.try_clone().unwrap().body("token=x");
    Reply::of(plain.send().await.unwrap()).await.assert_problem(415, "unsupported_media_type");
    let large = request.json(&json!({ "token": "x".repeat(70_000) }));
    Reply::of(large.send().await.unwrap()).await.assert_problem(413, "body_too_large");
    desk.server.get("/v1/verify", &desk.verifier).await.assert_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_batch_is_answered_in_order_and_counts_nothing_if_one_question_is_bad() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({ "rate_limit": { "limit": 10, "window_seconds": 60 } })).await;
    let body = json!({ "requests": [{ "token": key }, { "token": key, "ip": "x" }] });
    let bad = desk.server.post("/v1/verify/batch", &desk.verifier, &body).await;
    assert_eq!(bad.field_codes(), [("/requests/1/ip".into(), "invalid_ip".into())]);
    let body =
        json!({ "requests": [{ "token": "x" }, { "token": key, "scopes": ["contacts:write"] }, { "token": key }] });
    let reply = desk.server.post("/v1/verify/batch", &desk.verifier, &body).await.json();
    let codes: Vec<_> = reply["results"].as_array().unwrap().iter().map(|result| result["code"].clone()).collect();
    assert_eq!(codes, ["malformed", "insufficient_scope", "valid"]);
    assert_eq!(reply["results"][2]["rate_limit"]["remaining"], 9, "the bad batch took nothing");
    assert_eq!(reply["results"][2]["credential_id"], json!(id));
    for requests in [json!([]), json!(vec![json!({ "token": "x" }); 101])] {
        let body = json!({ "requests": requests });
        let reply = desk.server.post("/v1/verify/batch", &desk.verifier, &body).await;
        assert_eq!(reply.field_codes(), [("/requests".into(), "out_of_range".into())]);
    }
}

#[tokio::test]
async fn an_access_token_is_worth_its_scopes_until_its_client_is_revoked() {
    let desk = Desk::open().await;
    let body = json!({ "name": "Nightly", "scopes": ["contacts:read", "contacts:write"] });
    let client = desk.server.post("/v1/orgs/acme/clients", &desk.owner, &body).await;
    let (id, secret) = (client.text("/client_id"), client.text("/client_secret"));
    let form = [("grant_type", "client_credentials"), ("scope", "contacts:read")];
    let request = desk.server.request(Method::POST, "/oauth/token").basic_auth(&id, Some(&secret)).form(&form);
    let token = Reply::of(request.send().await.unwrap()).await.text("/access_token");
    let reply = desk.asks(json!({ "token": token, "audience": "https://api.acme.test" })).await.json();
    assert_eq!((&reply["code"], &reply["kind"]), (&json!("valid"), &json!("client")));
    assert_eq!(reply["scopes"], json!(["contacts:read"]));
    assert_eq!(reply["subject"], json!({ "type": "client", "id": id }));
    assert!(reply["expires_at"].is_string());
    assert_eq!(desk.verdict(&token, json!({ "scopes": ["contacts:write"] })).await, "insufficient_scope");
    assert_eq!(desk.verdict(&token, json!({ "audience": "https://other.test" })).await, "wrong_audience");
    assert_eq!(desk.verdict(&secret, json!({})).await, "wrong_audience", "a secret is for the token endpoint");
    assert_eq!(desk.verdict(&format!("{token}x"), json!({})).await, "not_found");
    let revoked = desk.server.post(&format!("/v1/orgs/acme/clients/{id}/revoke"), &desk.owner, &json!({})).await;
    assert_eq!(revoked.json()["propagation"]["confirmed"], revoked.json()["propagation"]["nodes"]);
    assert_eq!(desk.verdict(&token, json!({})).await, "revoked");
}

#[tokio::test]
async fn a_client_asks_with_an_access_token_for_our_own_api() {
    let desk = Desk::open().await;
    let (key, _) = desk.key(json!({})).await;
    let body = json!({ "name": "Gateway", "scopes": ["keys:verify", "contacts:read"] });
    let client = desk.server.post("/v1/orgs/acme/clients", &desk.owner, &body).await;
    let (id, secret) = (client.text("/client_id"), client.text("/client_secret"));
    let token = async |scope: &str| {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let request = desk.server.request(Method::POST, "/oauth/token").basic_auth(&id, Some(&secret)).form(&form);
        Reply::of(request.send().await.unwrap()).await.text("/access_token")
    };
    let asked = json!({ "token": key });
    let reply = desk.server.post("/v1/verify", &token("keys:verify").await, &asked).await;
    assert_eq!((reply.status.as_u16(), reply.text("/code").as_str()), (200, "valid"), "{}", reply.body);
    assert_eq!(reply.header("x-token-scopes"), "keys:verify");
    let other = token("contacts:read").await;
    desk.server.post("/v1/verify", &other, &asked).await.assert_problem(401, "invalid_token");
    desk.server.post("/v1/verify", &secret, &asked).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_token_that_was_used_too_often_is_inactive_when_it_is_introspected() {
    let desk = Desk::open().await;
    let (key, _) = desk.key(json!({ "rate_limit": { "limit": 1, "window_seconds": 60 } })).await;
    let introspect = async || {
        let request = desk.server.request(Method::POST, "/oauth/introspect").bearer_auth(&desk.verifier);
        Reply::of(request.form(&[("token", &key)]).send().await.unwrap()).await
    };
    assert_eq!(introspect().await.json()["active"], true);
    let reply = introspect().await;
    assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({ "active": false })));
}

#[test]
fn the_codes_are_those_of_the_public_contract() {
    let codes = "valid malformed not_found revoked expired disabled pending_approval blocked_by_policy owner_inactive \
        org_authorization_required environment_mismatch insufficient_scope resource_not_in_scope user_context_required \
        application_context_required ip_not_allowed rate_limited quota_exceeded wrong_audience";
    let mut of_contract: Vec<_> = codes.split_whitespace().collect();
    let mut ours: Vec<_> = Verdict::ALL.into_iter().map(Verdict::as_str).collect();
    of_contract.sort_unstable();
    ours.sort_unstable();
    assert_eq!(ours, of_contract);
}

#[tokio::test]
async fn a_quota_is_told_and_ends_with_its_period() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({ "quota": { "limit": 2, "period": "day" } })).await;
    let reply = desk.asks(json!({ "token": key })).await.json();
    assert_eq!(
        (&reply["code"], &reply["quota"]["limit"], &reply["quota"]["remaining"]),
        (&json!("valid"), &json!(2), &json!(1))
    );
    assert_eq!(desk.verdict(&key, json!({ "cost": 2 })).await, "quota_exceeded", "what does not fit takes nothing");
    let own = desk.server.get("/v1/me", &key).await;
    assert_eq!((own.status.as_u16(), own.header("ratelimit-policy")), (200, "\"quota\";q=2"));
    let refused = desk.server.get("/v1/me", &key).await;
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (429, "quota_exceeded"));
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds <= 86_400));
    desk.server.move_clock(86_400);
    assert_eq!(desk.verdict(&key, json!({})).await, "valid");
    let path = format!("/v1/orgs/acme/api-keys/{id}");
    let bad =
        desk.server.send(Method::PATCH, &path, &desk.owner, &json!({ "quota": { "limit": 0, "period": "day" } })).await;
    assert_eq!((bad.status.as_u16(), bad.text("/errors/0/pointer").as_str()), (422, "/quota/limit"));
    let gone = desk.server.send(Method::PATCH, &path, &desk.owner, &json!({ "quota": null })).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["quota"]), (200, &Value::Null));
}

#[tokio::test]
async fn another_organization_takes_nothing_from_a_quota_by_asking() {
    let desk = Desk::open().await;
    let (key, _) = desk.key(json!({ "quota": { "limit": 1, "period": "day" } })).await;
    let globex = desk.server.org("globex").await;
    let (stranger, _) = desk.server.api_key(&globex, "globex", &["keys:verify"]).await;
    let form = [("token", key.as_str())];
    let request = desk.server.request(Method::POST, "/oauth/introspect").bearer_auth(&stranger).form(&form);
    let told = Reply::of(request.send().await.unwrap()).await;
    assert_eq!(told.json(), json!({ "active": false }));
    let told = desk.server.post("/v1/verify", &stranger, &json!({ "token": key })).await;
    assert_eq!(told.text("/code"), "not_found");
    assert_eq!(desk.verdict(&key, json!({})).await, "valid");
    assert_eq!(desk.verdict(&key, json!({})).await, "quota_exceeded");
}
