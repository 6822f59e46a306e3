//! The token service, request by request. The test names say which section of which RFC requires the behavior.

mod access_tokens;
mod authentication;
mod discovery;
mod example;
mod exchange;
mod introspect;
mod resource_server;
mod revoke;
mod rotation_under_load;
mod rust_client;
mod signing_keys;
mod test_token;
mod token;

use crate::support::{Reply, TestServer};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

/// A server with the organization acme, its API, and a client that may read and write contacts.
pub(crate) struct OAuth {
    pub(crate) server: TestServer,
    pub(crate) owner: String,
    /// The id of acme.
    pub(crate) org: String,
    pub(crate) client: Client,
}

/// The id and secret of a client.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
}

pub(crate) const CONTACTS: &str = "https://contacts.acme.test";

impl OAuth {
    pub(crate) async fn start() -> Self {
        let server = TestServer::start().await;
        let owner = server.org("acme").await;
        define_api(&server, &owner, "acme", CONTACTS, "ES256", "contacts").await;
        let client = issue_client(&server, &owner, "acme", &json!({})).await;
        let org = server.get("/v1/me", &owner).await.text("/organization/id");
        Self { server, owner, org, client }
    }

    /// Creates another client of acme with these settings.
    pub(crate) async fn issue_client(&self, settings: &Value) -> Client {
        issue_client(&self.server, &self.owner, "acme", settings).await
    }

    /// Posts a form, with Basic authentication if there is a client.
    pub(crate) async fn post(&self, path: &str, client: Option<&Client>, form: &[(&str, &str)]) -> Reply {
        let mut request = self.server.request(Method::POST, path).form(form);
        if let Some(client) = client {
            request = request.basic_auth(&client.id, Some(&client.secret));
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// Requests an access token for this client.
    pub(crate) async fn ask(&self, client: &Client, more: &[(&str, &str)]) -> Reply {
        let form: Vec<_> = [("grant_type", "client_credentials")].iter().chain(more).copied().collect();
        self.post("/oauth/token", Some(client), &form).await
    }

    /// An access token of this client.
    pub(crate) async fn token(&self, client: &Client, more: &[(&str, &str)]) -> String {
        let reply = self.ask(client, more).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.text("/access_token")
    }

    /// The introspection response to this client.
    pub(crate) async fn introspect(&self, client: &Client, token: &str) -> Value {
        let reply = self.post("/oauth/introspect", Some(client), &[("token", token)]).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// Asserts that the introspection response is `active: false` and nothing more.
    pub(crate) async fn assert_inactive(&self, client: &Client, token: &str) {
        assert_eq!(self.introspect(client, token).await, json!({ "active": false }));
    }
}

pub(crate) async fn define_api(server: &TestServer, owner: &str, org: &str, audience: &str, alg: &str, noun: &str) {
    let scopes = json!([{ "name": format!("{noun}:read") }, { "name": format!("{noun}:write") }]);
    let body = json!({ "name": noun, "audience": audience, "signing_alg": alg, "scopes": scopes });
    let reply = server.post(&format!("/v1/orgs/{org}/apis"), owner, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}

pub(crate) async fn issue_client(server: &TestServer, owner: &str, org: &str, settings: &Value) -> Client {
    let mut body = json!({ "name": "CRM sync", "scopes": ["contacts:read", "contacts:write"] });
    for (name, value) in settings.as_object().unwrap() {
        body[name] = value.clone();
    }
    let reply = server.post(&format!("/v1/orgs/{org}/clients"), owner, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let secret = reply.json()["client_secret"].as_str().unwrap_or_default().to_owned();
    Client { id: reply.text("/client_id"), secret }
}

/// A part of a JWT: 0 is the header, 1 the claims.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

impl Reply {
    /// Asserts an error as in RFC 6749 section 5.2.
    #[track_caller]
    pub(crate) fn assert_oauth_error(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.text("/error").as_str()), (status, code), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/json");
        assert_eq!((self.header("cache-control"), self.header("pragma")), ("no-store", "no-cache"));
        let description = self.text("/error_description");
        let legal = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        assert!(!description.is_empty() && description.chars().all(legal), "{description}");
    }
}
