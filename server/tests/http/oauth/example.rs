//! The example of `mintmark-client`, run as its README describes, with this server.

use super::{CONTACTS, OAuth};
use crate::support::Reply;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// The example in its own process.
struct ProtectedApi {
    process: Child,
    base: String,
}

impl ProtectedApi {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(built());
        command.env_clear().envs(variables.iter().copied()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, base }
    }

    async fn call(&self, method: Method, path: &str, token: Option<&str>) -> Reply {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Reply::of(request.json(&json!({ "name": "Ada" })).send().await.unwrap()).await
    }
}

impl Drop for ProtectedApi {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Cargo puts examples next to the folder of this test. Only a test of the whole workspace builds them, not one of this
/// package.
fn built() -> PathBuf {
    let example = env::current_exe().unwrap().parent().unwrap().join("../examples/protected_api");
    if !example.exists() {
        let arguments = ["build", "--package", "mintmark-client", "--example", "protected_api"];
        assert!(Command::new(env!("CARGO")).args(arguments).status().unwrap().success());
    }
    example
}

#[tokio::test]
async fn the_example_accepts_and_refuses_as_its_readme_says() {
    let oauth = OAuth::start().await;
    let (verifier, _) = oauth.server.api_key(&oauth.owner, "acme", &["keys:verify"]).await;
    let (id, secret) = (oauth.client.id.as_str(), oauth.client.secret.as_str());
    for asks_as in [
        vec![("INTROSPECTION_TOKEN", verifier.as_str())],
        vec![("INTROSPECTION_CLIENT_ID", id), ("INTROSPECTION_CLIENT_SECRET", secret)],
    ] {
        let mut variables =
            vec![("ISSUER", oauth.server.base.as_str()), ("AUDIENCE", CONTACTS), ("ORGANIZATION", oauth.org.as_str())];
        variables.extend(asks_as);
        let api = ProtectedApi::start(&variables);
        let jwt = oauth.token(&oauth.client, &[("scope", "contacts:read")]).await;
        let (pat, _) = oauth.server.issue(&oauth.owner, &["contacts:write"]).await;

        let contacts = api.call(Method::GET, "/contacts", Some(&jwt)).await;
        assert_eq!((contacts.status.as_u16(), contacts.text("/contacts/0/name").as_str()), (200, "Grace Hopper"));
        let made = api.call(Method::POST, "/contacts", Some(&pat)).await;
        assert_eq!((made.status.as_u16(), made.text("/org_id")), (201, contacts.text("/org_id")));
        assert_eq!(api.call(Method::GET, "/me", Some(&pat)).await.text("/name"), "owner@acme.test");
        assert_eq!(api.call(Method::GET, "/sync", Some(&jwt)).await.text("/application_id"), id);

        let nobody = api.call(Method::GET, "/contacts", None).await;
        assert_refused(&nobody, 401, "credential_required", "Bearer realm=\"contacts\"");
        let unknown = "mint_pat_00000000000000000000000000000000000000000000BFvHX";
        let unknown = api.call(Method::GET, "/contacts", Some(unknown)).await;
        assert_refused(&unknown, 401, "invalid_token", "Bearer realm=\"contacts\", error=\"invalid_token\"");
        let too_little = api.call(Method::POST, "/contacts", Some(&jwt)).await;
        assert_refused(
            &too_little,
            403,
            "insufficient_scope",
            "Bearer realm=\"contacts\", error=\"insufficient_scope\"",
        );
        assert!(too_little.header("www-authenticate").ends_with("scope=\"contacts:write\""));
        assert_eq!(too_little.json()["missing_scopes"], json!(["contacts:write"]));
        let no_user = api.call(Method::GET, "/me", Some(&jwt)).await;
        assert_refused(&no_user, 403, "user_context_required", "");
        assert_eq!(no_user.json()["accepted_kinds"], json!(["pat"]));
        assert_refused(&api.call(Method::GET, "/sync", Some(&pat)).await, 403, "application_context_required", "");
    }
}

#[track_caller]
fn assert_refused(reply: &Reply, status: u16, code: &str, challenge: &str) {
    let problem: Value = reply.json();
    assert_eq!((reply.status.as_u16(), &problem["code"]), (status, &json!(code)), "{problem}");
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert!(reply.header("www-authenticate").starts_with(challenge), "{:?}", reply.headers);
}
