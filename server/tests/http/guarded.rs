//! Every route is guarded. The tests read the routes from the table, so they cover all of them.

use crate::support::{Reply, TestServer};
use domain::operation::MANAGEMENT_OPERATIONS;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use server::{Gate, server_function_paths, table};
use std::collections::BTreeSet;

/// The routes without authentication. This list may only shrink.
const PUBLIC: [&str; 8] = [
    "GET /health/live",
    "GET /health/ready",
    "GET /v1/openapi.json",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/openid-configuration",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/v1",
];
/// The server functions that need no session. This list may only shrink.
const WITHOUT_SESSION: [&str; 4] = ["/_fn/set-theme", "/_fn/sign-in", "/_fn/sign-out", "/_fn/sign-up"];
/// The routes that accept every valid credential, whatever its scopes.
const WITHOUT_SCOPE: [&str; 10] = [
    "GET /v1/me",
    "GET /v1/me/credential",
    "POST /v1/me/credential/roll",
    "POST /v1/me/credential/revoke",
    "GET /v1/operations",
    "POST /v1/advise",
    "GET /v1/orgs/{org}/policies",
    "GET /v1/orgs/{org}/apis",
    "GET /v1/orgs/{org}/apis/{id}",
    "POST /v1/orgs/{org}/permissions/preview",
];

/// The server functions that only a page with script calls, with JSON.
const HYDRATED: [&str; 5] = [
    "/_fn/issue-credential",
    "/_fn/roll-credential",
    "/_fn/test-client",
    "/_fn/search-desk",
    "/_fn/offered-operations",
];
/// A value for every field of every form, so that a rejection must be about the caller.
const FORM: &[(&str, &str)] = &[
    ("at", "/settings/tokens"),
    ("slug", "acme"),
    ("org", "acme"),
    ("id", "x"),
    ("api", "x"),
    ("draft", "{\"kind\":\"pat\"}"),
    ("credential", "x"),
    ("until", "2030-01-01"),
    ("note", "x"),
    ("outcome", "denied"),
    ("version", "x"),
    ("kept[]", "x"),
    ("action", "revoke"),
    ("ids", "x"),
    ("to", "x"),
    ("name", "x"),
    ("title", ""),
    ("description", ""),
    ("role", "member"),
    ("reach", "own"),
    ("days", "7"),
    ("email", "x@x.test"),
    ("key", "x"),
    ("audience", "urn:x"),
    ("scopes", ""),
    ("resources", ""),
    ("ip_allowlist", ""),
    ("document", "{}"),
    ("overlap_seconds", "0"),
    ("confirm", "x"),
    ("value", "x"),
    ("q", "x"),
    ("jwks", "{}"),
    ("kid", "x"),
    ("operation[id]", "x"),
    ("operation[method]", "GET"),
    ("operation[path]", "/x"),
    ("operation[rule]", "any"),
    ("labels[name]", "CI"),
    ("operation[user_context]", "optional"),
    ("operation[scopes]", ""),
];

fn fields() -> Value {
    json!({ "at": "/settings/tokens", "id": "x", "q": "x", "overlap_seconds": 0, "draft": draft() })
}

/// The body of the form that creates a credential.
pub(crate) fn draft() -> Value {
    json!({ "name": "CI", "description": "", "scopes": [], "lifetime": {}, "env": "live", "limits": {},
        "client": { "audiences": [], "auth_method": "client_secret", "jwks": "", "access_token_seconds": 600 } })
}

async fn send(request: RequestBuilder) -> Reply {
    Reply::of(request.send().await.unwrap()).await
}

#[test]
fn the_list_of_public_routes_has_not_grown() {
    let public: BTreeSet<_> = table()
        .into_iter()
        .filter(|route| route.gate == Gate::Public)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(public, PUBLIC.map(String::from).into());
}

/// A body that every route can parse, so that a rejection must be about the caller.
fn body() -> Value {
    json!({})
}

#[tokio::test]
async fn every_route_refuses_strangers_cookies_other_tenants_and_too_small_a_scope() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let (_, foreign_token) = server.issue(&globex, &["all"]).await;
    let (_, foreign_key) = server.api_key(&globex, "globex", &[]).await;
    let foreign_account =
        server.post("/v1/orgs/globex/service-accounts", &globex, &json!({ "name": "ci" })).await.text("/id");
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    let is_credentialed = |gate| matches!(gate, Gate::Credential | Gate::Verifier);
    let credentialed: Vec<_> = table().into_iter().filter(|route| is_credentialed(route.gate)).collect();
    assert_eq!(credentialed.len(), MANAGEMENT_OPERATIONS.len(), "every route is in the operation catalog");
    for route in credentialed {
        let name = format!("{} {}", route.method, route.path);
        let record = MANAGEMENT_OPERATIONS
            .iter()
            .find(|record| record.path == route.path && record.method == route.method.as_str());
        assert!(record.is_some(), "{name} is in the operation catalog");
        let foreign = match route.path.as_str() {
            path if path.starts_with("/v1/me") => &foreign_token,
            path if path.contains("/service-accounts/") => &foreign_account,
            _ => &foreign_key,
        };
        let at = |org: &str| {
            route
                .path
                .replace("{org}", org)
                .replace("{id}", foreign)
                .replace("{kid}", "x")
                .replace("{name}", "x")
                .replace("{operation}", "x")
        };
        let request = |org: &str| server.request(route.method.clone(), &at(org)).json(&body());
        send(request("acme")).await.assert_problem(401, "credential_required");
        let with_cookie = browser.client.request(route.method.clone(), format!("{}{}", server.base, at("acme")));
        send(with_cookie).await.assert_problem(401, "credential_required");
        if route.path.contains("{org}") {
            for org in ["globex", "nowhere"] {
                send(request(org).bearer_auth(&acme)).await.assert_problem(404, "not_found");
            }
        }
        if route.path.contains("{id}") && route.method == Method::GET {
            send(request("acme").bearer_auth(&acme)).await.assert_problem(404, "not_found");
        }
        let (powerless, _) = server.issue(&acme, &[]).await;
        let reply = send(request("acme").bearer_auth(&powerless)).await;
        let is_refused = reply.status == 403 && reply.text("/code") == "insufficient_scope";
        assert!(WITHOUT_SCOPE.contains(&name.as_str()) || is_refused, "{name} {}", reply.body);
    }
    let path = format!("/v1/me/tokens/{foreign_token}");
    assert_eq!(server.get(&path, &globex).await.text("/status"), "active");
}

#[tokio::test]
async fn without_the_scope_nothing_is_read_of_a_body() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let (powerless, _) = server.issue(&acme, &[]).await;
    let takes_a_body = |method: &Method| [Method::POST, Method::PUT, Method::PATCH].contains(method);
    let is_credentialed = |gate| matches!(gate, Gate::Credential | Gate::Verifier);
    for route in table().into_iter().filter(|route| is_credentialed(route.gate) && takes_a_body(&route.method)) {
        let name = format!("{} {}", route.method, route.path);
        if WITHOUT_SCOPE.contains(&name.as_str()) {
            continue;
        }
        let path = route.path.replace("{org}", "acme").replace("{id}", "x");
        let large = format!("{{{}", " ".repeat(60 * 1024));
        for (content_type, body) in
            [("application/json", "{".to_owned()), ("application/json", large), ("text/plain", "x".to_owned())]
        {
            let request = server.request(route.method.clone(), &path).bearer_auth(&powerless);
            let reply = send(request.header("content-type", content_type).body(body)).await;
            assert_eq!((reply.status.as_u16(), reply.text("/code").as_str()), (403, "insufficient_scope"), "{name}");
        }
    }
}

#[tokio::test]
async fn the_routes_for_proxies_let_nobody_through_without_a_credential_of_their_own() {
    let server = TestServer::start().await;
    server.org("acme").await;
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    let for_proxies: Vec<_> = table().into_iter().filter(|route| route.gate == Gate::Presented).collect();
    assert_eq!(for_proxies.len(), 2);
    for route in for_proxies {
        let path = route.path.replace("{*path}", "orgs/acme/contacts/7");
        for method in [Method::GET, Method::POST, Method::DELETE, Method::HEAD] {
            let reply = send(server.request(method.clone(), &path)).await;
            assert_eq!(reply.status, 401, "{method} {path}");
            let with_cookie = browser.client.request(method.clone(), format!("{}{path}", server.base));
            assert_eq!(send(with_cookie).await.status, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_route_for_clients_refuses_whoever_proves_to_be_none() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    let for_clients: Vec<_> = table().into_iter().filter(|route| route.gate == Gate::Client).collect();
    assert_eq!(for_clients.len(), 3);
    for route in for_clients {
        let form = [("grant_type", "client_credentials"), ("token", "x")];
        let request = || server.request(route.method.clone(), &route.path).form(&form);
        send(request()).await.assert_oauth_error(401, "invalid_client");
        send(request().basic_auth("cli_x", Some("x"))).await.assert_oauth_error(401, "invalid_client");
        send(request().basic_auth("x", Some(&acme))).await.assert_oauth_error(401, "invalid_client");
        send(request().header("x-api-key", &acme)).await.assert_oauth_error(401, "invalid_client");
        let with_cookie = browser.client.post(format!("{}{}", server.base, route.path)).form(&form);
        send(with_cookie).await.assert_oauth_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn an_application_is_told_that_a_person_is_needed() {
    let server = TestServer::start().await;
    let acme = server.org("acme").await;
    let (key, _) = server.api_key(&acme, "acme", &["pats:write", "credentials:read"]).await;
    for method in [Method::GET, Method::POST] {
        let request =
            server.request(method, "/v1/me/tokens").bearer_auth(&key).json(&json!({ "name": "x", "scopes": [] }));
        send(request).await.assert_problem(403, "user_context_required");
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_route_and_is_what_is_served() {
    let server = TestServer::start().await;
    let served = send(server.request(Method::GET, "/v1/openapi.json")).await.json();
    for route in table() {
        let path = route.path.replace("{*", "{").replace('/', "~1");
        let pointer = format!("/paths/{path}/{}", route.method.as_str().to_lowercase());
        assert!(served.pointer(&pointer).is_some(), "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn every_server_function_is_a_post_from_our_own_pages_by_somebody_signed_in() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let paths = server_function_paths();
    let known: BTreeSet<_> = paths.iter().map(|(path, _)| path.as_str()).collect();
    assert!(WITHOUT_SESSION.iter().all(|path| known.contains(path)), "{known:?}");
    for (path, method) in &paths {
        assert_eq!(method, Method::POST, "{path} changes something by {method}");
        let url = format!("{}{path}", server.base);
        let post = || Client::new().post(&url).header("accept", "application/json");
        send(post()).await.assert_problem(403, "cross_site_request");
        send(post().header("origin", "https://evil.example")).await.assert_problem(403, "cross_site_request");
        let null = post().header("origin", "null").header("sec-fetch-site", "cross-site");
        send(null).await.assert_problem(403, "cross_site_request");
        send(post().header("origin", &server.base).bearer_auth(&token))
            .await
            .assert_problem(400, "credential_not_accepted");
        assert_eq!(send(Client::new().get(&url)).await.status, 405, "{path}");
        if WITHOUT_SESSION.contains(&path.as_str()) {
            continue;
        }
        let stranger = server.browser();
        let ours = || stranger.script(path);
        let reply = match path.as_str() {
            hydrated if HYDRATED.contains(&hydrated) => send(ours().json(&fields())).await,
            "/_fn/edit-rights" => {
                send(ours().form(&[("at", "/settings/tokens"), ("id", "x"), ("scopes[0]", "all")])).await
            }
            _ => send(ours().form(FORM)).await,
        };
        assert_eq!(reply.status, 401, "{path} {}", reply.body);
        assert!(reply.body.contains("unauthenticated"), "{path} {}", reply.body);
    }
}
