//! Limits that protect other tenants from one client, person or tenant: sign-up, mail and sign-in.

use crate::support::{Browser, PASSWORD, Reply, TestServer};
use app::error::AppError;
use domain::{access::RequestContext, code::ProblemCode, limits::Limit};
use reqwest::{Client, header::ORIGIN};
use serde_json::json;
use service::{
    Password, ServiceError,
    authn::{SignUp, SignUpMode},
};

fn wanted(email: &str) -> SignUp {
    SignUp {
        name: "Ada".into(),
        email: email.into(),
        password: Password::new(PASSWORD.into()),
        organization: String::new(),
        slug: None,
    }
}

fn from(ip: &str) -> RequestContext {
    RequestContext { ip: Some(ip.parse().unwrap()), ..RequestContext::default() }
}

#[tokio::test]
async fn one_client_signs_up_so_often_an_hour_and_others_are_not_held_up() {
    let server = TestServer::start().await;
    let service = &server.service;
    for number in 0..20 {
        let address = format!("2001:db8:1:2::{number}");
        service.accounts().sign_up(wanted(&format!("u{number}@x.test")), &from(&address)).await.unwrap();
    }
    let Err(ServiceError::RateLimited { retry_after_seconds }) =
        service.accounts().sign_up(wanted("more@x.test"), &from("2001:db8:1:2::ffff")).await
    else {
        panic!("not limited")
    };
    assert!((3500..=3600).contains(&retry_after_seconds));
    service.accounts().sign_up(wanted("other@x.test"), &from("203.0.113.7")).await.unwrap();
    server.move_clock(3600);
    service.accounts().sign_up(wanted("more@x.test"), &from("2001:db8:1:2::ffff")).await.unwrap();
}

#[tokio::test]
async fn where_sign_up_is_closed_nobody_signs_up_but_the_first() {
    let server = TestServer::start().await;
    server.service.accounts().admit_sign_ups(SignUpMode::Closed);
    let browser = server.browser();
    let form = [("name", "Ada"), ("email", "ada@x.test"), ("organization", "Acme"), ("password", PASSWORD)];
    assert!(browser.get("/sign-up").await.body.contains("/_fn/sign-up"));
    assert_eq!(browser.post("/_fn/sign-up", &form).await.location(), "/settings/tokens");
    let (stranger, page) = (server.browser(), server.browser().get("/sign-up").await);
    assert!(page.body.contains("Nobody can create an account here.") && !page.body.contains("/_fn/sign-up"));
    assert!(!stranger.get("/sign-in").await.body.contains("Create an account"));
    let form = [("name", "Eve"), ("email", "eve@x.test"), ("organization", "Evil"), ("password", PASSWORD)];
    assert_ne!(stranger.post("/_fn/sign-up", &form).await.location(), "/settings/tokens");
    let refused = server.service.accounts().sign_up(wanted("eve@x.test"), &RequestContext::default()).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden { code: ProblemCode::SignUpClosed, .. })));
}

#[tokio::test]
async fn of_several_who_come_first_at_once_where_sign_up_is_closed_one_is_let_in() {
    let server = TestServer::start().await;
    server.service.accounts().admit_sign_ups(SignUpMode::Closed);
    let all = (0..6).map(|number| {
        let service = server.service.clone();
        tokio::spawn(async move {
            service.accounts().sign_up(wanted(&format!("u{number}@x.test")), &RequestContext::default()).await.is_ok()
        })
    });
    let mut admitted = 0;
    for one in all.collect::<Vec<_>>() {
        admitted += usize::from(one.await.unwrap());
    }
    assert_eq!(admitted, 1);
}

#[tokio::test]
async fn where_sign_up_is_for_the_invited_only_they_sign_up() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    server.service.accounts().admit_sign_ups(SignUpMode::Invite);
    let sign_up =
        async |email: &str| server.service.accounts().sign_up(wanted(email), &RequestContext::default()).await;
    let refused = sign_up("grace@x.test").await;
    assert!(matches!(refused, Err(ServiceError::Forbidden { code: ProblemCode::InvitationRequired, .. })));
    let body = json!({ "email": "grace@x.test", "role": "member" });
    assert_eq!(server.post("/v1/orgs/acme/invitations", &owner, &body).await.status, 201);
    assert!(sign_up("eve@x.test").await.is_err());
    assert!(sign_up("grace@x.test").await.is_ok());
}

/// Signs in with this password and these cookies.
async fn sign_in(server: &TestServer, email: &str, password: &str, cookie: Option<&str>) -> Reply {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/_fn/sign-in", server.base)).header(ORIGIN, &server.base);
    let cookies = ["visitor=test"].into_iter().chain(cookie).collect::<Vec<_>>().join("; ");
    let token = server.service.sessions().form_token("visitor test", app::OF_SCRIPT);
    let request = request.header("cookie", cookies).header(app::FORM_TOKEN_HEADER, token);
    let form = [("email", email), ("password", password)];
    Reply::of(request.header("accept", "application/json").form(&form).send().await.unwrap()).await
}

/// Guesses passwords until the next attempt of an unknown device has to wait for minutes.
async fn guess_for_long(server: &TestServer, account: &str) {
    for _ in 0..7 {
        while sign_in(server, account, "wrong password", None).await.status != 429 {}
        server.move_clock(300);
    }
    while sign_in(server, account, "wrong password", None).await.status != 429 {}
}

/// The device cookie that a reply sets.
fn device_of(reply: &Reply) -> String {
    let mut cookies = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let cookie = cookies.find(|cookie| cookie.starts_with("device=")).unwrap();
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"));
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_device_that_has_signed_in_is_not_held_up_by_strangers_and_is_known_for_its_account_alone() {
    let server = TestServer::start().await;
    server.person("ada@x.test").await;
    server.person("grace@x.test").await;
    let device = device_of(&sign_in(&server, "ada@x.test", PASSWORD, None).await);
    for account in ["grace@x.test", "ada@x.test"] {
        guess_for_long(&server, account).await;
    }
    let held_up = sign_in(&server, "ada@x.test", PASSWORD, None).await;
    assert_eq!(held_up.status, 429, "a stranger, even with the right password: {}", held_up.body);
    let forged = format!("{}0", &device[..device.len() - 1]);
    let forged = if forged == device { format!("{}1", &device[..device.len() - 1]) } else { forged };
    assert_eq!(sign_in(&server, "ada@x.test", PASSWORD, Some(&forged)).await.status, 429);
    let signed_in = sign_in(&server, "ada@x.test", PASSWORD, Some(&device)).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    server.move_clock(200 * 86_400);
    guess_for_long(&server, "grace@x.test").await;
    assert_eq!(sign_in(&server, "grace@x.test", PASSWORD, Some(&device)).await.status, 429, "of another account");
    guess_for_long(&server, "ada@x.test").await;
    assert_eq!(sign_in(&server, "ada@x.test", PASSWORD, Some(&device)).await.status, 429, "forgotten after 180 days");
}

/// Posts a form of this page, and returns the error on the page that the browser then shows.
async fn refused(browser: &Browser, page: &str, action: &str, form: &[(&str, &str)]) -> String {
    let reply = browser.post(action, form).await;
    let (_, error) = reply.location().split_once('?').unwrap_or_else(|| panic!("{action} {reply:?}"));
    browser.get(&format!("{page}?{error}")).await.body
}

#[tokio::test]
async fn a_reached_limit_is_said_by_every_form_that_meets_it() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let invited = json!({ "email": "grace@x.test", "role": "member" });
    let link = server.post("/v1/orgs/acme/invitations", &token, &invited).await.text("/link");
    for limit in Limit::ALL.into_iter().filter(|limit| *limit != Limit::ChangesAMinute) {
        server.service.limits().set_at_the_console("acme", limit, Some(0)).await.unwrap();
    }
    let owner = server.browser();
    owner.sign_in("owner@acme.test").await;
    server.person("grace@x.test").await;
    let grace = server.browser();
    grace.sign_in("grace@x.test").await;
    let path = link.strip_prefix(&server.base).unwrap();
    let [key, id]: [&str; 2] = path.rsplit('/').take(2).collect::<Vec<_>>().try_into().unwrap();
    let api = [("slug", "acme"), ("name", "Contacts"), ("audience", "https://api.acme.test"), ("scopes", "")];
    let account = [("slug", "acme"), ("name", "Deploy bot"), ("description", ""), ("role", "member")];
    let person = [("slug", "acme"), ("email", "eve@x.test"), ("role", "member")];
    type Form<'a> = &'a [(&'a str, &'a str)];
    let forms: [(&Browser, &str, &str, Form<'_>); 5] = [
        (&owner, "/orgs/acme/members", "invite-member", &person),
        (&owner, "/settings/orgs/new", "create-org", &[("name", "Globex")]),
        (&owner, "/orgs/acme/service-accounts/new", "create-service-account", &account),
        (&owner, "/orgs/acme/apis/new", "create-api", &api),
        (&grace, path, "accept-invitation", &[("id", id), ("key", key)]),
    ];
    for (browser, page, action, form) in forms {
        let shown = refused(browser, page, &format!("/_fn/{action}"), form).await;
        assert!(shown.contains(">The limit of this organization is reached"), "{action} {shown}");
        assert!(!shown.contains("needs a change"), "{action}: nothing that was entered is wrong");
    }
    let body = json!({ "at": "/settings/tokens", "draft": crate::guarded::draft() });
    let script = Reply::of(owner.script("/_fn/issue-credential").json(&body).send().await.unwrap()).await;
    let error: AppError = serde_json::from_str(&script.body).unwrap();
    let said = error.beside(&["/name", "/scopes"]).map(|error| error.message);
    assert!(said.is_some_and(|said| said.starts_with("The limit of this organization is reached")), "{}", script.body);
}
