//! Organization authorizations over HTTP: what an API learns about tokens of other organizations, and how
//! administrators manage them.

use super::verify::Desk;
use crate::support::{Guest, Reply};
use domain::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const LIST: &str = "/v1/orgs/acme/organization-authorizations";

async fn guest(desk: &Desk, role: Role) -> Guest {
    desk.server.guest(&desk.owner, "grace@x.test", role, &["credentials:read", "members:read"]).await
}

async fn asks_for_approval(desk: &Desk) {
    let policy = json!({ "kind": "pat", "needs_approval": true });
    let saved = desk.server.send(Method::PUT, "/v1/orgs/acme/policies", &desk.owner, &policy).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
}

#[tokio::test]
async fn a_token_that_is_not_authorized_is_nothing_but_the_way_to_authorize_it() {
    let desk = Desk::open().await;
    let outsider = desk.server.org("globex").await;
    let (unknown, _) = desk.server.issue(&outsider, &[]).await;
    let nobodys = desk.asks(json!({ "token": unknown })).await.json();
    assert_eq!((&nobodys["code"], &nobodys["fix_url"]), (&json!("not_found"), &Value::Null));
    let guest = desk.server.guest(&desk.owner, "grace@x.test", Role::Member, &["members:read"]).await;
    let told = desk.asks(json!({ "token": guest.secret, "scopes": ["members:read"] })).await.json();
    let page = format!("{}/settings/tokens/{}?authorize=acme", desk.server.base, guest.id);
    assert_eq!(
        told,
        json!({ "valid": false, "code": "org_authorization_required", "credential_id": null, "kind": null, "env": null,
            "name": null, "org": null, "subject": null, "user": null, "scopes": [], "missing_scopes": [], "resources": [],
            "expires_at": null, "retires_at": null, "rate_limit": null, "fix_url": page })
    );
    let batch = json!({ "requests": [{ "token": guest.secret }, { "token": unknown }] });
    let batch = desk.server.post("/v1/verify/batch", &desk.verifier, &batch).await.json();
    assert_eq!(batch["results"][0]["code"], "org_authorization_required");
    assert_eq!(batch["results"][1]["code"], "not_found");
    let proxied = desk.server.get("/v1/forward-auth?org=acme", &guest.secret).await;
    proxied.assert_problem(403, "org_authorization_required");
    assert_eq!(proxied.text("/fix_url"), page);
    desk.server.get("/v1/forward-auth?org=acme", &unknown).await.assert_problem(401, "invalid_token");
    desk.server.get("/v1/forward-auth?org=globex", &guest.secret).await.assert_problem(401, "invalid_token");
    assert_eq!(introspected(&desk, &guest.secret).await, json!({ "active": false }));
}

async fn introspected(desk: &Desk, token: &str) -> Value {
    let request = desk.server.request(Method::POST, "/oauth/introspect").bearer_auth(&desk.verifier);
    Reply::of(request.form(&[("token", token)]).send().await.unwrap()).await.json()
}

#[tokio::test]
async fn an_authorized_token_is_told_as_it_is_here() {
    let desk = Desk::open().await;
    let guest = desk.server.guest(&desk.owner, "grace@x.test", Role::Viewer, &["audit:read", "members:read"]).await;
    desk.server.service.org_authorizations().authorize(&guest.caller, &guest.id, "acme").await.unwrap();
    let told = desk.asks(json!({ "token": guest.secret, "scopes": ["members:read"] })).await.json();
    assert_eq!((&told["valid"], &told["org"]["slug"]), (&json!(true), &json!("acme")));
    assert_eq!((&told["credential_id"], &told["user"]["email"]), (&json!(guest.id), &json!("grace@x.test")));
    assert_eq!(told["scopes"], json!(["members:read"]), "as far as its owner has them here");
    let wider = desk.asks(json!({ "token": guest.secret, "scopes": ["audit:read"] })).await.json();
    assert_eq!((&wider["code"], &wider["missing_scopes"]), (&json!("insufficient_scope"), &json!(["audit:read"])));
    let passed = desk.server.get("/v1/forward-auth?org=acme&scope=members:read", &guest.secret).await;
    assert_eq!((passed.status, passed.header("x-auth-org")), (StatusCode::OK, "acme"));
    assert_eq!(passed.header("x-auth-scopes"), "members:read");
    let active = introspected(&desk, &guest.secret).await;
    assert_eq!((&active["active"], &active["scope"]), (&json!(true), &json!("members:read")));
    let org = desk.server.get("/v1/me", &desk.owner).await.text("/organization/id");
    assert_eq!((&active["org_id"], &active["username"]), (&json!(org), &json!("grace@x.test")));

    // In Mintmark's own API, the token acts in its home organization.
    let me = desk.server.get("/v1/me", &guest.secret).await;
    assert_ne!(me.text("/organization/id"), org);
    assert_eq!(desk.server.get("/v1/orgs/acme/members", &guest.secret).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_is_listed_approved_denied_and_taken_back_here() {
    let desk = Desk::open().await;
    let guest = guest(&desk, Role::Member).await;
    asks_for_approval(&desk).await;
    desk.server.service.org_authorizations().authorize(&guest.caller, &guest.id, "acme").await.unwrap();
    assert_eq!(desk.verdict(&guest.secret, json!({})).await, "pending_approval");
    let listed = desk.server.get(LIST, &desk.owner).await.json();
    let one = &listed["data"][0];
    assert_eq!(
        (&one["id"], &one["object"], &one["state"]),
        (&json!(guest.id), &json!("organization_authorization"), &json!("pending"))
    );
    assert_eq!(one["owner"], json!({ "type": "user", "id": one["owner"]["id"], "name": "Grace" }));
    assert_eq!(one["scopes"], json!(["credentials:read", "members:read"]));
    let home = guest.caller.actor.org().to_string();
    assert!(!listed.to_string().contains(&home), "where it is at home is nobody's business here");
    let (reader, _) = desk.server.api_key(&desk.owner, "acme", &["credentials:read"]).await;
    assert_eq!(desk.server.get(LIST, &reader).await.json()["data"].as_array().unwrap().len(), 1);

    let at = |verb: &str| format!("{LIST}/{}/{verb}", guest.id);
    let silent = desk.server.post(&at("deny"), &desk.owner, &json!({ "note": "" })).await;
    assert_eq!(silent.field_codes(), [("/note".to_owned(), "required".to_owned())]);
    desk.server.post(&at("approve"), &reader, &json!({})).await.assert_problem(403, "user_context_required");
    let approved = desk.server.post(&at("approve"), &desk.owner, &json!({ "note": "fine" })).await;
    assert_eq!((approved.status, approved.text("/state")), (StatusCode::OK, "active".to_owned()));
    assert_eq!(approved.text("/decision/note"), "fine");
    assert_eq!(desk.verdict(&guest.secret, json!({})).await, "valid");
    desk.server.post(&at("deny"), &desk.owner, &json!({ "note": "late" })).await.assert_problem(409, "already_decided");

    let taken = desk.server.send(Method::DELETE, &format!("{LIST}/{}", guest.id), &desk.owner, &json!({})).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.body);
    assert_eq!(desk.verdict(&guest.secret, json!({})).await, "org_authorization_required");
    assert_eq!(desk.server.get("/v1/me", &guest.secret).await.status, StatusCode::OK);
    let again = desk.server.send(Method::DELETE, &format!("{LIST}/{}", guest.id), &desk.owner, &json!({})).await;
    again.assert_problem(404, "not_found");
}

#[tokio::test]
async fn the_screens_say_where_it_works_to_its_owner_and_what_works_here_to_admins() {
    let desk = Desk::open().await;
    let guest = guest(&desk, Role::Member).await;
    let grace = desk.server.browser();
    grace.sign_in("grace@x.test").await;
    let home = guest.caller.actor.org().to_string();
    grace.post("/_fn/switch-org", &[("org", &home)]).await;
    let page = format!("/settings/tokens/{}?authorize=acme", guest.id);
    let shown = grace.get(&page).await;
    assert!(shown.body.contains("Authorize it for") && shown.body.contains("Not authorized"), "{}", shown.body);
    let made = grace.post("/_fn/authorize-token", &[("id", &guest.id), ("org", "acme")]).await;
    assert_eq!(made.page(), format!("/settings/tokens/{}?authorized=1", guest.id));
    assert_eq!(desk.verdict(&guest.secret, json!({})).await, "valid");
    let acme = desk.server.get("/v1/me", &desk.owner).await.text("/organization/id");
    grace.post("/_fn/switch-org", &[("org", &acme)]).await;
    let elsewhere = grace.get(&page).await;
    assert!(elsewhere.body.contains("Change organization and go on"), "{}", elsewhere.body);
    assert_eq!(grace.post("/_fn/switch-org", &[("org", &home), ("next", &page)]).await.location(), page);

    let admin = desk.server.member(&desk.owner, "ada@x.test", Role::Admin).await;
    let list = admin.get("/orgs/acme/organization-authorizations").await;
    assert!(list.body.contains("Laptop") && list.body.contains("Grace"), "{}", list.body);
    assert!(!list.body.contains(&home), "where it is at home is nobody's business here");
    let end = format!("/orgs/acme/organization-authorizations?end={}", guest.id);
    assert!(admin.get(&end).await.body.contains("Take back token"));
    let ended = admin.post("/_fn/end-authorization", &[("slug", "acme"), ("id", &guest.id)]).await;
    assert_eq!(ended.page(), "/orgs/acme/organization-authorizations?ended=1");
    assert_eq!(desk.verdict(&guest.secret, json!({})).await, "org_authorization_required");
    let refused = grace.post("/_fn/end-authorization", &[("slug", "acme"), ("id", &guest.id)]).await;
    assert!(refused.location().contains("__err"), "{}", refused.location());
}

#[tokio::test]
async fn a_policy_that_is_tried_says_which_of_them_it_would_hit() {
    let desk = Desk::open().await;
    let guest = guest(&desk, Role::Member).await;
    let tried = async || {
        let asked = json!({ "kind": "pat", "max_lifetime_seconds": 86_400 });
        desk.server.post("/v1/orgs/acme/policies/dry-run", &desk.owner, &asked).await
    };
    let before = tried().await.json();
    assert_eq!(before["organization_authorizations"], json!([]));
    desk.server.service.org_authorizations().authorize(&guest.caller, &guest.id, "acme").await.unwrap();
    let found = tried().await;
    let listed = desk.server.get(LIST, &desk.owner).await.json();
    let hit = json!({ "organization_authorization": listed["data"][0], "objections": ["lives_too_long"] });
    assert_eq!(found.json()["organization_authorizations"], json!([hit]));
    assert_eq!(found.json()["data"], before["data"], "the organization's own");
    for count in ["live", "affected"] {
        assert_eq!(found.json()[count].as_u64().unwrap(), before[count].as_u64().unwrap() + 1);
    }
    let home = guest.caller.actor.org().to_string();
    assert!(!found.body.contains(&home), "where it is at home is nobody's business here");

    let admin = desk.server.member(&desk.owner, "ada@x.test", Role::Admin).await;
    let shown = admin.get("/orgs/acme/policies/pat?try=1&creators=owner&max_life=1").await.body;
    assert!(shown.contains("Of another organization") && shown.contains("Laptop"), "{shown}");
    assert!(!shown.contains(&home));
}
