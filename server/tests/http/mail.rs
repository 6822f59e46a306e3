//! Mail as a mail server receives it: invitations and notices, also while the server fails.

mod sink;

use self::sink::{Mood, Sink};
use crate::{
    crash::{bootstrap, mintmark},
    support::{Browser, PASSWORD, Reply, TestServer},
};
use domain::{
    access::{RequestContext, Role},
    secret::Brand,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::listen::Limits;
use service::{Clock, MasterKey, Password, Service, Sources, authn::SignUp, mail::Mailer};
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::Duration,
};
use store::Db;
use tokio::time::timeout;

const INVITATIONS: &str = "/v1/orgs/acme/invitations";
const DAY: i64 = 86_400;

async fn start() -> (TestServer, Sink, String) {
    let (server, sink) = (TestServer::start_within(Limits::default()).await, Sink::start().await);
    server.service.mail().send_by(Mailer::open(&sink.url, "Mintmark <mintmark@mintmark.test>").unwrap());
    let owner = server.endless_org("acme").await;
    (server, sink, owner)
}

async fn invite(server: &TestServer, owner: &str, email: &str) -> Reply {
    let reply = server.post(INVITATIONS, owner, &json!({ "email": email, "role": "member" })).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    reply
}

/// The mail status of each open invitation, newest first.
async fn states(server: &TestServer, owner: &str) -> Vec<Value> {
    let list = server.get(INVITATIONS, owner).await.json();
    list["data"].as_array().unwrap().iter().map(|invitation| invitation["mail"].clone()).collect()
}

#[tokio::test]
async fn an_invitation_arrives_once_and_its_link_works() {
    let (server, sink, owner) = start().await;
    let invited = invite(&server, &owner, "grace@x.test").await;
    assert_eq!(invited.text("/mail"), "waiting");
    assert_eq!(states(&server, &owner).await, ["waiting"]);
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1);
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 0);
    assert_eq!(states(&server, &owner).await, ["sent"]);

    let mail = sink.only();
    assert_eq!(
        (mail.recipients.clone(), mail.header("To").as_str()),
        (vec!["<grace@x.test>".to_owned()], "grace@x.test")
    );
    assert!(mail.header("From").contains("<mintmark@mintmark.test>"), "{}", mail.head);
    let link = mail.text.lines().find(|line| line.starts_with("http")).unwrap();
    let shown = invited.text("/link");
    assert!(link != shown && link.rsplit_once('/').unwrap().0 == shown.rsplit_once('/').unwrap().0, "{link} {shown}");
    server.person("grace@x.test").await;
    let grace = server.browser();
    grace.sign_in("grace@x.test").await;
    let path = link.strip_prefix(&server.base).unwrap();
    assert!(grace.get(path).await.body.contains("Join the organization"));
    let [key, id]: [&str; 2] = link.rsplit('/').take(2).collect::<Vec<_>>().try_into().unwrap();
    let joined = grace.post("/_fn/accept-invitation", &[("id", id), ("key", key)]).await;
    assert_eq!(joined.page(), "/settings/tokens?joined=1");
}

/// Opens and accepts an invitation link in a signed-in browser. Returns the URL of the redirect.
async fn accept(browser: &Browser, link: &str) -> String {
    let [key, id]: [&str; 2] = link.rsplit('/').take(2).collect::<Vec<_>>().try_into().unwrap();
    browser.post("/_fn/accept-invitation", &[("id", id), ("key", key)]).await.page().to_owned()
}

async fn sign_up(server: &TestServer, email: &str, password: &str) -> Result<Browser, String> {
    let browser = server.browser();
    let form = [("name", "Bob"), ("email", email), ("organization", ""), ("password", password)];
    let location = browser.post("/_fn/sign-up", &form).await.location().to_owned();
    if location == "/settings/tokens" { Ok(browser) } else { Err(location) }
}

async fn signs_in(server: &TestServer, email: &str, password: &str) -> bool {
    let reply = server.browser().post("/_fn/sign-in", &[("email", email), ("password", password)]).await;
    reply.location() == "/settings/tokens"
}

#[tokio::test]
async fn whoever_reads_the_mail_has_the_address_and_a_squatter_has_lost_it() {
    let (server, sink, owner) = start().await;
    let (bob, his, squats) = ("bob@corp.test", "bobs own password", "a squatters password");
    let squatter = sign_up(&server, bob, squats).await.unwrap();
    let shown = invite(&server, &owner, bob).await.text("/link");
    server.service.jobs().deliver_mail().await.unwrap();
    let mailed = sink.only().text.lines().find(|line| line.starts_with("http")).unwrap().to_owned();

    // The squatter neither blocks him nor gets anything of his.
    let browser = sign_up(&server, bob, his).await.unwrap();
    assert_eq!(accept(&browser, &mailed).await, "/settings/tokens?joined=1");
    let members = server.get("/v1/orgs/acme/members", &owner).await.json();
    assert_eq!(members["data"].as_array().unwrap().iter().filter(|member| member["email"] == bob).count(), 1);
    assert!(browser.get("/orgs/acme/members").await.body.contains(bob));
    assert!(!squatter.get("/settings/tokens").await.body.contains(bob), "the squatter's session has ended");
    assert!(signs_in(&server, bob, his).await && !signs_in(&server, bob, squats).await);
    // From now on the address is taken.
    assert!(sign_up(&server, bob, "another password").await.is_err_and(|back| back.contains("__err")));
    for link in [&shown, &mailed] {
        assert!(!accept(&squatter, link).await.contains("joined"));
    }
}

#[tokio::test]
async fn a_link_that_was_shown_proves_no_address() {
    let (server, _sink, _) = start().await;
    let bob = "bob@corp.test";
    let real = sign_up(&server, bob, "bobs own password").await.unwrap();
    // An attacker invites him to their own organization and tries to follow the link that they see.
    let evil = server.endless_org("evil").await;
    let invited = server.post("/v1/orgs/evil/invitations", &evil, &json!({ "email": bob, "role": "owner" })).await;
    let pretender = sign_up(&server, bob, "a pretenders password").await.unwrap();
    assert!(accept(&pretender, &invited.text("/link")).await.contains("__err"), "the mail has to be followed");
    assert!(real.get("/settings/tokens").await.body.contains(bob), "his session goes on");
    assert!(signs_in(&server, bob, "bobs own password").await);
    assert!(sign_up(&server, bob, "one more password").await.is_ok(), "nobody has taken the address");
}

#[tokio::test]
async fn who_has_proved_an_address_accepts_by_signing_in_and_nobody_else_accepts() {
    let (server, sink, owner) = start().await;
    let globex = server.org("globex").await;
    let bob = "bob@corp.test";
    let browser = sign_up(&server, bob, "bobs own password").await.unwrap();
    invite(&server, &owner, bob).await;
    server.service.jobs().deliver_mail().await.unwrap();
    let mailed = sink.only().text.lines().find(|line| line.starts_with("http")).unwrap().to_owned();
    assert_eq!(accept(&browser, &mailed).await, "/settings/tokens?joined=1", "the account that he had");
    assert!(signs_in(&server, bob, "bobs own password").await);

    let more = server.post("/v1/orgs/globex/invitations", &globex, &json!({ "email": bob, "role": "member" })).await;
    let eve = sign_up(&server, "eve@x.test", "eves own password").await.unwrap();
    assert!(accept(&eve, &more.text("/link")).await.contains("__err"));
    assert_eq!(accept(&browser, &more.text("/link")).await, "/settings/tokens?joined=1");
}

#[tokio::test]
async fn the_link_is_nowhere_in_the_database() {
    let (server, _sink, owner) = start().await;
    let link = invite(&server, &owner, "grace@x.test").await.text("/link");
    let key = link.rsplit('/').next().unwrap();
    for file in ["", "-wal"] {
        let path = format!("{}{file}", server.database_url().strip_prefix("sqlite://").unwrap());
        let bytes = std::fs::read(path).unwrap_or_default();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "{file}");
    }
}

#[tokio::test]
async fn the_members_page_says_which_of_the_two_happened() {
    let (server, sink, owner) = start().await;
    let admin = server.member(&owner, "admin@x.test", Role::Admin).await;
    let form = [("slug", "acme"), ("email", "grace@x.test"), ("role", "member")];
    let invited = admin.post("/_fn/invite-member", &form).await;
    assert!(invited.location().contains("?mailed=inv_"), "{invited:?}");
    let page = admin.get(invited.location()).await.body;
    assert!(page.contains("The link is sent by mail") && page.contains("Mail is on its way"), "{page}");
    assert!(page.contains("The link goes out by mail") && !page.contains("Pass the link on"), "{page}");
    sink.is(Mood::Busy);
    server.service.jobs().deliver_mail().await.unwrap();
    for _ in 0..10 {
        server.move_clock(19 * 3_600);
        server.service.jobs().deliver_mail().await.unwrap();
    }
    admin.sign_in("admin@x.test").await;
    let org = server.get("/v1/me", &owner).await.text("/organization/id");
    admin.post("/_fn/switch-org", &[("org", &org)]).await;
    let page = admin.get("/orgs/acme/members").await.body;
    assert!(page.contains("Mail could not be sent"), "{page}");

    let without = TestServer::start().await;
    let owner = without.org("acme").await;
    let reply = invite(&without, &owner, "grace@x.test").await;
    assert_eq!(reply.json()["mail"], Value::Null);
    assert_eq!(without.service.db().due_mail(without.service.now(), 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_mail_server_that_refuses_or_is_gone_is_asked_again_and_nothing_is_sent_twice() {
    let (server, sink, owner) = start().await;
    for mood in [Mood::Busy, Mood::Closes] {
        sink.is(mood);
        invite(&server, &owner, &format!("{mood:?}@x.test")).await;
        assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 0, "{mood:?}");
        // The next attempt is due after a minute.
        sink.is(Mood::Takes);
        server.move_clock(50);
        assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 0, "{mood:?}");
        server.move_clock(11);
        assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1, "{mood:?}");
    }
    assert_eq!(states(&server, &owner).await, ["sent", "sent"]);
    // Another process on the same database, some days later.
    let db = Db::connect(&server.database_url()).await.unwrap();
    let ahead = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(4 * DAY * 1000));
    let sources = Sources::new(Clock::Moved(ahead));
    let other = Service::open(db, Brand::parse("mint").unwrap(), &server.base, &MasterKey::new([7; 32]), sources)
        .await
        .unwrap();
    other.mail().send_by(Mailer::open(&sink.url, "mintmark@mintmark.test").unwrap());
    assert_eq!(other.jobs().deliver_mail().await.unwrap(), 0);
    assert_eq!(sink.received().len(), 2);
}

#[tokio::test]
async fn two_nodes_send_a_mail_once() {
    let (server, sink, owner) = start().await;
    for number in 0..5 {
        invite(&server, &owner, &format!("n{number}@x.test")).await;
    }
    let (one, other) = tokio::join!(server.service.jobs().deliver_mail(), server.service.jobs().deliver_mail());
    assert_eq!(one.unwrap() + other.unwrap(), 5);
    assert_eq!(sink.received().len(), 5);
}

#[tokio::test]
async fn a_mail_server_that_never_answers_holds_nobody_up() {
    let (server, sink, owner) = start().await;
    sink.is(Mood::Silent);
    invite(&server, &owner, "grace@x.test").await;
    let service = server.service.clone();
    let delivering = tokio::spawn(async move { service.jobs().deliver_mail().await });
    let second = timeout(Duration::from_secs(10), invite(&server, &owner, "joan@x.test")).await;
    assert!(second.is_ok() && !delivering.is_finished());
    delivering.abort();
}

#[tokio::test]
async fn what_was_taken_back_is_not_sent() {
    let (server, sink, owner) = start().await;
    let id = invite(&server, &owner, "grace@x.test").await.text("/id");
    server.send(Method::DELETE, &format!("{INVITATIONS}/{id}"), &owner, &Value::Null).await;
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 0);
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn what_people_call_themselves_is_no_header_and_no_recipient() {
    let (server, sink, _) = start().await;
    let sign_up = |name: &str, organization: &str| SignUp {
        name: name.into(),
        email: "eve@x.test".into(),
        password: Password::new(PASSWORD.into()),
        organization: organization.into(),
        slug: Some("evil".parse().unwrap()),
    };
    let hostile = ["Evil\r\nBcc: all@x.test", "Evil\nSubject: other", "Evil\u{85}Bcc: all@x.test"];
    for name in hostile {
        assert!(
            server.service.accounts().sign_up(sign_up("Eve", name), &RequestContext::default()).await.is_err(),
            "{name:?}"
        );
        assert!(
            server.service.accounts().sign_up(sign_up(name, "Evil"), &RequestContext::default()).await.is_err(),
            "{name:?}"
        );
    }
    let name = "\"Evil\" <all@x.test>, =?utf-8?q?=0D=0ABcc:_all@x.test?= Größe %0D%0ABcc:";
    server.service.accounts().sign_up(sign_up(name, name), &RequestContext::default()).await.unwrap();
    let eve = server.browser();
    eve.sign_in("eve@x.test").await;
    for email in ["grace@x.test\r\nBcc: all@x.test", "grace@x.test, all@x.test", "<grace@x.test>", "größe@x.test"] {
        eve.post("/_fn/invite-member", &[("slug", "evil"), ("email", email), ("role", "member")]).await;
    }
    eve.post("/_fn/invite-member", &[("slug", "evil"), ("email", "grace@x.test"), ("role", "member")]).await;
    server.service.jobs().deliver_mail().await.unwrap();
    let known =
        ["Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
    assert_eq!(sink.received().len(), 1, "this mail server does not take other letters in an address");
    for mail in sink.received() {
        let mut names = mail.header_names();
        names.retain(|name| name != "MIME-Version");
        assert_eq!(
            names,
            known.into_iter().filter(|name| *name != "MIME-Version").collect::<Vec<_>>(),
            "{}",
            mail.head
        );
        assert_eq!(mail.recipients.len(), 1, "{mail:?}");
        assert!(!mail.recipients[0].contains("all@x.test"), "{mail:?}");
        assert!(mail.text.contains("Größe"), "{}", mail.text);
    }
}

#[tokio::test]
async fn a_name_that_is_meant_as_a_link_is_none_in_a_mail() {
    let (server, sink, _) = start().await;
    let name = "URGENT 0: confirm at https://evil.example/login now";
    let request = SignUp {
        name: "www.evil.example".into(),
        email: "eve@x.test".into(),
        password: Password::new(PASSWORD.into()),
        organization: name.into(),
        slug: Some("evil".parse().unwrap()),
    };
    server.service.accounts().sign_up(request, &RequestContext::default()).await.unwrap();
    let eve = server.browser();
    eve.sign_in("eve@x.test").await;
    eve.post("/_fn/invite-member", &[("slug", "evil"), ("email", "grace@x.test"), ("role", "member")]).await;
    server.service.jobs().deliver_mail().await.unwrap();
    let mail = sink.only();
    assert_eq!(mail.header("Subject"), "Join an organization on Mintmark");
    let words = mail.text.split_whitespace();
    assert!(words.clone().all(|word| !word.contains("evil.") && !word.contains("www.")), "{}", mail.text);
    assert_eq!(words.filter(|word| word.contains("://")).count(), 1, "our own link alone: {}", mail.text);
}

#[tokio::test]
async fn nobody_makes_us_write_very_often_to_an_address_or_to_those_who_decide() {
    let (server, sink, owner) = start().await;
    for number in 0..7 {
        let invited = server.post(INVITATIONS, &owner, &json!({ "email": "victim@x.test", "role": "member" })).await;
        let is_mailed = invited.json()["mail"] == "waiting";
        assert_eq!(is_mailed, number < 5, "{number}: the link can still be passed on by hand");
        let id = invited.text("/id");
        server.service.jobs().deliver_mail().await.unwrap();
        server.send(Method::DELETE, &format!("{INVITATIONS}/{id}"), &owner, &Value::Null).await;
    }
    assert_eq!(sink.received().len(), 5);
    let grace = server.member(&owner, "grace@x.test", Role::Member).await;
    let (hers, _) = grace.issue("mine", &["all"]).await;
    let policy = json!({ "kind": "pat", "needs_approval": true });
    server.send(Method::PUT, "/v1/orgs/acme/policies", &owner, &policy).await;
    for number in 0..25 {
        let body = json!({ "name": format!("CI {number}"), "scopes": [], "justification": "a build" });
        assert_eq!(server.post("/v1/me/tokens", &hers, &body).await.status, StatusCode::CREATED);
    }
    while server.service.jobs().deliver_mail().await.unwrap() > 0 {}
    let asked = sink.received().iter().filter(|mail| mail.header("Subject").contains("asks for approval")).count();
    assert_eq!(asked, 20);
}

#[tokio::test]
async fn whose_credential_ends_is_told_by_mail_and_never_its_secret() {
    let (server, sink, owner) = start().await;
    let grace = server.member(&owner, "grace@x.test", Role::Member).await;
    let (secret, id) = grace.issue("laptop", &[]).await;
    let body = json!({ "name": "CRM", "scopes": [], "expires_in": 90 * DAY - 3_600 });
    let key = server.post("/v1/orgs/acme/api-keys", &owner, &body).await;
    assert_eq!(key.status, StatusCode::CREATED, "{}", key.body);
    let told = async |days: i64, until: &[&str]| {
        server.move_clock(days * DAY);
        server.service.jobs().give_expiry_notices().await.unwrap();
        server.service.jobs().deliver_mail().await.unwrap();
        let mut told: Vec<_> = sink
            .received()
            .into_iter()
            .map(|mail| format!("{} {}", mail.recipients[0], mail.header("Subject")))
            .collect();
        told.sort();
        assert_eq!(told, until);
        sink.received()
    };
    told(59, &[]).await;
    let first = [
        "<grace@x.test> laptop ends in 30 days",
        "<owner@acme.test> CRM ends in 30 days",
        "<owner@acme.test> bootstrap ends in 30 days",
    ];
    let mails = told(1, &first).await;
    let of_grace = mails.iter().find(|mail| mail.recipients[0].contains("grace")).unwrap();
    assert!(of_grace.text.contains(&format!("{}/orgs/acme/tokens/{id}", server.base)), "{}", of_grace.text);
    let of_owner = mails.iter().find(|mail| mail.text.contains("CRM")).unwrap();
    assert!(of_owner.text.contains(&format!("/orgs/acme/api-keys/{}", key.text("/id"))), "{}", of_owner.text);
    for mail in &mails {
        let all = format!("{}{}", mail.head, mail.text);
        assert!(!all.contains(&secret) && !all.contains(&key.text("/token")), "{all}");
    }
    // The news ages while the mail server is down. The mail finally sent describes the state at that time, once.
    sink.is(Mood::Closes);
    told(24, &first).await;
    told(5, &first).await;
    sink.is(Mood::Takes);
    let last = [
        "<grace@x.test> laptop ends in 30 days",
        "<grace@x.test> laptop has ended",
        "<owner@acme.test> CRM ends in 30 days",
        "<owner@acme.test> CRM has ended",
        "<owner@acme.test> bootstrap ends in 30 days",
        "<owner@acme.test> bootstrap has ended",
    ];
    told(2, &last).await;
    told(4, &last).await;
}

#[tokio::test]
async fn the_program_sends_mail_by_itself_and_after_a_kill_nothing_twice() {
    let (dir, sink) = (tempfile::TempDir::new().unwrap(), Sink::start().await);
    let owner = bootstrap(dir.path());
    let client = reqwest::Client::new();
    for (count, email) in [(1, "grace@x.test"), (2, "joan@x.test")] {
        let mut program = mintmark(dir.path(), &["serve"]);
        program.env("MINTMARK_SMTP_URL", &sink.url).env("MINTMARK_MAIL_FROM", "desk@mintmark.test");
        let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let body = json!({ "email": email, "role": "member" });
        let invited = client.post(format!("{base}{INVITATIONS}")).bearer_auth(&owner).json(&body).send().await.unwrap();
        assert_eq!(invited.status(), StatusCode::CREATED);
        let arrived = async {
            while sink.received().len() < count {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(30), arrived).await.unwrap();
        // The status changes a moment after the mail server accepts the mail.
        let noted = async {
            loop {
                let list = client.get(format!("{base}{INVITATIONS}")).bearer_auth(&owner).send().await.unwrap();
                if list.json::<Value>().await.unwrap()["data"][0]["mail"] == "sent" {
                    return;
                }
            }
        };
        timeout(Duration::from_secs(30), noted).await.unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mails = sink.received();
    assert_eq!(
        mails.iter().map(|mail| mail.recipients.concat()).collect::<Vec<_>>(),
        ["<grace@x.test>", "<joan@x.test>"]
    );
    assert_eq!(mails[0].header("From"), "desk@mintmark.test");
}

#[tokio::test]
async fn both_sides_of_an_approval_are_written_to() {
    let (server, sink, owner) = start().await;
    let grace = server.member(&owner, "grace@x.test", Role::Member).await;
    let (hers, _) = grace.issue("mine", &["all"]).await;
    let policy = json!({ "kind": "pat", "needs_approval": true });
    server.send(Method::PUT, "/v1/orgs/acme/policies", &owner, &policy).await;
    let ask = async |name: &str| {
        let body = json!({ "name": name, "scopes": [], "justification": "the nightly build\r\nBcc: eve@x.test" });
        server.post("/v1/me/tokens", &hers, &body).await.text("/id")
    };
    let (decided, taken_back) = (ask("CI").await, ask("Other").await);
    server.post(&format!("/v1/me/tokens/{taken_back}/revoke"), &hers, &json!({})).await;
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1, "what was taken back needs nobody");
    let received = sink.received();
    let asked = received.last().unwrap();
    assert_eq!(asked.recipients, ["<owner@acme.test>"]);
    assert!(asked.header("Subject").contains("asks for approval of CI"), "{}", asked.head);
    assert!(asked.text.contains("/orgs/acme/approvals"), "{}", asked.text);
    let all = format!("{}{}", asked.head, asked.text);
    assert!(!all.contains("nightly build") && !all.contains("eve@x.test"), "sentences stay out of mails: {all}");

    let approve = format!("/v1/orgs/acme/token-requests/{decided}/approve");
    server.post(&approve, &owner, &json!({ "note": "for a month" })).await;
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1);
    let received = sink.received();
    let told = received.last().unwrap();
    assert_eq!(told.recipients, ["<grace@x.test>"]);
    assert!(!told.text.contains("for a month"), "{}", told.text);
    assert!(told.header("Subject").contains("CI was approved") && told.text.contains("left a note"), "{}", told.text);
}

#[tokio::test]
async fn a_person_is_told_by_mail_what_somebody_else_did_to_their_token() {
    let (server, sink, owner) = start().await;
    let grace = server.member(&owner, "grace@x.test", Role::Member).await;
    let (hers, _) = grace.issue("laptop", &["all"]).await;
    let mine = server.get("/v1/me", &hers).await.text("/credential/id");
    let inventory = "/v1/orgs/acme/credentials/bulk";
    for (action, done) in [("disable", "disabled laptop"), ("enable", "enabled laptop"), ("revoke", "revoked laptop")] {
        let reply = server.post(inventory, &owner, &json!({ "action": action, "ids": [mine] })).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1, "{action}");
        let received = sink.received();
        let told = received.last().unwrap();
        assert_eq!(told.recipients, ["<grace@x.test>"]);
        assert!(told.header("Subject").contains(done), "{}", told.head);
        assert!(!told.text.contains(&hers) && told.text.contains("/settings/tokens"), "{}", told.text);
    }
    // The next mail replaces an unsent one and reports both changes.
    let (_, laptop) = grace.issue("desktop", &["all"]).await;
    for action in ["disable", "enable"] {
        server.post(inventory, &owner, &json!({ "action": action, "ids": [laptop] })).await;
    }
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1);
    let told = sink.received().pop().unwrap().text;
    assert!(told.contains("enabled your personal access token desktop") && told.contains("disabled it"), "{told}");
    // People get no mail about their own actions.
    let (other, _) = grace.issue("other", &["all"]).await;
    server.post("/v1/me/credential/revoke", &other, &json!({})).await;
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 0);
}

#[tokio::test]
async fn both_sides_of_an_authorization_are_written_to() {
    let (server, sink, owner) = start().await;
    let guest = server.guest(&owner, "grace@x.test", Role::Member, &["members:read"]).await;
    let policy = json!({ "kind": "pat", "needs_approval": true });
    server.send(Method::PUT, "/v1/orgs/acme/policies", &owner, &policy).await;
    server.service.org_authorizations().authorize(&guest.caller, &guest.id, "acme").await.unwrap();
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1);
    let received = sink.received();
    let asked = received.last().unwrap();
    assert_eq!(asked.recipients, ["<owner@acme.test>"]);
    assert!(asked.header("Subject").contains("Grace asks for approval of Laptop"), "{}", asked.head);
    assert!(
        asked.text.contains("/orgs/acme/organization-authorizations") && !asked.text.contains(&guest.secret),
        "{}",
        asked.text
    );

    let deny = format!("/v1/orgs/acme/organization-authorizations/{}/deny", guest.id);
    server.post(&deny, &owner, &json!({ "note": "use a service account" })).await;
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 1);
    let received = sink.received();
    let told = received.last().unwrap();
    assert_eq!(told.recipients, ["<grace@x.test>"]);
    assert!(told.header("Subject").contains("Laptop was not approved for"), "{}", told.head);
    assert!(told.text.contains("left a note") && told.text.contains(&guest.id), "{}", told.text);
    assert!(!told.text.contains("use a service account"), "{}", told.text);

    server.service.org_authorizations().authorize(&guest.caller, &guest.id, "acme").await.unwrap();
    server.service.org_authorizations().withdraw(&guest.caller, &guest.id, "acme").await.unwrap();
    assert_eq!(server.service.jobs().deliver_mail().await.unwrap(), 0, "what was taken back needs nobody");
}
