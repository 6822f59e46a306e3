//! `ANY /v1/forward-auth`: the responses to proxies.

use super::verify::Desk;
use crate::support::Reply;
use reqwest::Method;
use serde_json::json;

async fn ask(desk: &Desk, query: &str, token: &str) -> Reply {
    let path = format!("/v1/forward-auth{query}");
    desk.server.get(&path, token).await
}

#[tokio::test]
async fn who_may_pass_is_named_in_headers_whatever_the_method_and_path() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({})).await;
    for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE] {
        for path in
            ["/v1/forward-auth", "/v1/forward-auth/", "/v1/forward-auth/orgs/acme/contacts/7?scope=contacts:read"]
        {
            let request = desk.server.request(method.clone(), path).header("x-api-key", &key);
            let reply = Reply::of(request.send().await.unwrap()).await;
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""), "{method} {path}");
            assert_eq!(reply.header("x-auth-subject"), id);
            assert_eq!(reply.header("x-auth-subject-type"), "application");
            assert_eq!(reply.header("x-auth-org"), "acme");
            assert_eq!(reply.header("x-auth-scopes"), "contacts:read");
            assert_eq!(reply.header("x-auth-credential-id"), id);
            assert_eq!(reply.headers.get("x-auth-user-name").unwrap(), "");
        }
    }
    for appended in ["/contacts/7", "/org/acme", "/orgs", "/%6frgs/acme"] {
        ask(&desk, appended, &key).await.assert_problem(403, "organization_required");
    }
    let (token, _) = desk.server.issue(&desk.owner, &["contacts:read"]).await;
    let request = desk.server.request(Method::GET, "/v1/forward-auth").basic_auth("git", Some(&token));
    let reply = Reply::of(request.send().await.unwrap()).await;
    assert_eq!(reply.header("x-auth-user-name"), "owner@acme.test");
    assert_eq!(reply.header("x-auth-subject-type"), "user");
}

#[tokio::test]
async fn who_may_not_pass_is_401_or_403_and_told_why() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({ "rate_limit": { "limit": 1, "window_seconds": 60 } })).await;
    ask(&desk, "?scope=contacts:write", &key).await.assert_problem(403, "insufficient_scope");
    ask(&desk, "?scope=contacts:read&scope=contacts:write", &key).await.assert_problem(403, "insufficient_scope");
    ask(&desk, "?operation=contacts.create", &key).await.assert_problem(403, "insufficient_scope");
    let unheard = ask(&desk, "?operation=unheard.of", &key).await;
    unheard.assert_problem(403, "insufficient_scope");
    assert!(unheard.text("/detail").contains("defines the operation"), "{}", unheard.body);
    ask(&desk, "?scope=", &key).await.assert_problem(403, "invalid_request");
    ask(&desk, "?scope=%20", &key).await.assert_problem(403, "invalid_request");
    ask(&desk, "?require=user", &key).await.assert_problem(403, "user_context_required");
    ask(&desk, "?api=https://other.test", &key).await.assert_problem(401, "invalid_token");
    ask(&desk, "?org=globex", &key).await.assert_problem(401, "invalid_token");
    ask(&desk, "?org=acme&org=globex", &key).await.assert_problem(403, "invalid_request");
    ask(&desk, "?scopes=typo", &key).await.assert_problem(403, "invalid_request");
    ask(&desk, "", "mint_key_nonsense").await.assert_problem(401, "invalid_token");
    assert_eq!(ask(&desk, "?api=https://api.acme.test&org=acme", &key).await.status, 200);
    ask(&desk, "", &key).await.assert_problem(403, "rate_limited");
    let path = format!("/v1/orgs/acme/api-keys/{id}/revoke");
    desk.server.post(&path, &desk.owner, &json!({})).await;
    ask(&desk, "", &key).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn without_org_and_api_only_the_platform_organization_passes() {
    let desk = Desk::open().await;
    let globex = desk.server.org("globex").await;
    let (ours, _) = desk.key(json!({})).await;
    let (theirs, _) = desk.server.api_key(&globex, "globex", &[]).await;
    for query in ["", "/"] {
        assert_eq!(ask(&desk, query, &ours).await.header("x-auth-org"), "acme", "{query}");
        ask(&desk, query, &theirs).await.assert_problem(401, "invalid_token");
        ask(&desk, query, &globex).await.assert_problem(401, "invalid_token");
    }
    for appended in ["/app/admin?x=1", "/orgs", "/ORGS/globex/x", "//orgs/globex/x"] {
        for token in [&ours, &theirs, &globex] {
            ask(&desk, appended, token).await.assert_problem(403, "organization_required");
        }
    }
    let transferred = desk.server.service.platform().transfer_at_the_console("globex").await;
    assert!(transferred.is_ok());
    assert_eq!(ask(&desk, "", &theirs).await.header("x-auth-org"), "globex");
    ask(&desk, "", &ours).await.assert_problem(401, "invalid_token");
    assert_eq!(ask(&desk, "?org=acme", &ours).await.status, 200);
}

#[tokio::test]
async fn an_organization_is_named_by_the_proxy_and_never_by_the_caller() {
    let desk = Desk::open().await;
    let globex = desk.server.org("globex").await;
    let id = desk.server.get("/v1/me", &globex).await.text("/organization/id");
    let (ours, _) = desk.key(json!({})).await;
    let (theirs, _) = desk.server.api_key(&globex, "globex", &[]).await;
    for named in ["?org=globex", &format!("?org={id}"), "/orgs/globex", "/orgs/globex/", &format!("/orgs/{id}/x?y=1")] {
        assert_eq!(ask(&desk, named, &theirs).await.header("x-auth-org"), "globex", "{named}");
        ask(&desk, named, &ours).await.assert_problem(401, "invalid_token");
    }
    // The caller controls the part of the path that a proxy appends.
    for appended in [
        "/orgs/acme/orgs/globex/x",
        "/orgs/acme/x?org=globex",
        "/orgs/acme/?org=globex",
        "/orgs/acme?org=globex&api=https://api.acme.test",
        "/orgs//globex",
        "/orgs/",
        "/?org=globex",
        "/x?org=globex",
        "/x?api=x",
        "/../orgs/globex/x",
        "/%6frgs/globex/x",
    ] {
        let reply = ask(&desk, appended, &theirs).await;
        assert_ne!(reply.status, 200, "{appended}");
    }
    assert_eq!(ask(&desk, "/orgs/acme/x?org=globex&api=x&env=staging", &ours).await.status, 200);
}

#[tokio::test]
async fn an_api_tells_whose_credentials_pass() {
    let desk = Desk::open().await;
    let globex = desk.server.org("globex").await;
    let api =
        |audience: &str| json!({ "name": "Theirs", "audience": audience, "scopes": [{ "name": "contacts:read" }] });
    let taken = desk.server.post("/v1/orgs/globex/apis", &globex, &api("https://API.acme.test:443/")).await;
    taken.assert_problem(422, "audience_taken");
    let made = desk.server.post("/v1/orgs/globex/apis", &globex, &api("https://api.globex.test")).await;
    let (theirs, _) = desk.server.api_key(&globex, "globex", &["contacts:read"]).await;
    let (ours, _) = desk.key(json!({})).await;
    for query in ["?api=https://api.acme.test", "?api=https://api.acme.test&org=acme"] {
        ask(&desk, query, &theirs).await.assert_problem(401, "invalid_token");
        assert_eq!(ask(&desk, query, &ours).await.status, 200, "{query}");
    }
    for query in ["?api=https://api.globex.test", &format!("?api={}", made.text("/id"))] {
        ask(&desk, query, &ours).await.assert_problem(401, "invalid_token");
        assert_eq!(ask(&desk, query, &theirs).await.status, 200, "{query}");
    }
    ask(&desk, "?api=https://API.acme.test", &ours).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn limits_and_environment_are_told_and_can_be_asked_for() {
    let desk = Desk::open().await;
    let (live, _) = desk.key(json!({ "resources": ["project:b", "project:a"] })).await;
    let (test, _) = desk.key(json!({ "env": "test" })).await;
    let told = ask(&desk, "", &live).await;
    assert_eq!((told.header("x-auth-resources"), told.header("x-auth-env")), ("project:a project:b", "live"));
    let told = ask(&desk, "", &test).await;
    assert_eq!(
        (told.headers.get("x-auth-resources").unwrap().as_bytes(), told.header("x-auth-env")),
        (&b""[..], "test")
    );
    assert_eq!(told.header("x-auth-org-external-id"), "", "an empty one overwrites what a caller may have sent");
    for (query, fits, other) in [("?env=live", &live, &test), ("?env=test", &test, &live)] {
        assert_eq!(ask(&desk, query, fits).await.status, 200, "{query}");
        ask(&desk, query, other).await.assert_problem(403, "environment_mismatch");
    }
    ask(&desk, "?env=staging", &live).await.assert_problem(403, "invalid_request");
    ask(&desk, "?resource=project:c", &live).await.assert_problem(403, "resource_not_in_scope");
}

#[tokio::test]
async fn what_follows_an_appended_address_is_the_callers_and_can_only_ask_for_more() {
    let desk = Desk::open().await;
    let (key, _) = desk.key(json!({})).await;
    assert_eq!(ask(&desk, "/orgs/acme/contacts?page=2&page=3&scope=contacts:read", &key).await.status, 200);
    ask(&desk, "/orgs/acme/contacts?scope=contacts:write", &key).await.assert_problem(403, "insufficient_scope");
    ask(&desk, "?page=2", &key).await.assert_problem(403, "invalid_request");
}

#[tokio::test]
async fn the_challenge_is_the_one_that_the_proxy_chose() {
    let desk = Desk::open().await;
    let challenges = |reply: &Reply| -> Vec<String> {
        let values = reply.headers.get_all("www-authenticate").iter();
        values.map(|value| value.to_str().unwrap().split(' ').next().unwrap().to_owned()).collect()
    };
    let bare = |query: &str| desk.server.request(Method::GET, &format!("/v1/forward-auth{query}"));
    let reply = Reply::of(bare("").send().await.unwrap()).await;
    assert_eq!((reply.status.as_u16(), challenges(&reply)), (401, vec!["Bearer".to_owned()]));
    assert!(!reply.header("www-authenticate").contains("error="));
    let reply = Reply::of(bare("?challenge=basic").send().await.unwrap()).await;
    assert_eq!(challenges(&reply), ["Basic"], "what reads one challenge reads the first");
    let (key, _) = desk.key(json!({})).await;
    let raw = |query: &str| bare(query).header("authorization", &key);
    assert_eq!(Reply::of(raw("?raw=1").send().await.unwrap()).await.status, 200);
    assert_eq!(Reply::of(raw("").send().await.unwrap()).await.status, 401);
    let twice = bare("").header("x-api-key", &key).bearer_auth(&key);
    assert_eq!(Reply::of(twice.send().await.unwrap()).await.status, 401);
}
