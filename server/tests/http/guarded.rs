//! Every route is guarded: walked from the table itself, so that a route cannot be forgotten here.

use crate::support::{Reply, TestServer};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;
use server::{Gate, server_function_paths, table};
use std::collections::BTreeSet;

/// The routes that anybody may call. This list may only shrink.
const PUBLIC: [&str; 2] = ["GET /health/live", "GET /health/ready"];
/// The server functions that need no session. This list may only shrink.
const WITHOUT_SESSION: [&str; 4] = ["/_fn/set-theme", "/_fn/sign-in", "/_fn/sign-out", "/_fn/sign-up"];
/// The one route that every valid credential may call, whatever its scopes.
const WITHOUT_SCOPE: &str = "/v1/me";

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

#[tokio::test]
async fn every_route_refuses_strangers_cookies_other_tenants_and_too_small_a_scope() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let (powerless, _) = server.issue(&acme, &[]).await;
    let (_, foreign) = server.issue(&globex, &["all"]).await;
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    let mut walked = 0;
    for route in table().into_iter().filter(|route| route.gate == Gate::Credential) {
        let path = route.path.replace("{id}", &foreign);
        let request = || server.request(route.method.clone(), &path).json(&json!({ "name": "x", "scopes": [] }));
        send(request()).await.assert_problem(401, "credential_required");
        let with_cookie = browser.client.request(route.method.clone(), format!("{}{path}", server.base));
        send(with_cookie).await.assert_problem(401, "credential_required");
        if route.path.contains("{id}") {
            send(request().bearer_auth(&acme)).await.assert_problem(404, "not_found");
        }
        if route.path != WITHOUT_SCOPE {
            send(request().bearer_auth(&powerless)).await.assert_problem(403, "insufficient_scope");
        }
        walked += 1;
    }
    assert_eq!(walked, 7);
    assert_eq!(server.get(&format!("/v1/me/tokens/{foreign}"), &globex).await.text("/name"), "CI");
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
        let json = post().header("origin", &server.base).header("content-type", "application/json");
        let body = json!({ "draft": { "name": "x", "description": "", "scopes": [], "lifetime": {} } }).to_string();
        let form = post().header("origin", &server.base).form(&[
            ("id", "x"),
            ("name", "x"),
            ("description", ""),
            ("org", "acme"),
        ]);
        let reply = if path.ends_with("issue-token") { send(json.body(body)).await } else { send(form).await };
        assert_eq!(reply.status, 401, "{path} {}", reply.body);
        assert!(reply.body.contains("unauthenticated"), "{path} {}", reply.body);
    }
}
