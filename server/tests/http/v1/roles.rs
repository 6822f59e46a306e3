//! Custom roles over HTTP: create, assign, change, and delete when no member has the role.

use crate::support::{Reply, TestServer, ed25519};
use domain::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ROLES: &str = "/v1/orgs/acme/roles";
const MEMBERS: &str = "/v1/orgs/acme/members";

async fn patch(server: &TestServer, path: &str, token: &str, body: &Value) -> Reply {
    server.send(Method::PATCH, path, token, body).await
}

async fn delete(server: &TestServer, path: &str, token: &str) -> Reply {
    server.send(Method::DELETE, path, token, &Value::Null).await
}

#[tokio::test]
async fn a_role_is_made_given_changed_and_deleted_once_nobody_has_it() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let asked = json!({ "name": "Support", "description": "answers people", "reach": "own",
        "scopes": ["audit:read", "credentials:read", "pats:write"] });
    let made = server.post(ROLES, &owner, &asked).await;
    assert_eq!((made.status, made.text("/object")), (StatusCode::CREATED, "role".to_owned()), "{}", made.body);
    let (id, tag) = (made.text("/id"), made.headers["etag"].to_str().unwrap().to_owned());
    assert!(id.starts_with("rol_"));
    let one = format!("{ROLES}/{id}");
    assert_eq!(server.get(&one, &owner).await.json()["scopes"], asked["scopes"]);

    let grace = server.member(&owner, "grace@x.test", Role::Viewer).await;
    let found = server.get(&format!("{MEMBERS}?q=grace"), &owner).await;
    let member = format!("{MEMBERS}/{}", found.text("/data/0/id"));
    assert_eq!((found.text("/data/0/role"), found.text("/data/0/role_name")), ("viewer".into(), "Viewer".into()));
    let given = patch(&server, &member, &owner, &json!({ "role": id })).await;
    assert_eq!((given.text("/role"), given.text("/role_name")), (id.clone(), "Support".to_owned()), "{}", given.body);
    let (token, _) = grace.issue("laptop", &["audit:read"]).await;
    assert_eq!(server.get("/v1/orgs/acme/audit-events", &token).await.status, StatusCode::OK);
    let listed = server.get(ROLES, &owner).await;
    assert_eq!((&listed.json()["data"][0]["members"], &listed.json()["data"][0]["id"]), (&json!(1), &json!(id)));

    // A removed scope is gone with the next call.
    let less = json!({ "scopes": ["credentials:read", "pats:write"] });
    let changed = server
        .request(Method::PATCH, &one)
        .bearer_auth(&owner)
        .header("if-match", &tag)
        .json(&less)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    server.get("/v1/orgs/acme/audit-events", &token).await.assert_problem(403, "insufficient_scope");
    let stale = server.request(Method::PATCH, &one).bearer_auth(&owner).header("if-match", &tag).json(&less);
    Reply::of(stale.send().await.unwrap()).await.assert_problem(412, "precondition_failed");

    let in_use = delete(&server, &one, &owner).await;
    in_use.assert_problem(409, "role_in_use");
    assert!(in_use.body.contains("Give another role to Viewer."), "{}", in_use.body);
    let invited = json!({ "email": "eve@x.test", "role": id });
    let invitation = server.post("/v1/orgs/acme/invitations", &owner, &invited).await;
    assert_eq!((invitation.text("/role"), invitation.text("/role_name")), (id.clone(), "Support".to_owned()));
    patch(&server, &member, &owner, &json!({ "role": "member" })).await;
    delete(&server, &one, &owner).await.assert_problem(409, "role_in_use");
    delete(&server, &format!("/v1/orgs/acme/invitations/{}", invitation.text("/id")), &owner).await;
    assert_eq!(delete(&server, &one, &owner).await.status, StatusCode::NO_CONTENT);
    server.get(&one, &owner).await.assert_problem(404, "not_found");
    patch(&server, &member, &owner, &json!({ "role": id })).await.assert_problem(422, "unknown_role");
    let log = server.get("/v1/orgs/acme/audit-events?limit=200", &owner).await.body;
    for action in ["role.created", "role.updated", "role.deleted"] {
        assert!(log.contains(action), "{action}");
    }
}

#[tokio::test]
async fn every_flaw_of_a_role_is_said_at_its_field() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let post = async |body: Value| server.post(ROLES, &owner, &body).await;
    let all = post(json!({ "name": "Owner", "scopes": ["all", "no:such"], "reach": "far" })).await;
    let codes: Vec<_> = all.field_codes().into_iter().map(|(at, code)| format!("{at} {code}")).collect();
    let expected =
        ["/name role_name_reserved", "/reach unknown_reach", "/scopes/0 all_not_allowed", "/scopes/1 unknown_scope"];
    assert_eq!(codes, expected, "{}", all.body);
    post(json!({ "name": "Keys", "scopes": ["api_keys:write"], "reach": "own" }))
        .await
        .assert_problem(422, "needs_everyone");
    let fine = json!({ "name": "Keys", "scopes": ["api_keys:write"], "reach": "everyone" });
    assert_eq!(post(fine.clone()).await.status, StatusCode::CREATED);
    post(fine).await.assert_problem(422, "role_name_taken");
}

#[tokio::test]
async fn nobody_gives_over_http_what_they_do_not_hold() {
    let server = TestServer::start().await;
    let owner = server.endless_org("acme").await;
    let desk = json!({ "name": "Desk", "reach": "everyone",
        "scopes": ["clients:write", "credentials:read", "members:read", "members:write", "pats:write"] });
    let desk = server.post(ROLES, &owner, &desk).await.text("/id");
    let admin = server.member(&owner, "admin@x.test", Role::Admin).await;
    let grace = server.member(&owner, "grace@x.test", Role::Viewer).await;
    let id = async |q: &str| server.get(&format!("{MEMBERS}?q={q}"), &owner).await.text("/data/0/id");
    let (grace_id, admin_id) = (id("grace@").await, id("admin@").await);
    patch(&server, &format!("{MEMBERS}/{grace_id}"), &owner, &json!({ "role": desk })).await;
    let (token, _) = grace.issue("desk", &["all"]).await;
    let wide = json!({ "name": "Wide", "reach": "own", "scopes": ["audit:read"] });
    server.post(ROLES, &token, &wide).await.assert_problem(403, "insufficient_scope");
    let own = format!("{MEMBERS}/{grace_id}");
    patch(&server, &own, &token, &json!({ "role": "admin" })).await.assert_problem(403, "insufficient_scope");
    let admins = format!("{MEMBERS}/{admin_id}");
    patch(&server, &admins, &token, &json!({ "role": desk })).await.assert_problem(403, "member_holds_more");
    delete(&server, &admins, &token).await.assert_problem(403, "member_holds_more");
    let invited = json!({ "email": "eve@x.test", "role": "owner" });
    server.post("/v1/orgs/acme/invitations", &token, &invited).await.assert_problem(403, "owners_only");

    // They cannot gain rights through a client with their own key either.
    let client = json!({ "name": "sync", "scopes": ["audit:read"], "auth_method": "private_key_jwt",
        "jwks": { "keys": [ed25519()] } });
    let client = server.post("/v1/orgs/acme/clients", &owner, &client).await.text("/id");
    let keys = format!("/v1/orgs/acme/clients/{client}/keys");
    server.post(&keys, &token, &ed25519()).await.assert_problem(403, "insufficient_scope");

    // Screens offer only the roles that a person may assign, and reject a forged request.
    let page = grace.get("/orgs/acme/members").await.body;
    assert!(page.contains("Desk: 5 scopes") && !page.contains("Admin: may do everything"), "{page}");
    let forced = grace.post("/_fn/change-role", &[("slug", "acme"), ("id", &grace_id), ("role", "admin")]).await;
    assert!(forced.location().contains("__err"), "{forced:?}");
    let roles = admin.get("/orgs/acme/roles").await.body;
    assert!(roles.contains("Desk") && roles.contains("Make a role"), "{roles}");
    let held = [
        ("slug", "acme"),
        ("id", ""),
        ("version", ""),
        ("name", "Readers"),
        ("description", ""),
        ("reach", "own"),
        ("held[]", "members:read"),
    ];
    assert_eq!(admin.post("/_fn/save-role", &held).await.page(), "/orgs/acme/roles?saved=1");
    assert!(admin.get("/orgs/acme/roles").await.body.contains("Readers"));
}
