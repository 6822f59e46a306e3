//! The screens for credentials over plain HTTP: history, lookup by value, export, client keys, and the actions that
//! each role sees and may perform.

use crate::support::{Browser, Reply, TestServer, ed25519};
use domain::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn owner(server: &TestServer) -> (String, Browser) {
    let (token, browser) = (server.org("acme").await, server.browser());
    browser.sign_in("owner@acme.test").await;
    (token, browser)
}

#[tokio::test]
async fn a_credentials_page_tells_its_use_its_refusals_and_its_history() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let (secret, id) = server.issue(&token, &[]).await;
    let page = format!("/settings/tokens/{id}");
    let unused = browser.get(&page).await.body;
    assert!(unused.contains("It has never been used.") && unused.contains("Nothing on record"));

    server.get("/v1/me/tokens", &secret).await.assert_problem(403, "insufficient_scope");
    server.service.node().flush_usage().await.unwrap();
    let used = browser.get(&page).await.body;
    assert!(!used.contains("It has never been used."));
    assert!(used.contains("127.0.0.1") && used.contains("credentials:read was missing"));
    assert!(
        used.contains("issued the personal access token") && used.contains(&format!("/orgs/acme/audit?target={id}"))
    );
    assert!(!used.contains(&secret));
}

#[tokio::test]
async fn a_team_is_set_by_the_form_and_the_inventory_filters_by_it() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let (_, id) = server.issue(&token, &[]).await;
    let page = format!("/settings/tokens/{id}");
    let form = [("at", "/settings/tokens"), ("id", &id), ("labels[name]", "CI"), ("labels[team]", "Data & <b>")];
    assert_eq!(browser.post("/_fn/edit-credential", &form).await.status, StatusCode::FOUND);
    assert!(browser.get(&page).await.body.contains("Data &amp; &lt;b&gt;"));
    let with = browser.get("/orgs/acme/credentials?team=Data+%26+%3Cb%3E").await.body;
    let without = browser.get("/orgs/acme/credentials?team=Sales").await.body;
    assert!(with.contains(&id) && !without.contains(&id));
}

#[tokio::test]
async fn a_member_reads_the_history_of_their_own_token_and_no_further() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let (_, foreign) = server.issue(&token, &[]).await;
    for role in [Role::Member, Role::Viewer] {
        let browser = server.member(&token, &format!("{role}@acme.test"), role).await;
        let (_, id) = browser.issue("Laptop", &["credentials:read"]).await;
        let page = browser.get(&format!("/settings/tokens/{id}")).await.body;
        assert!(page.contains("issued the personal access token"), "{role}");
        assert!(!page.contains("/audit"), "the log is not offered to a {role}");
        for path in ["/orgs/acme/audit", "/orgs/acme/audit/export?format=csv"] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{role} {path}");
        }
        for base in ["/settings/tokens", "/orgs/acme/tokens"] {
            assert_eq!(browser.get(&format!("{base}/{foreign}")).await.status, StatusCode::NOT_FOUND, "{role} {base}");
        }
    }
}

#[tokio::test]
async fn owners_are_named_in_the_inventory_and_the_account_shows_its_address() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let member = server.member(&token, "grace@acme.test", Role::Member).await;
    let (_, id) = member.issue("Laptop", &["credentials:read"]).await;
    let account =
        server.post("/v1/orgs/acme/service-accounts", &token, &json!({ "name": "Deploy bot" })).await.text("/id");
    let path = format!("/v1/orgs/acme/service-accounts/{account}/tokens");
    server.post(&path, &token, &json!({ "name": "build", "scopes": [] })).await;

    let list = browser.get("/orgs/acme/credentials").await.body;
    assert!(list.contains(">Deploy bot</bdi>") && list.contains(">Member</bdi>"), "owners by name");
    let page = browser.get(&format!("/orgs/acme/tokens/{id}")).await.body;
    assert!(page.contains(">Member</dd>"));
    assert!(list.contains("owner@acme.test") && !list.contains("grace@acme.test"));
    assert!(member.get("/settings/tokens").await.body.contains("grace@acme.test"));
}

async fn find(browser: &Browser, value: &str) -> Reply {
    let reply = browser.post("/_fn/find-credential", &[("slug", "acme"), ("value", value)]).await;
    assert!(!reply.body.contains(value) && !reply.location().contains(value), "{reply:?}");
    browser.get(reply.location().strip_prefix(&browser.base).unwrap_or(reply.location())).await
}

#[tokio::test]
async fn a_value_is_found_without_being_repeated_and_only_in_ones_own_organization() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let globex = server.org("globex").await;
    let (key, id) = server.api_key(&token, "acme", &[]).await;
    let found = find(&browser, &format!(" {key}\n")).await;
    assert!(found.body.contains("CRM sync") && found.body.contains(&format!("/orgs/acme/api-keys/{id}/revoke")));
    assert!(!found.body.contains(&key) && found.body.contains("roll it or revoke it now"));
    server.post(&format!("/v1/orgs/acme/api-keys/{id}/roll"), &token, &json!({ "overlap_seconds": 0 })).await;
    assert!(
        find(&browser, &key).await.body.contains("refused everywhere already"),
        "it says so of a secret that retired"
    );
    for elsewhere in [globex.as_str(), "mint_pat_nonsense", "hunter2hunter2"] {
        let reply = find(&browser, elsewhere).await;
        assert!(reply.body.contains("no credential of this organization"), "{elsewhere}");
    }
    let of_key = server.get(&format!("/v1/orgs/acme/api-keys/{id}"), &token).await.json();
    assert_eq!(of_key["last_used_at"], json!(null), "finding is not using");
    let elsewhere = browser.post("/_fn/find-credential", &[("slug", "globex"), ("value", &globex)]).await;
    assert!(!elsewhere.location().contains("found="), "{elsewhere:?}");
}

#[tokio::test]
async fn a_member_finds_their_own_values_and_nobody_elses() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let member = server.member(&token, "grace@acme.test", Role::Member).await;
    let (own, _) = member.issue("Laptop", &["credentials:read"]).await;
    assert!(find(&member, &own).await.body.contains("Laptop"));
    let (key, id) = server.api_key(&token, "acme", &[]).await;
    assert!(find(&member, &key).await.body.contains("none of your credentials"));
    let guessed = format!("/orgs/acme/credentials/find?found={id}");
    let unsealed = member.get(&guessed).await.body;
    assert!(!unsealed.contains("CRM sync") && !unsealed.contains("none of your credentials"), "{unsealed}");
    let sealed = member.get(&member.with_notice(&guessed)).await;
    assert_eq!(sealed.status, StatusCode::NOT_FOUND, "guessing an id shows nothing either");
}

#[tokio::test]
async fn what_looks_like_a_secret_is_neither_searched_for_nor_repeated() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    for page in ["/orgs/acme/credentials", "/orgs/acme/members"] {
        let shown = browser.get(&format!("{page}?q={token}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        assert!(shown.body.contains("This looks like a secret"), "{page} {}", shown.body);
        assert!(shown.body.contains("href=\"/orgs/acme/credentials/find\""), "{page} {}", shown.body);
        assert!(!shown.body.contains(&token), "{page}");
        assert!(!browser.get(&format!("{page}?q=owner")).await.body.contains("This looks like a secret"), "{page}");
    }
    let bulk = browser.get(&format!("/orgs/acme/credentials/bulk?action=revoke&all=1&q={token}")).await.body;
    assert!(bulk.contains("Nothing is ticked") && !bulk.contains(&token), "it does not reach all instead: {bulk}");
}

#[tokio::test]
async fn the_dialog_says_when_the_secret_works() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let member = server.member(&token, "grace@acme.test", Role::Member).await;
    let (_, id) = server.issue(&token, &[]).await;
    let policy = json!({ "kind": "pat", "needs_approval": true });
    server.send(Method::PUT, "/v1/orgs/acme/policies", &token, &policy).await;
    let issue = async |browser: &Browser| {
        let mut draft = crate::guarded::draft();
        draft["justification"] = "The nightly build".into();
        let body = json!({ "at": "/settings/tokens", "draft": draft });
        Reply::of(browser.script("/_fn/issue-credential").json(&body).send().await.unwrap()).await
    };
    let asked = issue(&member).await.text("/dialog");
    assert!(asked.contains("works as soon as it is approved") && !asked.contains("works at once"), "{asked}");
    let issued = issue(&browser).await.text("/dialog");
    assert!(issued.contains("The token with this secret works at once.") && !issued.contains("approved"), "{issued}");
    let roll = json!({ "at": "/settings/tokens", "id": id, "overlap_seconds": 0 });
    let roll = browser.script("/_fn/roll-credential").json(&roll).send().await.unwrap();
    let rolled = Reply::of(roll).await.text("/dialog");
    assert!(rolled.contains("The new secret works at once.") && !rolled.contains("with this secret"), "{rolled}");
}

#[tokio::test]
async fn nobody_is_told_to_roll_or_widen_another_persons_token() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let member = server.member(&token, "grace@acme.test", Role::Member).await;
    let (_, id) = member.issue("Laptop", &["credentials:read"]).await;
    let page = browser.get(&format!("/orgs/acme/tokens/{id}")).await.body;
    assert!(page.contains("Only its owner can roll it. You can narrow, disable or revoke it."), "{page}");
    assert!(page.contains("Only its owner can widen it.") && !page.contains("Tick to widen"), "{page}");
    let revoke = browser.get(&format!("/orgs/acme/tokens/{id}/revoke")).await.body;
    assert!(revoke.contains("It cannot be undone.") && !revoke.contains("roll it instead"), "{revoke}");
    let own = member.get(&format!("/settings/tokens/{id}")).await.body;
    assert!(own.contains("Tick to widen") && !own.contains("Only its owner"), "{own}");
    assert!(member.get(&format!("/settings/tokens/{id}/revoke")).await.body.contains("roll it instead"));
}

#[tokio::test]
async fn a_page_of_the_log_is_small_and_leads_to_each_event_as_it_is_stored() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    server.org("globex").await;
    for _ in 0..20 {
        server.api_key(&token, "acme", &[]).await;
    }
    let log = browser.get("/orgs/acme/audit").await.body;
    assert!(log.len() < 30_000 && log.contains("Older"), "{} bytes", log.len());
    let events = server.get("/v1/orgs/acme/audit-events?limit=1", &token).await.json();
    let (seq, hash) = (&events["data"][0]["seq"], events["data"][0]["hash"].as_str().unwrap());
    assert!(log.contains(&format!("href=\"?event={seq}\"")) && !log.contains(hash));
    let event = browser.get(&format!("/orgs/acme/audit?event={seq}")).await;
    assert!(event.status == StatusCode::OK && event.body.contains(hash) && event.body.contains("By the same actor"));
    for path in ["/orgs/acme/audit?event=100000", "/orgs/acme/audit?event=0", "/orgs/globex/audit?event=1"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let member = server.member(&token, "member@acme.test", Role::Member).await;
    assert_eq!(member.get("/orgs/acme/audit?event=1").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_log_is_a_file_for_whoever_may_read_it_in_their_own_organization() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    server.org("globex").await;
    let (_, id) = server.api_key(&token, "acme", &[]).await;
    let path = "/orgs/acme/audit/export";
    let page = browser.get(&format!("/orgs/acme/audit?target={id}&from=2020-01-01")).await.body;
    assert!(
        page.contains(&format!("{path}?format=csv&amp;target={id}&amp;after=2020-01-01T00%3A00%3A00.000Z")),
        "{page}"
    );

    let stranger = server.browser().get(&format!("{path}?format=csv")).await;
    assert!(stranger.status.is_redirection() && stranger.location().starts_with("/sign-in"), "{stranger:?}");
    let lines = browser.get(&format!("{path}?format=ndjson&target={id}")).await;
    assert_eq!(lines.status, StatusCode::OK);
    assert!(lines.header("content-disposition").contains("attachment") && lines.body.lines().count() == 1);
    let csv = browser.get(&format!("{path}?format=csv")).await;
    assert!(csv.body.starts_with("seq,at,action,") && csv.body.contains("credential.issued"));
    assert_eq!(browser.get(&format!("{path}?format=xml")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get("/orgs/globex/audit/export?format=csv").await.status, StatusCode::NOT_FOUND);
    let by_credential = server.get(&format!("{path}?format=csv"), &token).await;
    by_credential.assert_problem(400, "credential_not_accepted");
}

#[tokio::test]
async fn a_file_has_every_event_however_many_there_are() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let (_, id) = server.api_key(&token, "acme", &[]).await;
    for _ in 0..105 {
        for verb in ["disable", "enable"] {
            server.post(&format!("/v1/orgs/acme/api-keys/{id}/{verb}"), &token, &json!({})).await;
        }
    }
    let of_page = browser.get(&format!("/orgs/acme/audit/export?format=ndjson&target={id}")).await;
    assert_eq!(of_page.body.lines().count(), 211);
    let of_api = server.get(&format!("/v1/orgs/acme/audit-events?format=ndjson&target={id}"), &token).await;
    assert_eq!(of_api.body, of_page.body);
}

#[tokio::test]
async fn a_clients_keys_are_changed_by_forms_that_never_repeat_what_was_pasted() {
    let server = TestServer::start().await;
    let (token, browser) = owner(&server).await;
    let body =
        json!({ "name": "Invoices", "scopes": [], "auth_method": "private_key_jwt", "jwks": { "keys": [ed25519()] } });
    let client = server.post("/v1/orgs/acme/clients", &token, &body).await.text("/id");
    let (at, keys) = ("/orgs/acme/clients", format!("/v1/orgs/acme/clients/{client}/keys"));
    let kids = async || {
        let keys = server.get(&keys, &token).await.json()["keys"].as_array().unwrap().clone();
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let add =
        async |jwks: &str| browser.post("/_fn/add-client-keys", &[("at", at), ("id", &client), ("jwks", jwks)]).await;
    let remove =
        async |kid: &str| browser.post("/_fn/remove-client-key", &[("at", at), ("id", &client), ("kid", kid)]).await;
    let first = kids().await.remove(0);
    assert!(browser.get(&format!("{at}/{client}")).await.body.contains(&first));

    assert!(remove(&first).await.location().contains("__err"), "the only key stays");
    let private = json!({ "kty": "OKP", "crv": "Ed25519", "x": ed25519()["x"], "d": "cHJpdmF0ZSBoYWxmIG9mIHRoZSBrZXkgLi4uLi4uLi4" })
        .to_string();
    let pair = json!({ "keys": [ed25519(), serde_json::from_str::<serde_json::Value>(&private).unwrap()] }).to_string();
    for refused in [&private, &pair, "not json", ""] {
        let reply = add(refused).await;
        assert!(reply.location().contains("__err") && !reply.location().contains("cHJpdmF0"), "{reply:?}");
    }
    assert_eq!(kids().await.len(), 1, "of a set with a bad key none is added");
    let both = json!({ "keys": [ed25519(), ed25519()] }).to_string();
    assert!(add(&both).await.location().contains("key-added"));
    assert_eq!(kids().await.len(), 3);
    let asked = browser.get(&format!("{at}/{client}?remove={first}")).await.body;
    assert!(asked.contains("Remove key") && asked.contains("Keep key"));
    assert_eq!(kids().await.len(), 3, "being asked removes nothing");
    assert!(remove(&first).await.location().contains("key-removed"));
    assert!(!kids().await.contains(&first));
    let events =
        server.get(&format!("/v1/orgs/acme/audit-events?target={client}"), &token).await.json()["data"].clone();
    assert_eq!(events.as_array().unwrap().len(), 3, "one event for each change: {events}");
    assert_eq!(events[1]["detail"]["keys"]["added"].as_array().unwrap().len(), 2);

    let member = server.member(&token, "grace@acme.test", Role::Member).await;
    assert_eq!(member.get(&format!("{at}/{client}")).await.status, StatusCode::NOT_FOUND);
    member.post("/_fn/add-client-keys", &[("at", at), ("id", &client), ("jwks", &ed25519().to_string())]).await;
    assert_eq!(kids().await.len(), 2, "and nothing is changed by force");
}
