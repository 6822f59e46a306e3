//! Saving a form without a change must change nothing.
//!
//! The tests send every edit form as a browser does. The objects have values that only a program can set.

use crate::{
    html::{all, forms, untouched},
    support::{Browser, Reply, TestServer},
};
use domain::access::Role;
use reqwest::Method;
use scraper::Html;
use serde_json::{Value, json};
use server::server_function_paths;
use std::collections::BTreeSet;

/// The forms that show a stored object and save it. Each has a test below.
const EDITS: [&str; 7] =
    ["change-grace", "change-role", "change-settings", "edit-credential", "edit-rights", "save-policy", "save-role"];
/// The forms that create, end or decide something. A new form belongs to exactly one of both lists.
const DEEDS: [&str; 43] = [
    "accept-invitation",
    "add-api-scope",
    "add-client-keys",
    "add-operation",
    "authorize-token",
    "bulk-change",
    "cancel-roll",
    "confirm-held-tokens",
    "create-api",
    "create-org",
    "create-service-account",
    "decide-authorization",
    "decide-request",
    "delete-role",
    "disable-credential",
    "enable-credential",
    "end-authorization",
    "end-exception",
    "end-other-sessions",
    "end-session",
    "find-credential",
    "finish-roll",
    "grant-exception",
    "import-openapi",
    "invite-member",
    "issue-credential",
    "leave-org",
    "offered-operations",
    "remove-client-key",
    "remove-member",
    "replace-signing-keys",
    "revoke-credential",
    "roll-credential",
    "rotate-signing-keys",
    "search-desk",
    "set-theme",
    "sign-in",
    "sign-out",
    "sign-up",
    "switch-org",
    "test-client",
    "withdraw-authorization",
    "withdraw-invitation",
];

#[test]
fn every_form_is_known_as_one_that_edits_or_as_one_that_does_not() {
    let all: BTreeSet<_> = server_function_paths().into_iter().map(|(path, _)| path).collect();
    let known: BTreeSet<_> = EDITS.iter().chain(&DEEDS).map(|name| format!("/_fn/{name}")).collect();
    assert_eq!(all, known);
}

/// An organization with its owner.
struct Desk {
    server: TestServer,
    token: String,
    owner: Browser,
}

impl Desk {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let (token, owner) = (server.endless_org("acme").await, server.browser());
        owner.sign_in("owner@acme.test").await;
        Self { server, token, owner }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Reply {
        let reply = self.server.send(method, path, &self.token, &body).await;
        assert!(reply.status.is_success(), "{path} {}", reply.body);
        reply
    }

    /// The object as the API returns it, and the number of audit events.
    async fn state(&self, of: &str) -> (String, Value) {
        let object = self.server.get(of, &self.token).await;
        assert!(object.status.is_success(), "{of} {}", object.body);
        let events = self.server.get("/v1/orgs/acme/audit-events?limit=1", &self.token).await.json();
        (object.body, events["data"][0]["seq"].clone())
    }

    async fn page(&self, path: &str) -> String {
        let page = self.owner.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        page.body
    }

    /// Sends the form for `edit` unchanged. If the page has several, takes the one with a field named `field`.
    async fn save(&self, page: &str, edit: &str, field: &str) -> Reply {
        assert!(EDITS.contains(&edit));
        let action = format!("/_fn/{edit}");
        let html = Html::parse_document(&self.page(page).await);
        let has_field = |form: &scraper::ElementRef<'_>| {
            let name = format!("[name^='{field}']:not([type=hidden])");
            form.select(&scraper::Selector::parse(&name).unwrap()).next().is_some()
        };
        let form = forms(&html, &action).into_iter().find(has_field).map(untouched);
        drop(html);
        let form = form.unwrap_or_else(|| panic!("{page} has the form {edit}"));
        let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.owner.post_raw(&action, &pairs).await
    }

    /// Saving the form changes nothing of the object and records no event.
    async fn stays(&self, page: &str, edit: &str, field: &str, object: &str) {
        let before = self.state(object).await;
        let saved = self.save(page, edit, field).await;
        assert!(saved.status.is_redirection() && !saved.location().contains("__err"), "{page} {edit} {saved:?}");
        assert_eq!(self.state(object).await, before, "{page} {edit}");
    }
}

/// Values that no control of a form can produce.
fn odd(name: &str) -> Value {
    json!({ "name": name, "description": "x &amp; y\n\n\"> </textarea>  z", "scopes": ["credentials:read", "odd:gone"],
        "resources": ["project:prj_a", "workspace:w1/project:p2"],
        "ip_allowlist": ["203.0.113.0/24", "2001:db8::/32"],
        "rate_limit": { "limit": 7, "window_seconds": 90 }, "quota": { "limit": 5, "period": "day" },
        "metadata": { "a:b": "c", "nl": "a\nb: c", "sp": " lead ", "first": "\n\nline", "no": "", "é": "&lt;" } })
}

#[tokio::test]
async fn a_credential_of_every_kind_stays_as_it_is() {
    let desk = Desk::open().await;
    let api = json!({ "name": "Odd", "audience": "https://odd.test", "scopes": [{ "name": "odd:gone" }] });
    let api = desk.send(Method::POST, "/v1/orgs/acme/apis", api).await.text("/id");
    let account = desk.send(Method::POST, "/v1/orgs/acme/service-accounts", json!({ "name": "bot", "role": "admin" }));
    let account = account.await.text("/id");
    let places = [
        ("/v1/orgs/acme/api-keys".to_owned(), "/orgs/acme/api-keys".to_owned()),
        ("/v1/orgs/acme/clients".to_owned(), "/orgs/acme/clients".to_owned()),
        ("/v1/me/tokens".to_owned(), "/settings/tokens".to_owned()),
        (
            format!("/v1/orgs/acme/service-accounts/{account}/tokens"),
            format!("/orgs/acme/service-accounts/{account}/tokens"),
        ),
    ];
    let mut made = Vec::new();
    for (path, base) in places {
        let is_token = path.ends_with("/tokens");
        let mut body = odd("odd");
        if path.ends_with("/clients") {
            for never in ["rate_limit", "quota"] {
                body.as_object_mut().unwrap().remove(never);
            }
        }
        if is_token {
            for later in ["ip_allowlist", "rate_limit", "quota", "metadata"] {
                body.as_object_mut().unwrap().remove(later);
            }
        }
        let id = desk.send(Method::POST, &path, body).await.text("/id");
        if path == "/v1/me/tokens" {
            desk.send(Method::PATCH, &format!("{path}/{id}"), odd("odd")).await;
        }
        let object = if path.contains("/service-accounts/") { path } else { format!("{path}/{id}") };
        if base == "/settings/tokens" {
            made.push((object.clone(), format!("/orgs/acme/tokens/{id}")));
        }
        made.push((object, format!("{base}/{id}")));
    }
    desk.send(Method::DELETE, &format!("/v1/orgs/acme/apis/{api}/scopes/odd:gone"), Value::Null).await;
    for (object, page) in made {
        let shown = desk.state(&object).await.0;
        assert!(shown.contains("odd:gone") && shown.contains("x &amp; y\\n\\n"), "{object} {shown}");
        desk.stays(&page, "edit-rights", "limits", &object).await;
        desk.stays(&page, "edit-credential", "labels", &object).await;
    }
}

#[tokio::test]
async fn a_role_and_who_has_it_stay_as_they_are() {
    let desk = Desk::open().await;
    let api = json!({ "name": "Odd", "audience": "https://odd.test", "scopes": [{ "name": "odd:gone" }] });
    let api = desk.send(Method::POST, "/v1/orgs/acme/apis", api).await.text("/id");
    let role = json!({ "name": "<b>&amp;", "description": "one\n\n</textarea>", "reach": "everyone",
        "scopes": ["credentials:read", "odd:gone"] });
    let role = desk.send(Method::POST, "/v1/orgs/acme/roles", role).await.text("/id");
    desk.send(Method::DELETE, &format!("/v1/orgs/acme/apis/{api}/scopes/odd:gone"), Value::Null).await;
    let one = format!("/v1/orgs/acme/roles/{role}");
    desk.stays(&format!("/orgs/acme/roles/{role}"), "save-role", "name", &one).await;

    desk.server.member(&desk.token, "grace@x.test", Role::Viewer).await;
    let found = desk.server.get("/v1/orgs/acme/members?q=grace", &desk.token).await.text("/data/0/id");
    let member = format!("/v1/orgs/acme/members/{found}");
    for role in [role.as_str(), "viewer"] {
        desk.send(Method::PATCH, &member, json!({ "role": role })).await;
        desk.stays(&format!("/orgs/acme/members/{found}"), "change-role", "role", &member).await;
    }
}

#[tokio::test]
async fn days_of_grace_stay_as_they_are() {
    let desk = Desk::open().await;
    desk.send(Method::PATCH, "/v1/orgs/acme/settings", json!({ "grace_period_days": 5 })).await;
    desk.stays("/orgs/acme/offboarding", "change-settings", "days", "/v1/orgs/acme/settings").await;
    let grace = desk.server.member(&desk.token, "grace@x.test", Role::Member).await;
    grace.issue("laptop", &["credentials:read"]).await;
    let found = desk.server.get("/v1/orgs/acme/members?q=grace", &desk.token).await.text("/data/0/id");
    desk.send(Method::DELETE, &format!("/v1/orgs/acme/members/{found}"), Value::Null).await;
    let gone = "/v1/orgs/acme/offboarding";
    for end in [None, Some(desk.server.service.now().plus_seconds(3 * 86_400 + 3_661))] {
        if let Some(end) = end {
            let body = json!({ "grace_ends_at": end.to_string() });
            desk.send(Method::PATCH, &format!("{gone}/{found}"), body).await;
        }
        desk.stays("/orgs/acme/offboarding", "change-grace", "days", gone).await;
    }
}

#[tokio::test]
async fn a_policy_stays_as_it_is_with_its_dates() {
    let desk = Desk::open().await;
    desk.server.api_key(&desk.token, "acme", &["credentials:read"]).await;
    let odd = json!({ "creators": ["owner"], "must_expire": true, "max_lifetime_seconds": 90_061, "needs_approval": true,
        "networks": ["203.0.113.0/24", "127.0.0.0/8", "2001:db8::/32"], "max_idle_days": 11 });
    for kind in ["pat", "api_key", "client"] {
        policy_stays(&desk, kind).await;
        for (seconds, creators) in
            [(90_061, json!(["owner"])), (7_200, json!(["owner", "viewer"])), (86_400, json!(["owner", "admin"]))]
        {
            let mut rules = odd.clone();
            (rules["kind"], rules["max_lifetime_seconds"], rules["creators"]) = (kind.into(), seconds.into(), creators);
            (rules["notice_days"], rules["warning_days"]) = (9.into(), 2.into());
            let tried = desk.send(Method::POST, "/v1/orgs/acme/policies/dry-run", rules.clone()).await;
            rules["confirm_affected"] = tried.json()["affected"].clone();
            desk.send(Method::PUT, "/v1/orgs/acme/policies", rules).await;
            policy_stays(&desk, kind).await;
        }
    }
}

/// Previews the policy and then saves it, unchanged.
async fn policy_stays(desk: &Desk, kind: &str) {
    let page = format!("/orgs/acme/policies/{kind}");
    let html = Html::parse_document(&desk.page(&page).await);
    let asked = untouched(forms(&html, &page)[0]);
    let fields = all(&html, "main form [name]").len();
    drop(html);
    assert!(fields > 5);
    let address = format!("{page}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish());
    let before = desk.state("/v1/orgs/acme/policies").await;
    let saved = {
        let html = Html::parse_document(&desk.page(&address).await);
        let form = forms(&html, "/_fn/save-policy").into_iter().next().map(untouched);
        form.unwrap_or_else(|| panic!("{address} can be saved"))
    };
    let pairs: Vec<_> = saved.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = desk.owner.post_raw("/_fn/save-policy", &pairs).await;
    assert!(saved.status.is_redirection() && !saved.location().contains("__err"), "{kind} {saved:?}");
    assert_eq!(desk.state("/v1/orgs/acme/policies").await, before, "{kind}");
}
