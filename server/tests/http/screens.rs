//! The screens over plain HTTP: sessions, cookies, forms without script, headers.

use crate::{
    guarded::draft,
    support::{PASSWORD, Reply, TestServer},
};
use reqwest::{
    StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, ORIGIN},
};
use serde_json::json;

#[tokio::test]
async fn pages_behind_the_sign_in_send_strangers_to_it() {
    let server = TestServer::start().await;
    for page in ["/settings/tokens", "/settings/tokens/new", "/settings/sessions", "/settings/orgs/new"] {
        let reply = server.browser().get(page).await;
        assert!(reply.status.is_redirection() && reply.location().starts_with("/sign-in"), "{page} {reply:?}");
    }
}

#[tokio::test]
async fn signing_up_makes_a_session_whose_cookie_scripts_cannot_read() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let form = [("name", "Ada Lovelace"), ("email", "ada@acme.test"), ("organization", "Acme"), ("password", PASSWORD)];
    let reply = browser.post("/_fn/sign-up", &form).await;
    assert_eq!(reply.location(), "/settings/tokens", "{}", reply.body);
    let cookie = reply.set_cookie("sid");
    assert!(cookie.starts_with("sid=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let page = browser.get("/settings/tokens").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Ada Lovelace") && page.body.contains("Acme"));
}

#[tokio::test]
async fn signing_in_gives_a_new_cookie_and_forgets_the_old_one() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let sid = |reply: &Reply| {
        let cookie = reply.set_cookie("sid");
        cookie.split(';').next().unwrap().to_owned()
    };
    let form = [("email", "ada@acme.test"), ("password", PASSWORD)];
    let browser = server.browser();
    let first = sid(&browser.post("/_fn/sign-in", &form).await);
    let second = sid(&browser.post("/_fn/sign-in", &form).await);
    assert_ne!(first, second);
    let page = |cookie: String| server.request(reqwest::Method::GET, "/settings/tokens").header("cookie", cookie);
    let old = Reply::of(page(first).send().await.unwrap()).await;
    assert!(!old.body.contains("Ada"));
    let new = Reply::of(page(second).send().await.unwrap()).await;
    assert_eq!(new.status, StatusCode::OK, "{new:?}");
    assert!(new.body.contains("Ada"));
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_one_answer_and_then_a_wait() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let attempt = async |email: &str, password: &str| {
        let request = server.browser().script("/_fn/sign-in").form(&[("email", email), ("password", password)]);
        Reply::of(request.send().await.unwrap()).await
    };
    let (wrong, unknown) =
        (attempt("ada@acme.test", "wrong password").await, attempt("eve@acme.test", "wrong password").await);
    assert_eq!((wrong.status, &wrong.json()["message"]), (unknown.status, &unknown.json()["message"]));
    assert_eq!(wrong.status, 401);
    for _ in 0..4 {
        attempt("ada@acme.test", "wrong password").await;
    }
    let slowed = attempt("ada@acme.test", PASSWORD).await;
    assert_eq!(slowed.status, 429);
    assert!(slowed.header("retry-after").parse::<u32>().unwrap() >= 1);
    server.move_clock(301);
    assert!(attempt("ada@acme.test", PASSWORD).await.status.is_success());
}

#[tokio::test]
async fn a_taken_address_and_a_common_password_are_said_at_their_fields() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let form = [("name", "Ada"), ("email", "ADA@acme.test"), ("organization", ""), ("password", PASSWORD)];
    let request = server.browser().script("/_fn/sign-up");
    let reply = Reply::of(request.form(&form).send().await.unwrap()).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("email_taken"), "{}", reply.body);
    let form = [("name", "Bob"), ("email", "bob@acme.test"), ("organization", ""), ("password", "password1")];
    let request = server.browser().script("/_fn/sign-up");
    let reply = Reply::of(request.form(&form).send().await.unwrap()).await;
    assert!(reply.body.contains("password_too_common"), "{}", reply.body);
}

#[tokio::test]
async fn a_session_ends_by_idling_by_age_and_by_being_ended() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let (laptop, phone) = (server.browser(), server.browser());
    laptop.sign_in("ada@acme.test").await;
    let is_in =
        async |browser: &crate::support::Browser| browser.get("/settings/sessions").await.status == StatusCode::OK;
    for _ in 0..24 {
        server.move_clock(29 * 60);
        assert!(is_in(&laptop).await);
    }
    server.move_clock(29 * 60);
    assert!(!is_in(&laptop).await, "twelve hours are the limit");

    laptop.sign_in("ada@acme.test").await;
    server.move_clock(30 * 60);
    assert!(!is_in(&laptop).await, "half an hour of idling is the limit");

    laptop.sign_in("ada@acme.test").await;
    phone.sign_in("ada@acme.test").await;
    assert!(is_in(&laptop).await && is_in(&phone).await);
    assert_eq!(phone.post("/_fn/end-other-sessions", &[]).await.status, StatusCode::FOUND);
    assert!(!is_in(&laptop).await && is_in(&phone).await);
    phone.post("/_fn/sign-out", &[]).await;
    assert!(!is_in(&phone).await);
}

#[tokio::test]
async fn issuing_by_a_form_post_before_the_page_is_ready_writes_nothing() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let browser = server.browser();
    browser.sign_in("ada@acme.test").await;
    let native = browser.post("/_fn/issue-credential", &[("at", "/settings/tokens"), ("name", "CI")]).await;
    assert!(!native.body.contains("mint_pat_") && !native.location().contains("mint_pat_"));
    let body = json!({ "at": "/settings/tokens", "draft": draft() }).to_string();
    let post = || {
        let request = browser.client.post(format!("{}/_fn/issue-credential", server.base)).header(ORIGIN, &server.base);
        request.header(app::FORM_TOKEN_HEADER, browser.form_token(app::OF_SCRIPT)).body(body.clone())
    };
    for (accept, content_type) in [("text/html", "application/json"), ("application/json", "text/plain")] {
        let disguised = post().header(ACCEPT, accept).header(CONTENT_TYPE, content_type);
        assert!(
            !Reply::of(disguised.send().await.unwrap()).await.body.contains("mint_pat_"),
            "{accept} {content_type}"
        );
    }
    assert!(!browser.get("/settings/tokens").await.body.contains("mint_pat_…"));
    let hydrated = post().header(ACCEPT, "application/json").header(CONTENT_TYPE, "application/json");
    assert!(
        Reply::of(hydrated.send().await.unwrap()).await.body.contains("mint_pat_"),
        "the same from a page with script"
    );
}

#[tokio::test]
async fn a_token_is_revoked_without_script_and_its_name_is_asked_for_if_it_is_in_use() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (token, id) = server.issue(&owner, &[]).await;
    server.get("/v1/me", &token).await;
    server.service.node().flush_usage().await.unwrap();
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    let refused =
        browser.post("/_fn/revoke-credential", &[("at", "/settings/tokens"), ("id", &id), ("confirm", "wrong")]).await;
    assert!(refused.status.is_redirection());
    assert_eq!(server.get("/v1/me", &token).await.status, 200);
    let done =
        browser.post("/_fn/revoke-credential", &[("at", "/settings/tokens"), ("id", &id), ("confirm", "CI")]).await;
    assert!(done.location().starts_with("/settings/tokens?revoked="), "{done:?}");
    server.get("/v1/me", &token).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn another_persons_token_is_not_there_on_any_page() {
    let server = TestServer::start().await;
    let (_, globex) = (server.org("acme").await, server.org("globex").await);
    let (_, foreign) = server.issue(&globex, &[]).await;
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    for page in [format!("/settings/tokens/{foreign}"), format!("/settings/tokens/{foreign}/revoke")] {
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    browser.post("/_fn/revoke-credential", &[("at", "/settings/tokens"), ("id", &foreign), ("confirm", "CI")]).await;
    assert_eq!(server.get(&format!("/v1/me/tokens/{foreign}"), &globex).await.text("/status"), "active");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_a_page_its_own_strict_policy() {
    let server = TestServer::start().await;
    for path in ["/sign-in", "/nowhere", "/v1/me", "/health/live", "/pkg/x/mintmark.js"] {
        let reply = server.browser().get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path} {policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path} {policy}");
    }
    let page = server.browser().get("/sign-in").await;
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    assert!(page.header("permissions-policy").contains("camera=()"));
    let (one, two) = (server.browser().get("/sign-in").await, server.browser().get("/sign-in").await);
    assert_ne!(one.header("content-security-policy"), two.header("content-security-policy"), "a nonce is used once");
}

#[tokio::test]
async fn neither_pages_nor_the_reply_with_a_secret_are_compressed() {
    let server = TestServer::start().await;
    server.person("ada@acme.test").await;
    let browser = server.browser();
    browser.sign_in("ada@acme.test").await;
    let page = browser.client.get(format!("{}/settings/tokens", server.base)).header(ACCEPT_ENCODING, "gzip, br");
    let page = page.send().await.unwrap();
    assert!(page.headers().get("content-encoding").is_none(), "a page may hold the link of an invitation");
    let post = browser.script("/_fn/issue-credential").header(CONTENT_TYPE, "application/json");
    let body = json!({ "at": "/settings/tokens", "draft": draft() }).to_string();
    let issued = Reply::of(post.header(ACCEPT_ENCODING, "gzip, br").body(body).send().await.unwrap()).await;
    assert!(issued.body.contains("mint_pat_"), "{issued:?}");
    assert_eq!(issued.header("content-encoding"), "");
}

#[tokio::test]
async fn an_unknown_page_is_a_page_and_says_404() {
    let server = TestServer::start().await;
    let reply = server.browser().get("/nowhere").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.header("content-type").starts_with("text/html"));
}
