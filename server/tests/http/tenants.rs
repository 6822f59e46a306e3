//! The API answers requests for objects of another organization exactly as for missing objects, and leaves them
//! unchanged.
//!
//! The operations come from the OpenAPI document, so the tests cover all of them.

use crate::support::{Reply, TestServer, ed25519};
use domain::{
    access::{Action, Actor, RequestContext, Role},
    account::User,
    audit::{AuditAction, AuditEvent, Target},
    credential::{Issue, Owner},
    ids::{EventId, SessionId, UserId},
    scope::{ScopeSet, catalog::MANAGEMENT},
};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use service::{
    Caller,
    credentials::{CredentialTarget, IssueRequest},
};
use sqlx::{AssertSqlSafe, SqlitePool};
use std::collections::BTreeMap;
use store::PasswordHash;

/// An operation with parameters in its path.
struct Operation {
    method: Method,
    path: String,
    parameters: Vec<String>,
    /// The name of the schema of its body.
    schema: Option<String>,
}

/// The operations with parameters in their path.
fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    // The path after the forward authentication route belongs to the caller of the proxy. It names no object.
    let named = document["paths"].as_object().unwrap().iter().filter(|(path, _)| !path.contains("/forward-auth"));
    for (path, item) in named {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().unwrap().iter().filter(|named| named["in"] == "path");
            let parameters: Vec<_> = parameters.map(|named| named["name"].as_str().unwrap().to_owned()).collect();
            let schema =
                operation.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
            if !parameters.is_empty() {
                let method = method.to_uppercase().parse().unwrap();
                let schema = schema.and_then(|reference| reference.rsplit('/').next()).map(str::to_owned);
                found.push(Operation { method, path: path.clone(), parameters, schema });
            }
        }
    }
    found
}

/// A body that is valid enough for the lookup of the object in the path. `token` belongs to the caller.
fn body(schema: &str, token: &str) -> Value {
    match schema {
        "EditCredential" | "EditApi" => json!({ "name": "changed" }),
        "Roll" => json!({}),
        "CreateToken" | "CreateApiKey" | "CreateClient" => json!({ "name": "made", "scopes": [] }),
        "Jwk" => ed25519(),
        "CreateServiceAccount" => json!({ "name": "made", "role": "viewer" }),
        "ChangeRole" => json!({ "role": "viewer" }),
        "CreateRole" => json!({ "name": format!("Support {}", unique()), "scopes": ["members:read"], "reach": "own" }),
        "EditRole" => json!({ "description": "changed" }),
        "EditGracePeriod" => json!({ "grace_days": 0 }),
        "EditSettings" => json!({}),
        "CreateInvitation" => json!({ "email": format!("{}@made.test", unique()), "role": "viewer" }),
        "ChangePolicy" => json!({ "kind": "client", "notice_days": 1 }),
        "Decision" | "AuthorizationDecision" => json!({ "note": "x" }),
        "Bulk" => json!({ "action": "revoke", "ids": [] }),
        "FindCredential" => json!({ "token": token }),
        "CreateApi" => json!({ "name": "made", "audience": format!("urn:{}", unique()) }),
        "CreateApiScope" => json!({ "name": format!("made:{}", unique()) }),
        "CreateOperation" => json!({ "id": unique(), "method": "GET", "path": "/made", "scopes": { "any": [] } }),
        "OpenApiDocument" => json!({ "openapi": "3.1.0", "paths": {} }),
        "PreviewRequest" => json!({ "kind": "api_key", "scopes": [] }),
        other => panic!("say here what a body of the schema {other} is"),
    }
}

fn unique() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("n{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The value of each path parameter.
type Names = BTreeMap<String, String>;

fn fill(path: &str, names: &Names) -> String {
    names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

/// A copy with another value for one parameter.
fn but(names: &Names, parameter: &str, other: &Names) -> Names {
    let mut names = names.clone();
    names.insert(parameter.to_owned(), other[parameter].clone());
    names
}

struct Walk {
    server: TestServer,
    client: Client,
}

impl Walk {
    async fn send(&self, method: &Method, path: &str, token: &str, body: Option<&Value>) -> Reply {
        let request = self.client.request(method.clone(), format!("{}{path}", self.server.base)).bearer_auth(token);
        Reply::of(body.map_or(request.try_clone().unwrap(), |body| request.json(body)).send().await.unwrap()).await
    }

    async fn made(&self, path: &str, token: &str, body: Value) -> Reply {
        let reply = self.send(&Method::POST, path, token, Some(&body)).await;
        assert!(reply.status.is_success(), "{path} {}", reply.body);
        reply
    }

    /// Creates an exception for a new API key.
    async fn exception(&self, slug: &str, owner: &str) -> Value {
        let key = json!({ "name": "K", "scopes": [] });
        let id = self.made(&format!("/v1/orgs/{slug}/api-keys"), owner, key).await.text("/id");
        let ends_at = self.server.service.now().plus_seconds(3600);
        json!({ "credential_id": id, "ends_at": ends_at, "note": "until it is replaced" })
    }

    /// Creates the objects that this path names in an organization.
    async fn things(&self, slug: &str, owner: &str, path: &str) -> Names {
        let org = format!("/v1/orgs/{slug}");
        let mut names = Names::from([("org".to_owned(), slug.to_owned())]);
        let mut put = |name: &str, value: String| names.insert(name.to_owned(), value);
        if path.starts_with("/v1/me/tokens") {
            put("id", self.made("/v1/me/tokens", owner, json!({ "name": "CI", "scopes": [] })).await.text("/id"));
        } else if path.contains("/clients") {
            let (clients, keys) = (format!("{org}/clients"), [body("Jwk", owner), body("Jwk", owner)]);
            let client =
                json!({ "name": "M2M", "scopes": [], "auth_method": "private_key_jwt", "jwks": { "keys": keys } });
            let id = self.made(&clients, owner, client).await.text("/id");
            let keys = self.send(&Method::GET, &format!("{clients}/{id}/keys"), owner, None).await;
            put("kid", keys.text("/keys/0/kid"));
            put("id", id);
        } else if path.contains("/service-accounts") {
            let account = json!({ "name": "ci" });
            put("id", self.made(&format!("{org}/service-accounts"), owner, account).await.text("/id"));
        } else if path.contains("/members") {
            let email = format!("{}@{slug}.test", unique());
            self.server.member(owner, &email, Role::Member).await;
            let found = self.send(&Method::GET, &format!("{org}/members?q={email}"), owner, None).await;
            put("id", found.text("/data/0/id"));
        } else if path.contains("/offboarding") {
            let email = format!("{}@{slug}.test", unique());
            self.server.member(owner, &email, Role::Member).await;
            let found = self.send(&Method::GET, &format!("{org}/members?q={email}"), owner, None).await;
            let id = found.text("/data/0/id");
            let gone = self.send(&Method::DELETE, &format!("{org}/members/{id}"), owner, None).await;
            assert_eq!(gone.status, 204, "{}", gone.body);
            put("id", id);
        } else if path.contains("/invitations") {
            put(
                "id",
                self.made(&format!("{org}/invitations"), owner, body("CreateInvitation", owner)).await.text("/id"),
            );
        } else if path.contains("/roles") {
            put("id", self.made(&format!("{org}/roles"), owner, body("CreateRole", owner)).await.text("/id"));
        } else if path.contains("/apis") {
            let (scope, operation) = (format!("{slug}:read"), format!("{slug}.list"));
            let api = json!({ "name": "A", "audience": format!("urn:{}", unique()), "scopes": [{ "name": scope }],
                "operations": [{ "id": operation, "method": "GET", "path": "/", "scopes": { "any": [] } }] });
            put("id", self.made(&format!("{org}/apis"), owner, api).await.text("/id"));
            put("name", scope);
            put("operation", operation);
        } else if path.contains("/organization-authorizations") {
            let guest = self.server.guest(owner, &format!("{}@{slug}.test", unique()), Role::Member, &[]).await;
            self.server.service.org_authorizations().authorize(&guest.caller, &guest.id, slug).await.unwrap();
            put("id", guest.id);
        } else if path.contains("/policies/exceptions") {
            let exception = self.exception(slug, owner).await;
            put("id", self.made(&format!("{org}/policies/exceptions"), owner, exception).await.text("/credential_id"));
        } else {
            put(
                "id",
                self.made(&format!("{org}/api-keys"), owner, json!({ "name": "K", "scopes": [] })).await.text("/id"),
            );
        }
        names
    }

    /// Creates an administrator of the owner's organization, with a token that has the scope `all`.
    async fn admin(&self, owner: &str) -> String {
        let service = &self.server.service;
        let presented = domain::secret::PlainSecret::presented(owner.to_owned());
        let known = service.authenticate(&presented, RequestContext::default()).await.unwrap();
        let (now, nothing) = (service.now(), ScopeSet::default());
        let user = User {
            id: UserId::new(now, service.entropy()),
            name: "Grace".parse().unwrap(),
            email: "grace@acme.test".parse().unwrap(),
            created_at: now,
        };
        let session = Some(SessionId::new(now, service.entropy()));
        let person = |id, role| Actor::person(id, user.name.clone(), known.org.id, role, &nothing, session);
        let Owner::User(first) = known.caller.actor.owner() else { panic!("a person's token") };
        let permit = person(first, Role::Owner).permit(Action::CreateOrganization, &RequestContext::default()).unwrap();
        let mut tx = service.db().write(&permit).await.unwrap();
        tx.insert_user(&user, &PasswordHash::new("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA".to_owned())).await.unwrap();
        tx.insert_membership(user.id, Role::Admin).await.unwrap();
        let (id, target) = (EventId::new(now, service.entropy()), Target::from(&known.org));
        let event = AuditEvent { id, at: now, action: AuditAction::OrganizationCreated, target, detail: json!({}) };
        tx.commit(event).await.unwrap();
        let caller = Caller { actor: person(user.id, Role::Admin), context: RequestContext::default() };
        let issue = Issue { name: "admin".into(), scopes: Some(vec!["all".into()]), ..Issue::default() };
        let request = IssueRequest { issue, ..IssueRequest::default() };
        service
            .credentials()
            .issue(&caller, CredentialTarget::Mine, &request)
            .await
            .unwrap()
            .secret
            .unwrap()
            .expose()
            .to_owned()
    }
}

/// Everything in a reply that a caller can see, except for values that differ in every reply.
fn seen(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let request_id = reply.header("x-request-id");
    let told = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = reply.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "date");
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), told(value))).collect();
    headers.sort();
    (reply.status.as_u16(), headers, reply.body.replace(request_id, ""))
}

/// Every complete row of the database that contains one of these texts.
async fn rows_about(pool: &SqlitePool, texts: &[String]) -> Vec<String> {
    let all =
        async |sql: String| -> Vec<String> { sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap() };
    let mut rows = Vec::new();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'".to_owned();
    for table in all(tables).await {
        let columns = all(format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')")).await;
        let of_table = all(format!("SELECT {} FROM {table}", columns.join(" || '|' || "))).await;
        rows.extend(of_table.into_iter().map(|row| format!("{table}: {row}")));
    }
    rows.retain(|row| texts.iter().any(|text| row.contains(text)));
    rows.sort();
    rows
}

/// An id of equal shape that does not exist.
fn absent(text: &str) -> String {
    let last = if text.ends_with('7') { '8' } else { '7' };
    format!("{}{last}", &text[..text.len() - 1])
}

#[tokio::test]
async fn objects_of_other_organizations_answer_like_absent_ones_and_stay_as_they_are() {
    let server = TestServer::start().await;
    let (acme, globex) = (server.org("acme").await, server.org("globex").await);
    let scopes: Vec<_> = MANAGEMENT.iter().map(|scope| scope.name).filter(|name| *name != "all").collect();
    let (key, _) = server.api_key(&acme, "acme", &scopes).await;
    let walk = Walk { client: Client::new(), server };
    let admin = walk.admin(&acme).await;
    let me = walk.send(&Method::GET, "/v1/me", &globex, None).await;
    let document = walk.send(&Method::GET, "/v1/openapi.json", &acme, None).await.json();
    walk.server.service.node().flush_usage().await.unwrap();
    let operations = operations(&document);
    assert!(operations.len() > 40, "the document has lost its operations");
    let mut theirs = BTreeMap::new();
    for operation in &operations {
        theirs.insert(&operation.path, walk.things("globex", &globex, &operation.path).await);
    }
    let pool = SqlitePool::connect(&walk.server.database_url()).await.unwrap();
    walk.server.service.node().flush_usage().await.unwrap();
    let mut about_them = vec![me.text("/organization/id"), me.text("/user/id")];
    about_them.extend(theirs.values().filter_map(|names| names.get("id")).cloned());
    let before = rows_about(&pool, &about_them).await;
    assert!(before.len() > operations.len());

    for operation in &operations {
        let Operation { method, path, parameters, schema } = operation;
        for (who, token) in [("owner", &acme), ("admin", &admin), ("API key", &key)] {
            let body = match schema.as_deref() {
                Some("CreatePolicyException") => Some(walk.exception("acme", &acme).await),
                schema => schema.map(|schema| body(schema, token)),
            };
            let issuer = if who == "admin" && path.starts_with("/v1/me") { &admin } else { &acme };
            let ours = walk.things("acme", issuer, path).await;
            let foreign = &theirs[path];
            let nowhere: Names = foreign.iter().map(|(name, value)| (name.clone(), absent(value))).collect();
            let mut places: Vec<_> = parameters
                .iter()
                .map(|parameter| (but(&ours, parameter, foreign), but(&ours, parameter, &nowhere)))
                .collect();
            places.push((foreign.clone(), nowhere.clone()));
            let mut refusals = Vec::new();
            for (theirs, nobodys) in places {
                let name = format!("{method} {} as {who}", fill(path, &theirs));
                let at_theirs = walk.send(method, &fill(path, &theirs), token, body.as_ref()).await;
                let at_nobodys = walk.send(method, &fill(path, &nobodys), token, body.as_ref()).await;
                assert!(at_theirs.status.is_client_error(), "{name} {}", at_theirs.body);
                assert_eq!(seen(&at_theirs), seen(&at_nobodys), "{name}");
                refusals.push(at_theirs.status);
            }
            // The request to the own object is last, because it may delete the object.
            let at_ours = walk.send(method, &fill(path, &ours), token, body.as_ref()).await;
            assert_ne!(at_ours.status, 404, "{method} {path} as {who} {}", at_ours.body);
            if at_ours.status.is_success() {
                assert!(refusals.iter().all(|status| *status == 404), "{method} {path} as {who} {refusals:?}");
            } else {
                assert!([403, 409].contains(&at_ours.status.as_u16()), "{method} {path} as {who} {}", at_ours.body);
            }
        }
    }
    walk.server.service.node().flush_usage().await.unwrap();
    assert!(rows_about(&pool, &about_them).await == before, "a row of theirs has changed");
    pool.close().await;
}
