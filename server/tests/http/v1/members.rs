//! Members and invitations: joining, rights, and the end of all access when a member leaves.

use crate::support::{Browser, Reply, TestServer};
use domain::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const MEMBERS: &str = "/v1/orgs/acme/members";
const INVITATIONS: &str = "/v1/orgs/acme/invitations";

async fn id_of(server: &TestServer, owner: &str, email: &str) -> String {
    let found = server.get(&format!("{MEMBERS}?q={email}"), owner).await;
    assert_eq!(found.json()["data"].as_array().unwrap().len(), 1, "{}", found.body);
    found.text("/data/0/id")
}

async fn give(server: &TestServer, by: &str, id: &str, role: &str) -> Reply {
    server.send(Method::PATCH, &format!("{MEMBERS}/{id}"), by, &json!({ "role": role })).await
}

async fn accept(browser: &Browser, link: &str) -> Reply {
    let [key, id]: [&str; 2] = link.rsplit('/').take(2).collect::<Vec<_>>().try_into().unwrap();
    browser.post("/_fn/accept-invitation", &[("id", id), ("key", key)]).await
}

fn path_of(server: &TestServer, link: &str) -> String {
    link.strip_prefix(&server.base).unwrap().to_owned()
}

#[tokio::test]
async fn whoever_is_invited_joins_once_as_what_they_were_invited() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let invited = server.post(INVITATIONS, &owner, &json!({ "email": "Grace@x.test", "role": "admin" })).await;
    assert_eq!((invited.status, invited.text("/email").as_str()), (StatusCode::CREATED, "grace@x.test"));
    let link = invited.text("/link");
    assert!(server.get(INVITATIONS, &owner).await.json()["data"][0].get("link").is_none());

    let page = server.browser().get(&path_of(&server, &link)).await;
    assert!(page.status.is_success() && page.body.contains("Sign in to join"), "{}", page.body);
    server.person("grace@x.test").await;
    let grace = server.browser();
    grace.sign_in("grace@x.test").await;
    assert!(grace.get(&path_of(&server, &link)).await.body.contains("Join the organization"));
    assert_eq!(accept(&grace, &link).await.page(), "/settings/tokens?joined=1");
    let members = server.get(MEMBERS, &owner).await.json();
    let roles: Vec<_> = members["data"].as_array().unwrap().iter().map(|member| member["role"].clone()).collect();
    assert_eq!(roles, ["admin", "owner"], "whoever signed up last comes first");
    assert!(grace.get("/orgs/acme/members").await.body.contains("owner@acme.test"));
    assert_eq!(server.get(INVITATIONS, &owner).await.json()["data"], json!([]));
    // An invitation can be accepted only once.
    assert!(grace.get(&path_of(&server, &link)).await.body.contains("was used, taken back or has expired"));
    let log = server.get("/v1/orgs/acme/audit-events?limit=200", &owner).await.body;
    assert!(log.contains("member.invited") && log.contains("member.joined"));
}

#[tokio::test]
async fn an_invitation_is_for_one_address_and_for_two_weeks_and_can_be_taken_back() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let invite =
        async |email: &str| server.post(INVITATIONS, &owner, &json!({ "email": email, "role": "member" })).await;
    let link = invite("grace@x.test").await.text("/link");
    invite("grace@x.test").await.assert_problem(422, "already_invited");
    invite("owner@acme.test").await.assert_problem(422, "already_member");
    invite("nobody").await.assert_problem(422, "invalid_email");
    let bad = server.post(INVITATIONS, &owner, &json!({ "email": "x", "role": "king" })).await;
    assert_eq!(bad.field_codes().len(), 2, "{}", bad.body);

    server.person("eve@x.test").await;
    let eve = server.browser();
    eve.sign_in("eve@x.test").await;
    let refused = accept(&eve, &link).await;
    assert!(refused.location().contains("__err"), "{refused:?}");
    // A browser returns to the page it was on.
    let (_, error) = refused.location().split_once('?').unwrap();
    let page = eve.get(&format!("{}?{error}", path_of(&server, &link))).await;
    assert!(page.body.contains("for another e-mail address"), "{}", page.body);
    // A link with a wrong key behaves like a missing invitation.
    let wrong = format!("{}0", &link[..link.len() - 1]);
    let wrong = if wrong == link { format!("{}1", &link[..link.len() - 1]) } else { wrong };
    assert_eq!(eve.get(&path_of(&server, &wrong)).await.status, StatusCode::NOT_FOUND);

    server.person("grace@x.test").await;
    let grace = server.browser();
    grace.sign_in("grace@x.test").await;
    server.move_clock(14 * 86_400);
    grace.sign_in("grace@x.test").await;
    assert!(grace.get(&path_of(&server, &link)).await.body.contains("has expired"));
    assert!(accept(&grace, &link).await.location().contains("__err"));
    let again = invite("grace@x.test").await;
    let gone = server.send(Method::DELETE, &format!("{INVITATIONS}/{}", again.text("/id")), &owner, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert!(accept(&grace, &again.text("/link")).await.location().contains("__err"));
    assert_eq!(server.get(MEMBERS, &owner).await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn there_is_always_an_owner_and_only_owners_make_owners() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let admin = server.member(&owner, "admin@x.test", Role::Admin).await;
    let (admin_token, _) = admin.issue("admin", &["members:read", "members:write"]).await;
    let (own, other) = (id_of(&server, &owner, "owner@acme.test").await, id_of(&server, &owner, "admin@x.test").await);
    give(&server, &owner, &own, "admin").await.assert_problem(409, "last_owner");
    let remove =
        async |by: &str, id: &str| server.send(Method::DELETE, &format!("{MEMBERS}/{id}"), by, &Value::Null).await;
    remove(&owner, &own).await.assert_problem(409, "last_owner");
    for reply in [give(&server, &admin_token, &other, "owner").await, give(&server, &admin_token, &own, "member").await]
    {
        reply.assert_problem(403, "owners_only");
    }
    remove(&admin_token, &own).await.assert_problem(403, "owners_only");
    let made = json!({ "email": "new@x.test", "role": "owner" });
    server.post(INVITATIONS, &admin_token, &made).await.assert_problem(403, "owners_only");
    let invitation = server.post(INVITATIONS, &owner, &made).await.text("/id");
    let withdraw = async |token: &str| {
        server.send(Method::DELETE, &format!("{INVITATIONS}/{invitation}"), token, &json!({})).await
    };
    withdraw(&admin_token).await.assert_problem(403, "owners_only");
    assert_eq!(withdraw(&owner).await.status, StatusCode::NO_CONTENT);
    assert_eq!(give(&server, &owner, &other, "owner").await.text("/role"), "owner");
    assert_eq!(give(&server, &owner, &own, "viewer").await.text("/role"), "viewer");
    // The rights of a role apply from the next call.
    give(&server, &owner, &other, "member").await.assert_problem(403, "insufficient_scope");
    give(&server, &admin_token, &own, "king").await.assert_problem(422, "unknown_role");
    give(&server, &admin_token, "usr_x", "member").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn whoever_is_removed_or_leaves_loses_everything_here_at_once() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let (verifier, _) = server.api_key(&owner, "acme", &["keys:verify"]).await;
    for (email, leaves) in [("grace@x.test", false), ("joan@x.test", true)] {
        let person = server.member(&owner, email, Role::Member).await;
        let (token, id) = person.issue("laptop", &[]).await;
        assert_eq!(server.get("/v1/me", &token).await.status, StatusCode::OK);
        if leaves {
            assert_eq!(person.post("/_fn/leave-org", &[("slug", "acme")]).await.page(), "/settings/tokens?left=1");
        } else {
            let member = format!("{MEMBERS}/{}", id_of(&server, &owner, email).await);
            assert_eq!(server.send(Method::DELETE, &member, &owner, &Value::Null).await.status, StatusCode::NO_CONTENT);
        }
        server.get("/v1/me", &token).await.assert_problem(401, "invalid_token");
        let verdict = server.post("/v1/verify", &verifier, &json!({ "token": token })).await;
        assert_eq!(verdict.text("/code"), "owner_inactive");
        assert_eq!(person.get("/orgs/acme/members").await.status, StatusCode::NOT_FOUND);
        assert_eq!(person.get("/settings/tokens").await.status, StatusCode::OK, "in their own organization");
        // A search finds the credentials of former members, and they can be transferred or revoked.
        let left = server.get("/v1/orgs/acme/credentials?without_owner=true", &owner).await.json();
        assert!(left["data"].as_array().unwrap().iter().any(|credential| credential["id"] == id), "{left}");
    }
    let alone = server.browser();
    alone.sign_in("owner@acme.test").await;
    assert!(alone.post("/_fn/leave-org", &[("slug", "acme")]).await.location().contains("__err"));
}

#[tokio::test]
async fn whoever_comes_back_is_asked_about_each_token_from_before() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let (verifier, _) = server.api_key(&owner, "acme", &["keys:verify"]).await;
    let grace = server.member(&owner, "grace@x.test", Role::Member).await;
    let mut tokens = Vec::new();
    for name in ["Laptop", "Desktop", "Phone"] {
        tokens.push(grace.issue(name, &[]).await);
    }
    let member = format!("{MEMBERS}/{}", id_of(&server, &owner, "grace@x.test").await);
    assert_eq!(server.send(Method::DELETE, &member, &owner, &Value::Null).await.status, StatusCode::NO_CONTENT);
    let invited = server.post(INVITATIONS, &owner, &json!({ "email": "grace@x.test", "role": "member" })).await;
    assert_eq!(accept(&grace, &invited.text("/link")).await.page(), "/settings/tokens?joined=1");

    let code = async |token: &str| server.post("/v1/verify", &verifier, &json!({ "token": token })).await.text("/code");
    for (token, _) in &tokens {
        assert_eq!(code(token).await, "disabled");
        server.get("/v1/me", token).await.assert_problem(401, "invalid_token");
    }
    let page = grace.get("/settings/tokens").await.body;
    assert!(page.contains("You are back in") && page.contains("3 tokens from before you left are stopped"), "{page}");
    let [(laptop, laptop_id), (desktop, _), (phone, phone_id)] = tokens.as_slice() else { panic!("three tokens") };
    let inventory = server.get("/v1/orgs/acme/credentials?limit=200", &owner).await.json();
    let shown = inventory["data"].as_array().unwrap().iter().find(|one| one["id"] == **laptop_id).unwrap().clone();
    assert_eq!(shown["status"], "disabled");
    assert!(shown["held_since"].is_string(), "{shown}");
    let enable = json!({ "action": "enable", "ids": [laptop_id] });
    server.post("/v1/orgs/acme/credentials/bulk", &owner, &enable).await;
    assert_eq!(code(laptop).await, "disabled", "nobody else lets it work again");

    let confirmed = grace.post("/_fn/confirm-held-tokens", &[("id", laptop_id)]).await;
    assert_eq!(confirmed.page(), "/settings/tokens?confirmed=1");
    assert_eq!((code(laptop).await, code(desktop).await), ("valid".to_owned(), "disabled".to_owned()));
    let revoke = [("at", "/settings/tokens"), ("id", phone_id), ("confirm", "Phone")];
    grace.post("/_fn/revoke-credential", &revoke).await;
    assert!(grace.get("/settings/tokens").await.body.contains("1 token from before you left is stopped"));
    grace.post("/_fn/confirm-held-tokens", &[("id", "")]).await;
    let codes = (code(laptop).await, code(desktop).await, code(phone).await);
    assert_eq!(codes, ("valid".to_owned(), "valid".to_owned(), "revoked".to_owned()));
    assert!(!grace.get("/settings/tokens").await.body.contains("You are back in"));
}

#[tokio::test]
async fn an_application_manages_no_members() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let (key, _) = server.api_key(&owner, "acme", &["members:read", "members:write"]).await;
    assert_eq!(server.get(MEMBERS, &key).await.status, StatusCode::OK);
    let own = id_of(&server, &owner, "owner@acme.test").await;
    give(&server, &key, &own, "member").await.assert_problem(403, "user_context_required");
    let body = json!({ "email": "x@x.test", "role": "member" });
    server.post(INVITATIONS, &key, &body).await.assert_problem(403, "user_context_required");
}

#[tokio::test]
async fn a_limited_credential_changes_no_settings() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let rate_limit = json!({ "limit": 100, "window_seconds": 60 });
    let body = json!({ "name": "CI", "scopes": ["all"], "expires_in": 3600, "rate_limit": rate_limit });
    let limited = server.post("/v1/me/tokens", &owner, &body).await;
    assert_eq!(limited.json()["rate_limit"], rate_limit, "{}", limited.body);
    let settings = json!({ "grace_period_days": 30 });
    let change = async |token: &str| server.send(Method::PATCH, "/v1/orgs/acme/settings", token, &settings).await;
    change(&limited.text("/token")).await.assert_problem(403, "rate_limit_exceeds_issuer");
    assert_eq!(change(&owner).await.status, 200);
}
