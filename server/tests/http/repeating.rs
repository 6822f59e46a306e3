//! `Idempotency-Key` on every route that creates something. The tests read the routes from the table, so they cover all
//! of them.

use crate::support::{Reply, TestServer, ed25519};
use reqwest::Method;
use serde_json::{Value, json};
use server::{Gate, table};
use std::collections::BTreeSet;

const UUID: &str = "5b1b2f5e-9a0c-4d3c-8f0a-1f4c7b0f6a11";

/// `POST` routes that create nothing. Add a new route only if that is true of it.
const CREATES_NOTHING: [&str; 15] = [
    "/oauth/token",
    "/oauth/introspect",
    "/oauth/revoke",
    "/v1/verify",
    "/v1/verify/batch",
    "/v1/advise",
    "/v1/me/credential/revoke",
    "/v1/orgs/{org}/credentials/find",
    "/v1/orgs/{org}/credentials/bulk",
    "/v1/orgs/{org}/permissions/preview",
    "/v1/orgs/{org}/policies/dry-run",
    "/v1/orgs/{org}/token-requests/{id}/approve",
    "/v1/orgs/{org}/token-requests/{id}/deny",
    "/v1/orgs/{org}/organization-authorizations/{id}/approve",
    "/v1/orgs/{org}/organization-authorizations/{id}/deny",
];

#[test]
fn every_post_creates_something_under_a_key_or_creates_nothing() {
    let is_verb = |path: &str| {
        let verbs = ["/revoke", "/disable", "/enable", "/roll/cancel", "/roll/finish"];
        verbs.iter().any(|verb| path.ends_with(&format!("/{{id}}{verb}")))
    };
    for route in table().into_iter().filter(|route| route.method == Method::POST) {
        let creates_nothing = CREATES_NOTHING.contains(&route.path.as_str()) || is_verb(&route.path);
        assert_ne!(route.is_repeatable, creates_nothing, "{}", route.path);
        assert!(!route.is_repeatable || route.gate == Gate::Credential, "{}", route.path);
    }
}

struct Walk {
    server: TestServer,
    owner: String,
}

/// A request that creates something, and a different request to the same path.
struct Request {
    path: String,
    /// The token of the caller.
    token: String,
    body: Value,
    other: Value,
}

impl Walk {
    async fn made(&self, path: &str, body: Value) -> String {
        let reply = self.server.post(path, &self.owner, &body).await;
        assert_eq!(reply.status, 201, "{path} {}", reply.body);
        reply.text("/id")
    }

    async fn send(&self, request: &Request, key: &str, body: &Value) -> Reply {
        let sent = self.server.request(Method::POST, &request.path).bearer_auth(&request.token);
        Reply::of(sent.header("idempotency-key", key).json(body).send().await.unwrap()).await
    }

    /// A request that creates something new with this route. `number` makes it unique.
    async fn request(&self, route: &str, number: usize) -> Request {
        let org = "/v1/orgs/acme";
        let named = |name: &str| format!("{name} {number}");
        let key = json!({ "name": named("key"), "scopes": [] });
        let operation = |id: &str| json!({ "id": id, "method": "GET", "path": "/x", "scopes": { "any": [] } });
        let api = json!({ "name": named("api"), "audience": format!("urn:api:{number}") });
        let (path, body, other) = match route {
            "/v1/me/credential/roll" => {
                let (token, _) = self.server.issue(&self.owner, &[]).await;
                let other = json!({ "overlap_seconds": 60 });
                return Request { path: route.to_owned(), token, body: json!({}), other };
            }
            "/v1/me/tokens" => (route.to_owned(), key, json!({ "name": "other", "scopes": [] })),
            "/v1/orgs/{org}/api-keys" => (format!("{org}/api-keys"), key, json!({ "name": "other", "scopes": [] })),
            "/v1/orgs/{org}/clients" => (format!("{org}/clients"), key, json!({ "name": "other", "scopes": [] })),
            "/v1/me/tokens/{id}/roll" | "/v1/orgs/{org}/api-keys/{id}/roll" | "/v1/orgs/{org}/clients/{id}/roll" => {
                let base = route.trim_end_matches("/{id}/roll").replace("{org}", "acme");
                let id = self.made(&base, key).await;
                (format!("{base}/{id}/roll"), json!({}), json!({ "overlap_seconds": 60 }))
            }
            "/v1/orgs/{org}/clients/{id}/keys" => {
                let client = json!({ "name": named("client"), "scopes": [], "auth_method": "private_key_jwt", "jwks": { "keys": [ed25519()] } });
                let id = self.made(&format!("{org}/clients"), client).await;
                (format!("{org}/clients/{id}/keys"), ed25519(), ed25519())
            }
            "/v1/orgs/{org}/service-accounts" => {
                (format!("{org}/service-accounts"), json!({ "name": named("ci") }), json!({ "name": "other" }))
            }
            "/v1/orgs/{org}/service-accounts/{id}/tokens" => {
                let id = self.made(&format!("{org}/service-accounts"), json!({ "name": named("ci") })).await;
                (format!("{org}/service-accounts/{id}/tokens"), key, json!({ "name": "other", "scopes": [] }))
            }
            "/v1/orgs/{org}/roles" => {
                let role = |name: String| json!({ "name": name, "scopes": ["members:read"], "reach": "own" });
                (format!("{org}/roles"), role(named("role")), role("other".to_owned()))
            }
            "/v1/orgs/{org}/invitations" => {
                let invite = |name: &str| json!({ "email": format!("{name}{number}@x.test"), "role": "viewer" });
                (format!("{org}/invitations"), invite("ada"), invite("other"))
            }
            "/v1/orgs/{org}/apis" => {
                (format!("{org}/apis"), api, json!({ "name": "other", "audience": format!("urn:other:{number}") }))
            }
            "/v1/orgs/{org}/apis/{id}/scopes" => {
                let id = self.made(&format!("{org}/apis"), api).await;
                (
                    format!("{org}/apis/{id}/scopes"),
                    json!({ "name": format!("s{number}:read") }),
                    json!({ "name": "o:read" }),
                )
            }
            "/v1/orgs/{org}/apis/{id}/operations" => {
                let id = self.made(&format!("{org}/apis"), api).await;
                (format!("{org}/apis/{id}/operations"), operation(&format!("x{number}.list")), operation("other.list"))
            }
            "/v1/orgs/{org}/apis/{id}/import" => {
                let id = self.made(&format!("{org}/apis"), api).await;
                let document = |id: &str| {
                    let get = json!({ "operationId": id, "responses": {} });
                    json!({ "openapi": "3.1.0", "info": { "title": "x", "version": "1" }, "paths": { "/x": { "get": get } } })
                };
                (format!("{org}/apis/{id}/import"), document(&format!("i{number}.list")), document("other.list"))
            }
            "/v1/orgs/{org}/policies/exceptions" => {
                let id = self.made(&format!("{org}/api-keys"), key).await;
                let ends_at = self.server.service.now().plus_seconds(3600);
                let exception = |note: &str| json!({ "credential_id": id, "ends_at": ends_at, "note": note });
                (format!("{org}/policies/exceptions"), exception("until it is replaced"), exception("other"))
            }
            other => panic!("say here what creates something at {other}"),
        };
        Request { path, token: self.owner.clone(), body, other }
    }

    /// The number of objects in the list that the request adds to.
    async fn count(&self, request: &Request) -> usize {
        let listed = match request.path.as_str() {
            roll if roll.ends_with("credential/roll") => "/v1/me/credential".to_owned(),
            inside if ["/roll", "/scopes", "/operations", "/import"].iter().any(|part| inside.ends_with(part)) => {
                inside.rsplit_once('/').unwrap().0.to_owned()
            }
            list => list.to_owned(),
        };
        let reply = self.server.get(&listed, &request.token).await;
        assert_eq!(reply.status, 200, "{listed} {}", reply.body);
        let found = reply.json();
        let lists = ["/data", "/keys", "/secrets", "/scopes", "/operations"];
        lists.iter().filter_map(|list| found.pointer(list).and_then(Value::as_array)).map(Vec::len).sum()
    }
}

#[tokio::test]
async fn whatever_creates_something_answers_a_repetition_alike_and_creates_one() {
    let server = TestServer::start().await;
    let walk = Walk { owner: server.org("acme").await, server };
    for (number, route) in table().into_iter().filter(|route| route.is_repeatable).enumerate() {
        let request = walk.request(&route.path, number).await;
        let before = walk.count(&request).await;
        let first = walk.send(&request, UUID, &request.body).await;
        assert!(first.status.is_success(), "{} {}", request.path, first.body);
        let again = walk.send(&request, UUID, &request.body).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()), "{}", request.path);
        assert_eq!(again.header("etag"), first.header("etag"), "{}", request.path);
        let other = walk.send(&request, UUID, &request.other).await;
        other.assert_problem(422, "idempotency_key_reused");
        assert_eq!(walk.count(&request).await, before + 1, "{}", request.path);
        // With its own key the other request succeeds, so only the key caused the rejection.
        let other = walk.send(&request, &format!("{number}"), &request.other).await;
        let has_no_room = other.json()["code"] == "too_many_live_secrets";
        assert!(other.status.is_success() || has_no_room, "{} {}", request.path, other.body);
    }
}

#[tokio::test]
async fn of_several_at_once_one_creates_something_and_the_others_wait_or_are_told_of_it() {
    let server = TestServer::start().await;
    let walk = Walk { owner: server.org("acme").await, server };
    for (number, route) in table().into_iter().filter(|route| route.is_repeatable).enumerate() {
        let request = walk.request(&route.path, number).await;
        let before = walk.count(&request).await;
        let replies = (0..4).map(|_| walk.send(&request, UUID, &request.body));
        let mut answers = BTreeSet::new();
        for reply in futures_util::future::join_all(replies).await {
            match reply.status.as_u16() {
                409 => reply.assert_problem(409, "idempotency_in_flight"),
                _ => drop(answers.insert((reply.status.as_u16(), reply.json().to_string()))),
            }
        }
        assert_eq!(answers.len(), 1, "{} {answers:?}", request.path);
        assert_eq!(walk.count(&request).await, before + 1, "{}", request.path);
    }
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free_and_one_without_the_right_makes_no_claim() {
    let server = TestServer::start().await;
    let walk = Walk { owner: server.org("acme").await, server };
    let (reader, _) = walk.server.issue(&walk.owner, &["credentials:read"]).await;
    let path = "/v1/orgs/acme/service-accounts".to_owned();
    let request = Request { path, token: reader, body: json!({ "name": "ci" }), other: json!({ "name": "" }) };
    walk.send(&request, UUID, &request.body).await.assert_problem(403, "insufficient_scope");
    let request = Request { token: walk.owner.clone(), ..request };
    walk.send(&request, UUID, &request.other).await.assert_problem(422, "required");
    assert_eq!(walk.send(&request, UUID, &request.body).await.status, 201);
    // An object that was created and deleted since is not created again.
    let (path, role) =
        ("/v1/orgs/acme/roles", json!({ "name": "Support", "scopes": ["members:read"], "reach": "own" }));
    let request = Request { path: path.to_owned(), body: role, ..request };
    let id = walk.send(&request, UUID, &request.body).await.text("/id");
    let gone = walk.server.send(Method::DELETE, &format!("{path}/{id}"), &walk.owner, &Value::Null).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    walk.send(&request, UUID, &request.body).await.assert_problem(404, "not_found");
}
