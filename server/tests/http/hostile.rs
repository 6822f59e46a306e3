//! Text from people is never interpreted as markup.
//!
//! The tests build two similar organizations: one with hostile markup in every text, one with harmless text of equal
//! length. They parse every page, dialog, error and file of both. Elements and attributes must be equal.

use crate::{
    guarded::draft,
    html::{all, forms, links, skeleton, untouched},
    support::{Browser, PASSWORD, Reply, TestServer},
};
use app::{FORM_TOKEN, OF_SCRIPT};
use domain::access::{RequestContext, Role};
use reqwest::{Method, StatusCode, header::USER_AGENT};
use scraper::Html;
use serde_json::{Value, json};
use service::{Password, authn::SignUp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const PAYLOADS: [&str; 7] = [
    "</title></textarea><h1 id=inj>x</h1>",
    "\"><img src=x onerror=inj() class=inj>",
    "'><svg/onload=inj() inj>",
    "&amp;&lt;i&gt;{{7*7}}${7*7}%0d%0a",
    "--></select></noscript></script><b inj>",
    "<form action=/_fn/sign-out id=inj>",
    "javascript:inj() https://evil.test/",
];
/// The maximum number of pages with equal shape to read.
const ALIKE: usize = 3;

/// The prefix of every text in one of the two worlds.
#[derive(Clone, Copy)]
struct Texts {
    hostile: bool,
}

impl Texts {
    /// Text number `number`, with at most `max` characters. The beginning is equal in both worlds, so that lists sort
    /// equally.
    fn of(self, number: usize, max: usize) -> String {
        let mut text = format!("{number:03} ");
        for payload in PAYLOADS.iter().cycle().skip(number).take(PAYLOADS.len()) {
            if text.len() + payload.len() <= max {
                text.push_str(payload);
            }
        }
        if self.hostile { text } else { format!("{:x<1$}", &text[..4], text.len()) }
    }
}

struct World {
    server: TestServer,
    texts: Texts,
    owner: Browser,
    member: Browser,
    stranger: Browser,
    seeds: Vec<String>,
}

impl World {
    async fn person(server: &TestServer, texts: Texts, number: usize, slug: &str) -> domain::account::User {
        let request = SignUp {
            name: texts.of(number, 200),
            email: format!("p{number}@x.test"),
            password: Password::new(PASSWORD.into()),
            organization: texts.of(number + 1, 200),
            slug: Some(slug.parse().unwrap()),
        };
        server.service.accounts().sign_up(request, &RequestContext::default()).await.unwrap().user
    }

    async fn joins(server: &TestServer, texts: Texts, token: &str, number: usize, role: Role) -> Browser {
        let user = Self::person(server, texts, number, &format!("home-{number}")).await;
        let org = server.join(token, &user, role).await;
        let browser = server.browser();
        browser.sign_in(&format!("p{number}@x.test")).await;
        browser.issue(&texts.of(number + 2, 200), &["credentials:read"]).await;
        browser.post("/_fn/switch-org", &[("org", &org.to_string())]).await;
        browser
    }

    async fn build(hostile: bool) -> Self {
        let (server, texts) = (TestServer::start().await, Texts { hostile });
        let t = |number| texts.of(number, 200);
        Self::person(&server, texts, 10, "acme").await;
        let owner = server.browser();
        let agent = |browser: &Browser, path: &str| browser.script(path).header(USER_AGENT, texts.of(20, 120));
        let form = [("email", "p10@x.test"), ("password", PASSWORD)];
        assert!(agent(&owner, "/_fn/sign-in").form(&form).send().await.unwrap().status().is_success());
        let (token, _) = owner.issue(&t(30), &["all"]).await;
        let send = async |method: Method, path: &str, body: Value| {
            let reply = server.send(method, path, &token, &body).await;
            assert!(reply.status.is_success(), "{path} {}", reply.body);
            reply
        };
        let at = |path: &str| format!("/v1/orgs/acme{path}");
        let scope = |name: &str, number| json!({ "name": name, "title": texts.of(number, 100), "description": texts.of(number + 1, 200) });
        let api = json!({ "name": t(40), "audience": "https://api.acme.test", "scopes": [scope("c:read", 41), scope("c:write", 43)],
            "operations": [{ "id": "c.list", "method": "GET", "path": "/c", "scopes": { "any": ["c:read"] } }] });
        send(Method::POST, &at("/apis"), api).await;
        let role = json!({ "name": t(50), "description": t(51), "reach": "own", "scopes": ["credentials:read", "c:read", "pats:write"] });
        let role = send(Method::POST, &at("/roles"), role).await.text("/id");
        let account = json!({ "name": t(60), "description": t(61) });
        let account = send(Method::POST, &at("/service-accounts"), account).await.text("/id");
        let service_token = json!({ "name": t(62), "description": t(63), "scopes": ["credentials:read"] });
        send(Method::POST, &at(&format!("/service-accounts/{account}/tokens")), service_token).await;
        let full = |number: usize| {
            json!({ "name": t(number), "description": t(number + 1), "scopes": ["c:read", "credentials:read"],
                "metadata": { (texts.of(number, 40)): texts.of(number, 400), (texts.of(number + 3, 40)): t(number + 4) } })
        };
        let mut keys = Vec::new();
        for number in [70, 80, 90] {
            keys.push(send(Method::POST, &at("/api-keys"), full(number)).await);
        }
        let client = send(Method::POST, &at("/clients"), full(100)).await;
        send(Method::POST, &at(&format!("/api-keys/{}/roll", keys[0].text("/id"))), json!({ "overlap_seconds": 3600 }))
            .await;
        send(Method::POST, &at(&format!("/api-keys/{}/disable", keys[1].text("/id"))), json!({})).await;
        send(Method::POST, &at(&format!("/api-keys/{}/revoke", keys[2].text("/id"))), json!({})).await;

        let member = Self::joins(&server, texts, &token, 110, Role::Member).await;
        let gone = Self::joins(&server, texts, &token, 120, Role::Member).await;
        gone.issue(&t(130), &["credentials:read"]).await;
        let third = Self::person(&server, texts, 140, "third").await;
        server.join(&token, &third, Role::Viewer).await;
        let members = server.get(&at("/members"), &token).await.json()["data"].clone();
        let id_of = |email: &str| {
            let found = members.as_array().unwrap().iter().find(|member| member["email"] == email).unwrap();
            found["id"].as_str().unwrap().to_owned()
        };
        send(Method::PATCH, &at(&format!("/members/{}", id_of("p140@x.test"))), json!({ "role": role })).await;
        send(Method::PATCH, &at("/settings"), json!({ "grace_period_days": 7 })).await;
        send(Method::DELETE, &at(&format!("/members/{}", id_of("p120@x.test"))), Value::Null).await;
        let invited = json!({ "email": "invited@x.test", "role": role });
        let invited = send(Method::POST, &at("/invitations"), invited).await.text("/link");

        let pending = json!({ "kind": "pat", "needs_approval": true });
        send(Method::PUT, &at("/policies"), pending).await;
        let mut asked = draft();
        (asked["description"], asked["justification"]) = (t(151).into(), texts.of(152, 1500).into());
        for number in [150, 153, 154] {
            asked["name"] = t(number).into();
            let body = json!({ "at": "/settings/tokens", "draft": asked });
            let reply = Reply::of(member.script("/_fn/issue-credential").json(&body).send().await.unwrap()).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
        }
        let requests = server.get(&at("/token-requests"), &token).await.json()["data"].clone();
        let request = |index: usize| {
            let request = &requests[index];
            request["credential"]["id"].as_str().or(request["id"].as_str()).unwrap().to_owned()
        };
        for (index, verb) in [(0, "deny"), (1, "approve")] {
            let note = json!({ "note": texts.of(155, 900) });
            send(Method::POST, &at(&format!("/token-requests/{}/{verb}", request(index))), note).await;
        }
        let until = server.service.now().plus_seconds(86_400).to_string();
        let exception = json!({ "credential_id": client.text("/id"), "ends_at": until, "note": texts.of(160, 400) });
        send(Method::POST, &at("/policies/exceptions"), exception).await;
        let elsewhere = server.get(&at("/members"), &token).await;
        assert!(elsewhere.status.is_success());

        let (secret, key) = (keys[0].text("/token"), keys[0].text("/id"));
        for path in ["/v1/me", "/v1/orgs/acme/audit-events"] {
            let request = server.request(Method::GET, path).bearer_auth(&secret).header(USER_AGENT, texts.of(170, 120));
            request.send().await.unwrap();
        }
        server.service.node().flush_usage().await.unwrap();
        let link = invited.strip_prefix(&server.base).unwrap().to_owned();
        let seeds = [
            "/",
            "/sign-in",
            "/sign-up",
            "/nowhere",
            "/settings/tokens",
            "/settings/new",
            "/settings/orgs/new",
            "/settings/sessions",
            "/platform/signing-keys",
            "/platform/signing-keys/emergency",
            "/docs",
            "/docs/api",
            "/orgs/acme/policies/pat?try=1&creators=owner&max_life=1",
            "/orgs/acme/offboarding",
            "/orgs/acme/organization-authorizations",
            "/orgs/acme/approvals",
            "/orgs/acme/credentials/find",
            "/orgs/acme/audit?event=1",
        ];
        let mut seeds: Vec<String> = seeds.iter().map(|&path| path.to_owned()).collect();
        seeds.push(owner.with_notice(&format!("/orgs/acme/credentials/find?found={key}")));
        for action in ["revoke", "transfer", "disable"] {
            seeds.push(format!("/orgs/acme/credentials/bulk?action={action}&id={key}&all=1"));
        }
        seeds.push(link);
        let stranger = server.browser();
        Self { server, texts, owner, member, stranger, seeds }
    }

    /// The text of a URL parameter.
    fn parameter(&self) -> String {
        // A long run of letters looks like a secret, and the search ignores secrets.
        let text = self.texts.of(200, 180).replace("xxxxxxxxxx", "xxxxxxxxx ");
        form_urlencoded::byte_serialize(text.as_bytes()).collect()
    }
}

/// A URL without the parts that differ between objects.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let part = |part: &str| if part.contains('_') || part.len() > 24 { "*".to_owned() } else { part.to_owned() };
    let path: Vec<_> = path.split('/').map(part).collect();
    let names: Vec<_> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
    format!("{}?{}", path.join("/"), names.join("&"))
}

fn assert_alike(hostile: &Reply, tame: &Reply, what: &str) -> (Html, Html) {
    assert_eq!(hostile.status, tame.status, "{what}");
    let (page, plain) = (Html::parse_document(&hostile.body), Html::parse_document(&tame.body));
    let (seen, expected) = (skeleton(&page), skeleton(&plain));
    let first = seen.iter().zip(&expected).position(|(one, other)| one != other);
    if let Some(first) = first {
        panic!("{what}: {:?} instead of {:?}", &seen[first], &expected[first]);
    }
    assert_eq!(seen.len(), expected.len(), "{what}");
    assert!(
        !seen.iter().any(|(_, name, names)| name == "inj" || names.iter().any(|name| name.contains("inj"))),
        "{what}"
    );
    (page, plain)
}

/// Every form that changes something starts with the token for its own path.
fn assert_tokens(page: &Html, browser: &Browser, what: &str) {
    for form in all(page, "form[method=post]") {
        let action = form.attr("action").unwrap();
        let first = untouched(form).into_iter().next();
        assert_eq!(first, Some((FORM_TOKEN.to_owned(), browser.form_token(action))), "{what} {action}");
    }
    for meta in all(page, "meta[name=form-token]") {
        assert_eq!(meta.attr("content"), Some(&*browser.form_token(OF_SCRIPT)), "{what}");
    }
}

/// Reads every reachable page in both worlds, and returns the URLs with the forms on each page.
async fn crawl(hostile: &World, tame: &World, who: fn(&World) -> &Browser) -> BTreeMap<String, BTreeSet<String>> {
    let (browser, plain) = (who(hostile), who(tame));
    let mut open: VecDeque<(String, String)> = hostile.seeds.iter().cloned().zip(tame.seeds.iter().cloned()).collect();
    let (mut seen, mut shapes, mut pages) = (BTreeSet::new(), BTreeMap::<String, usize>::new(), BTreeMap::new());
    while let Some((address, other)) = open.pop_front() {
        let count = shapes.entry(shape(&address)).or_default();
        if !seen.insert(address.clone())
            || *count >= ALIKE
            || address.contains("/export?")
            || address.starts_with("/pkg")
        {
            continue;
        }
        *count += 1;
        let (reply, expected) = (browser.get(&address).await, plain.get(&other).await);
        if reply.status.is_redirection() {
            assert_eq!(shape(reply.location()), shape(expected.location()), "{address}");
            open.push_back((reply.location().to_owned(), expected.location().to_owned()));
            continue;
        }
        let (page, as_expected) = assert_alike(&reply, &expected, &address);
        assert_tokens(&page, browser, &address);
        let actions =
            all(&page, "form[method=post]").into_iter().filter_map(|form| form.attr("action").map(str::to_owned));
        pages.insert(address.clone(), actions.collect());
        let base = address.split('?').next().unwrap();
        let whole = |link: String, base: &str| if link.starts_with('?') { format!("{base}{link}") } else { link };
        let base_of_other = other.split('?').next().unwrap();
        let there = links(&page).into_iter().map(|link| whole(link, base));
        let here = links(&as_expected).into_iter().map(|link| whole(link, base_of_other));
        assert_eq!(there.len(), here.len(), "{address}");
        open.extend(there.zip(here).map(|(one, other)| (without_fragment(one), without_fragment(other))));
    }
    pages
}

fn without_fragment(address: String) -> String {
    address.split('#').next().unwrap_or_default().to_owned()
}

/// The paths of `app/src/routes.rs`.
fn routes() -> Vec<String> {
    let source = include_str!("../../../app/src/routes.rs");
    source.split("path!(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn is_of(route: &str, address: &str) -> bool {
    let path = address.split('?').next().unwrap();
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(path).all(|(part, of)| part.starts_with(':') || *part == of)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_people_type_is_text_on_every_page_in_every_error_and_in_every_file() {
    let (hostile, tame) = (World::build(true).await, World::build(false).await);
    let pages = crawl(&hostile, &tame, |world| &world.owner).await;
    let unread: Vec<_> = routes().into_iter().filter(|route| !pages.keys().any(|page| is_of(route, page))).collect();
    assert_eq!(unread, ["/", "/settings/new"], "every page is read; these only lead to others");
    crawl(&hostile, &tame, |world| &world.member).await;
    crawl(&hostile, &tame, |world| &world.stranger).await;
    parameters(&hostile, &tame, &pages).await;
    errors(&hostile, &tame, &pages).await;
    dialogs(&hostile, &tame).await;
    files(&hostile).await;
}

/// The parameters that pages read.
const PARAMETERS: [&str; 46] = [
    "name",
    "description",
    "scopes",
    "q",
    "except",
    "issued",
    "revoked",
    "created",
    "end",
    "remove",
    "secret",
    "found",
    "done",
    "to",
    "kind",
    "action",
    "op",
    "service",
    "authorize",
    "next",
    "cursor",
    "event",
    "status",
    "owner",
    "env",
    "idle",
    "live",
    "expires",
    "left",
    "rolling",
    "text",
    "from",
    "until",
    "after",
    "before",
    "target",
    "actor",
    "networks",
    "max_life",
    "max_life_unit",
    "idle_days",
    "notice_days",
    "creators",
    "id",
    "bulk",
    "saved",
];

async fn parameters(hostile: &World, tame: &World, pages: &BTreeMap<String, BTreeSet<String>>) {
    let mut shapes = BTreeSet::new();
    let bare = pages.keys().filter(|page| !page.contains('?') && shapes.insert(shape(page)));
    let (markup, plain) = (hostile.parameter(), tame.parameter());
    for page in bare.filter(|page| !page.contains('_')) {
        let with = |value: &str, names: &[&str]| {
            let pairs: Vec<_> = names.iter().map(|name| format!("{name}={value}")).collect();
            format!("{page}?{}&try=1", pairs.join("&"))
        };
        let one_by_one = PARAMETERS.iter().map(|name| vec![*name]);
        for names in one_by_one.chain([PARAMETERS.to_vec()]) {
            let (reply, expected) =
                (hostile.owner.get(&with(&markup, &names)).await, tame.owner.get(&with(&plain, &names)).await);
            if !reply.status.is_redirection() {
                assert_alike(&reply, &expected, &format!("{page} {names:?}"));
            }
        }
    }
}

/// Sends every form that takes text with text that is too long, and compares the pages with the errors.
async fn errors(hostile: &World, tame: &World, pages: &BTreeMap<String, BTreeSet<String>>) {
    let mut sent = BTreeSet::new();
    for (page, actions) in pages {
        for action in actions {
            let creates =
                ["create", "add", "invite", "edit", "save-role", "grant", "find", "import", "decide", "sign-up"];
            if !creates.iter().any(|verb| action.contains(verb)) || !sent.insert(action) {
                continue;
            }
            if page.contains('_') {
                continue;
            }
            let (refused, expected) = (refused(hostile, page, action).await, refused(tame, page, action).await);
            assert_alike(&refused, &expected, &format!("{page} {action}"));
        }
    }
    assert!(sent.len() > 6, "{sent:?}");
}

async fn refused(world: &World, page: &str, action: &str) -> Reply {
    let sent = {
        let html = Html::parse_document(&world.owner.get(page).await.body);
        untouched(forms(&html, action)[0])
    };
    let long = world.texts.of(210, 200).repeat(12);
    let fill = |(name, value): (String, String)| match name.as_str() {
        "form_token" | "slug" | "at" | "id" | "api" | "version" | "outcome" | "operation[method]" => (name, value),
        _ => (name, long.clone()),
    };
    let sent: Vec<_> = sent.into_iter().map(fill).collect();
    let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = world.owner.client.post(format!("{}{action}", world.server.base));
    let request = request.header("origin", &world.server.base).header("accept", "text/html");
    let request = request.header("referer", format!("{}{page}", world.server.base));
    let answer = Reply::of(request.form(&sent).send().await.unwrap()).await;
    assert!(answer.status.is_redirection(), "{page} {action} {}", answer.body);
    world.owner.get(answer.location().strip_prefix(&world.server.base).unwrap_or(answer.location())).await
}

/// The dialog with a secret, which a script inserts into its page.
async fn dialogs(hostile: &World, tame: &World) {
    let of = async |world: &World| {
        let mut draft = draft();
        draft["name"] = world.texts.of(220, 200).into();
        let body = json!({ "at": "/orgs/acme/api-keys", "draft": draft });
        let reply = Reply::of(world.owner.script("/_fn/issue-credential").json(&body).send().await.unwrap()).await;
        let dialog = reply.text("/dialog");
        Reply { body: format!("<!doctype html><body>{dialog}"), ..reply }
    };
    assert_alike(&of(hostile).await, &of(tame).await, "the dialog");
}

async fn files(world: &World) {
    let path = "/orgs/acme/audit/export?format=";
    let lines = world.owner.get(&format!("{path}ndjson")).await;
    assert_eq!(lines.status, StatusCode::OK);
    assert!(
        lines.header("content-type").contains("json") && lines.header("content-disposition").contains("attachment")
    );
    for line in lines.body.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    let csv = world.owner.get(&format!("{path}csv")).await;
    assert!(csv.header("content-type").starts_with("text/csv"), "{:?}", csv.headers);
    let rows = read_csv(&csv.body);
    assert_eq!(rows.len(), lines.body.lines().count() + 1);
    for row in &rows {
        assert_eq!(row.len(), rows[0].len(), "{row:?}");
        assert!(!row.iter().any(|cell| cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
    }
}

/// Parses CSV (RFC 4180).
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    rows
}
