//! A form changes something only if our page wrote it for this browser and this path. A URL alone cannot put a message
//! on a page.

use crate::{
    html::{all, forms, untouched},
    support::{Browser, PASSWORD, Reply, TestServer},
};
use app::{FORM_TOKEN, FORM_TOKEN_HEADER, OF_SCRIPT};
use base64::{Engine, engine::general_purpose::URL_SAFE};
use reqwest::{
    Method,
    header::{ACCEPT, ORIGIN, REFERER},
};
use scraper::Html;
use serde_json::{Value, json};
use server::server_function_paths;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn owner(server: &TestServer, slug: &str) -> Browser {
    server.org(slug).await;
    let browser = server.browser();
    browser.sign_in(&format!("owner@{slug}.test")).await;
    browser
}

/// Posts as a script does, with one token in the form and another in the header.
async fn post(browser: &Browser, path: &str, in_form: Option<&str>, in_header: Option<&str>) -> Reply {
    let form: Vec<_> = in_form.into_iter().map(|token| (FORM_TOKEN, token)).collect();
    let request = browser.client.post(format!("{}{path}", browser.base)).header(ORIGIN, &browser.base);
    let mut request = request.header(ACCEPT, "application/json").form(&form);
    if let Some(token) = in_header {
        request = request.header(FORM_TOKEN_HEADER, token);
    }
    Reply::of(request.send().await.unwrap()).await
}

#[track_caller]
fn assert_refused(reply: &Reply, what: &str) {
    assert_eq!(reply.status, 403, "{what} {}", reply.body);
    assert_eq!(reply.text("/kind"), "stale", "{what}");
    assert!(reply.text("/message").contains("Reload the page"), "{what}");
    assert_eq!(reply.text("/request_id"), reply.header("x-request-id"), "{what}");
}

#[tokio::test]
async fn every_server_function_takes_only_the_token_of_this_browser_for_its_own_address() {
    let server = TestServer::start().await;
    let (acme, globex) = (owner(&server, "acme").await, owner(&server, "globex").await);
    let stranger = server.browser();
    for (path, _) in server_function_paths() {
        let elsewhere = if path == "/_fn/sign-out" { "/_fn/set-theme" } else { "/_fn/sign-out" };
        let (of_script, of_form) = (acme.form_token(OF_SCRIPT), acme.form_token(&path));
        assert_refused(&post(&acme, &path, None, None).await, "no token");
        for wrong in [
            "",
            "x",
            &globex.form_token(&path),
            &stranger.form_token(&path),
            &acme.form_token(elsewhere),
            &acme.form_token(&format!("{path}/")),
            &of_script,
            &of_form[1..],
        ] {
            assert_refused(&post(&acme, &path, Some(wrong), None).await, &format!("{path} with {wrong}"));
        }
        for wrong in ["", &of_form, &globex.form_token(OF_SCRIPT), &stranger.form_token(OF_SCRIPT)] {
            assert_refused(&post(&acme, &path, Some(&of_form), Some(wrong)).await, &format!("{path} header {wrong}"));
        }
        assert_refused(&post(&stranger, &path, Some(&of_form), None).await, "a token of somebody who is signed in");
        let native = acme.post_raw(&path, &[("theme", "dark")]).await;
        assert_eq!(native.status, 303, "{path} {}", native.body);
        assert!(native.location().contains("__err=") && native.location().contains("__seal="), "{native:?}");
        assert!(native.headers.get("set-cookie").is_none());
    }
    assert_eq!(acme.get("/settings/sessions").await.status, 200, "still signed in");
}

#[tokio::test]
async fn the_right_token_is_taken_in_a_form_and_from_a_script() {
    let server = TestServer::start().await;
    let acme = owner(&server, "acme").await;
    let theme = acme.post("/_fn/set-theme", &[("theme", "dark"), ("back", "/settings/sessions")]).await;
    assert_eq!(theme.location(), "/settings/sessions");
    let found = Reply::of(acme.script("/_fn/search-desk").json(&json!({ "q": "x" })).send().await.unwrap()).await;
    assert_eq!(found.status, 200, "{}", found.body);
}

#[tokio::test]
async fn a_form_from_before_a_sign_in_or_a_change_of_organization_is_refused_in_words_and_a_new_one_is_at_hand() {
    let server = TestServer::start().await;
    server.org("acme").await;
    let browser = server.browser();
    let before = browser.get("/sign-in").await.body;
    browser.sign_in("owner@acme.test").await;
    let page = Html::parse_document(&before);
    let (theme, meta) = (forms(&page, "/_fn/set-theme")[0], all(&page, "meta[name=form-token]")[0]);
    let (form, script) = (untouched(theme), meta.attr("content").unwrap().to_owned());
    assert_refused(&post(&browser, "/_fn/search-desk", None, Some(&script)).await, "a script of before");
    let first = browser.form_token("/_fn/create-org");
    assert!(browser.post("/_fn/create-org", &[("name", "Globex")]).await.location().contains("created"));
    for (action, token) in [("/_fn/set-theme", form[0].1.as_str()), ("/_fn/create-org", first.as_str())] {
        let sent = [(FORM_TOKEN, token), ("theme", "dark"), ("name", "Evil"), ("back", "/")];
        let request = browser.client.post(format!("{}{action}", browser.base)).header(ORIGIN, &browser.base);
        let request = request.header(REFERER, format!("{}/settings/orgs/new?x=1", browser.base));
        let refused = Reply::of(request.header(ACCEPT, "text/html").form(&sent).send().await.unwrap()).await;
        let back = refused.location().strip_prefix(&browser.base).unwrap();
        assert!(refused.status == 303 && back.starts_with("/settings/orgs/new?x=1&__path="), "{back}");
        let again = browser.get(back).await.body;
        assert!(again.contains("data-too-late") && again.contains("Nothing was changed."), "{again}");
        let again = Html::parse_document(&again);
        let fresh = untouched(forms(&again, action)[0]);
        assert_eq!(fresh[0], (FORM_TOKEN.to_owned(), browser.form_token(action)));
        assert!(!server.browser().get(back).await.body.contains("data-too-late"), "in no other browser");
    }
    assert!(!browser.get("/settings/orgs/new").await.body.contains("Evil"));
}

#[tokio::test]
async fn an_error_in_an_address_is_shown_only_with_the_seal_of_the_server_for_this_browser_and_form() {
    let server = TestServer::start().await;
    server.org("acme").await;
    let (browser, other) = (server.browser(), server.browser());
    let error = |kind: &str| {
        let error = json!({ "kind": kind, "message": "Call 555-EVIL", "fields": [], "request_id": "x" });
        URL_SAFE.encode(error.to_string())
    };
    for kind in ["denied", "invalid", "internal", "stale", "unauthenticated"] {
        for seal in ["", "&__seal=", "&__seal=x", &format!("&__seal={}", browser.form_token("/_fn/sign-in"))] {
            let link = format!("/sign-in?__path=%2F_fn%2Fsign-in&__err={}{seal}", error(kind));
            let request = browser.client.get(format!("{}{link}", server.base)).header("sec-fetch-site", "same-origin");
            let shown = Reply::of(request.send().await.unwrap()).await.body;
            assert!(!shown.contains("555-EVIL") && !shown.contains("data-too-late"), "{link}");
        }
    }
    let next = format!("/settings/orgs/new?__path=%2F_fn%2Fcreate-org&__err={}", error("denied"));
    let form = [("email", "owner@acme.test"), ("password", PASSWORD), ("next", next.as_str())];
    let signed_in = browser.post("/_fn/sign-in", &form).await;
    assert!(!signed_in.location().contains("__"), "nobody has an error sealed by naming it: {}", signed_in.location());

    let refused = browser.post("/_fn/create-org", &[("name", "")]).await;
    let link = refused.location().replace(&format!("{}/?", server.base), "/settings/orgs/new?");
    assert!(browser.get(&link).await.body.contains("Enter a name."), "{link}");
    let (shown, seal) = link.rsplit_once("&__seal=").unwrap();
    assert!(!browser.get(shown).await.body.contains("Enter a name."), "without its seal");
    let other_form = link.replace("create-org", "sign-in").replace("/settings/orgs/new", "/sign-in");
    assert!(!browser.get(&other_form).await.body.contains("Enter a name."), "{seal} at another form");
    other.sign_in("owner@acme.test").await;
    assert!(!other.get(&link).await.body.contains("Enter a name."), "in another session of the same person");
}

/// Every URL that shows a notice: the page with the parameters of the notice.
async fn notices(server: &TestServer, token: &str) -> Vec<String> {
    let (_, live) = server.issue(token, &[]).await;
    let (_, revoked) = server.issue(token, &[]).await;
    server.send(Method::DELETE, &format!("/v1/me/tokens/{revoked}"), token, &Value::Null).await;
    let (_, key) = server.api_key(token, "acme", &[]).await;
    let account = json!({ "name": "Deploy bot" });
    let account = server.post("/v1/orgs/acme/service-accounts", token, &account).await.text("/id");
    let api = json!({ "name": "Contacts", "audience": "https://api.acme.test", "scopes": [], "operations": [] });
    let api = server.post("/v1/orgs/acme/apis", token, &api).await.text("/id");
    let (issued, gone) = (format!("issued={live}"), format!("revoked={revoked}"));
    let (new_key, found) = (format!("issued={key}"), format!("found={key}"));
    let of_credential = [
        "saved=1",
        "rolled=1",
        "cancelled=1",
        "finished=1",
        "disabled=1",
        "enabled=1",
        "key-added=1",
        "key-removed=1",
        "authorized=1",
        "authorization-asked=1",
        "withdrawn=1",
    ];
    let of_list = [issued.as_str(), gone.as_str(), "created=1", "confirmed=1", "joined=1", "left=1"];
    let pages: [(String, &[&str]); 14] = [
        ("/settings/tokens".to_owned(), &of_list),
        (format!("/settings/tokens/{live}"), &of_credential),
        ("/settings/sessions".to_owned(), &["ended=999"]),
        ("/orgs/acme/credentials".to_owned(), &["bulk=revoke&done=7&failed=0", gone.as_str()]),
        ("/orgs/acme/credentials/find".to_owned(), &["found=none", found.as_str()]),
        ("/orgs/acme/api-keys".to_owned(), &[new_key.as_str()]),
        ("/orgs/acme/members".to_owned(), &["invited=x", "mailed=x", "withdrawn=1", "changed=x", "removed=1"]),
        ("/orgs/acme/offboarding".to_owned(), &["changed=1", "set=1"]),
        ("/orgs/acme/roles".to_owned(), &["saved=1", "deleted=1"]),
        ("/orgs/acme/policies".to_owned(), &["saved=pat", "excepted=1", "ended=1"]),
        ("/orgs/acme/approvals".to_owned(), &["approved=1", "denied=1"]),
        ("/orgs/acme/organization-authorizations".to_owned(), &["approved=1", "denied=1", "ended=1"]),
        (format!("/orgs/acme/apis/{api}"), &["done=defined", "done=scope", "done=operation", "done=imported"]),
        (format!("/orgs/acme/service-accounts/{account}"), &["created=1"]),
    ];
    let addresses = pages.iter().flat_map(|(page, all)| all.iter().map(move |query| format!("{page}?{query}")));
    let of_keys = ["rotated", "replaced"].map(|done| format!("/platform/signing-keys?done={done}"));
    addresses.chain(of_keys).collect()
}

/// The number of notices on a page.
async fn said(browser: &Browser, address: &str) -> usize {
    let page = browser.get(address).await;
    assert_eq!(page.status, 200, "{address}");
    page.body.matches("role=\"status\"").count()
}

#[tokio::test]
async fn a_notice_in_an_address_is_shown_only_with_the_seal_of_the_server_for_this_browser() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let (browser, other) = (server.browser(), server.browser());
    browser.sign_in("owner@acme.test").await;
    other.sign_in("owner@acme.test").await;
    let elsewhere = browser.with_notice("/settings/tokens?saved=1");
    let (_, seal) = elsewhere.split_once('&').unwrap();
    for address in notices(&server, &token).await {
        let (page, query) = address.split_once('?').unwrap();
        let (nothing, sealed) = (said(&browser, page).await, browser.with_notice(&address));
        assert_eq!(said(&browser, &sealed).await, nothing + 1, "{address} with its seal");
        assert_eq!(said(&other, &sealed).await, nothing, "{address} in another session of the same person");
        for forged in [
            address.clone(),
            format!("{address}&notice_seal="),
            format!("{address}&{seal}"),
            format!("{sealed}&x=1"),
            sealed.replace(query, &format!("x=1&{query}")),
        ] {
            assert_eq!(said(&browser, &forged).await, nothing, "{forged}");
        }
    }
}

#[tokio::test]
async fn what_was_done_is_said_to_the_browser_that_did_it() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let (browser, other) = (server.browser(), server.browser());
    browser.sign_in("owner@acme.test").await;
    other.sign_in("owner@acme.test").await;
    let (_, id) = server.issue(&token, &[]).await;
    let of_token = [("at", "/settings/tokens"), ("id", id.as_str())];
    let invited = [("slug", "acme"), ("email", "grace@x.test"), ("role", "member")];
    let bulk = [("slug", "acme"), ("action", "enable"), ("ids", id.as_str())];
    // The last request gives the session a new id.
    type Form<'a> = &'a [(&'a str, &'a str)];
    let deeds: [(&str, Form<'_>, &str); 5] = [
        ("/_fn/disable-credential", &of_token, "Disabled. It is refused until somebody enables it."),
        ("/_fn/bulk-change", &bulk, "1 credential enabled"),
        ("/_fn/find-credential", &[("slug", "acme"), ("value", "nonsense")], "This is no credential"),
        ("/_fn/invite-member", &invited, "Copy the link and pass it on."),
        ("/_fn/create-org", &[("name", "Globex")], "You are now in"),
    ];
    for (action, form, words) in deeds {
        let done = browser.post(action, form).await;
        let page = browser.get(done.location()).await.body;
        assert!(page.contains(words), "{action} {} {page}", done.location());
        assert!(!other.get(done.location()).await.body.contains(words), "{action} in another browser");
    }
    let mut draft = crate::guarded::draft();
    draft["name"] = "Nightly".into();
    let body = json!({ "at": "/settings/tokens", "draft": draft });
    let issued = Reply::of(browser.script("/_fn/issue-credential").json(&body).send().await.unwrap()).await;
    let nothing = said(&browser, "/settings/tokens").await;
    assert_eq!(said(&browser, &issued.text("/next")).await, nothing + 1, "after a reply to a script");
}

/// A thief with the cookie could otherwise keep a request open, and finish it after the session was ended.
#[tokio::test]
async fn a_session_that_ends_while_a_body_is_sent_changes_nothing() {
    let server = TestServer::start().await;
    server.org("acme").await;
    let browser = server.browser();
    browser.sign_in("owner@acme.test").await;
    let body = json!({ "at": "/settings/tokens", "draft": crate::guarded::draft() }).to_string();
    let host = server.base.trim_start_matches("http://");
    let head = format!(
        "POST /_fn/issue-credential HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\n{}: {}\r\nCookie: sid={}\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n",
        server.base,
        FORM_TOKEN_HEADER,
        browser.form_token(OF_SCRIPT),
        browser.cookie("sid").unwrap(),
        body.len(),
    );
    let mut connection = TcpStream::connect(host).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    connection.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n", "the server waits for the body");

    assert!(browser.post("/_fn/sign-out", &[]).await.status.is_redirection());
    connection.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("mint_pat"), "{answer}");
}
