//! Kills the program during writes, several times: nothing is lost, half done or done twice.

use crate::support::{Reply, TestServer};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use server::listen::Limits;
use std::{
    collections::{BTreeMap, hash_map::RandomState},
    hash::{BuildHasher, Hasher},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{sync::Notify, time::timeout};

const KILLS: usize = 5;
const WRITERS: usize = 6;

/// The program with its data in `dir`.
pub(crate) fn mintmark(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mintmark"));
    command
        .args(arguments)
        .env_clear()
        .env("MINTMARK_DATA_DIR", dir)
        .env("MINTMARK_SITE_DIR", dir)
        .env("MINTMARK_LISTEN", "127.0.0.1:0")
        .env("MINTMARK_LOG", "error")
        // The key of `TestServer`, which opens the same database.
        .env("MINTMARK_MASTER_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
        .stdin(Stdio::null());
    command
}

/// Starts the program and returns its address.
fn serve(dir: &Path) -> (Child, String) {
    let mut child = mintmark(dir, &["serve"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split_whitespace().find(|word| word.starts_with("http://"));
    let base = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
    (child, base)
}

/// Creates the first organization and returns its token.
pub(crate) fn bootstrap(dir: &Path) -> String {
    let arguments = ["bootstrap", "--org", "acme", "--email", "ada@acme.test", "--password-stdin", "--json"];
    let mut child = mintmark(dir, &arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse battery").unwrap();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    assert!(status.success());
    serde_json::from_slice::<Value>(&stdout).unwrap()["token"].as_str().unwrap().to_owned()
}

/// A request with its key, and the id of the credential in the response, if there was one.
#[derive(Clone, Debug)]
struct Sent {
    key: String,
    path: String,
    body: Value,
    answered: Option<String>,
}

/// All requests of several writers, and the number of responses.
#[derive(Clone, Default)]
struct Book {
    sent: Arc<Mutex<Vec<Sent>>>,
    answers: Arc<AtomicU64>,
    answer: Arc<Notify>,
}

impl Book {
    /// Records the request, sends it, and records the response.
    async fn send(&self, client: &Client, base: &str, token: &str, path: &str, name: Option<&str>) -> Option<String> {
        let key = format!("{:016x}{:016x}", random(), random());
        let body = name.map_or(json!({}), |prefix| json!({ "name": format!("{prefix} {key}"), "scopes": [] }));
        let place = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(Sent { key: key.clone(), path: path.to_owned(), body: body.clone(), answered: None });
            sent.len() - 1
        };
        let reply = post(client, base, token, path, &key, &body).await?;
        assert!(reply.status.is_success(), "{path} {}", reply.body);
        let id = reply.text("/id");
        self.sent.lock().unwrap()[place].answered = Some(id.clone());
        self.answers.fetch_add(1, Ordering::Relaxed);
        self.answer.notify_one();
        Some(id)
    }

    /// Creates, rolls and revokes credentials until the server is gone.
    async fn write(self, base: String, token: String) {
        let client = Client::new();
        let keys = "/v1/orgs/acme/api-keys";
        while let Some(id) = self.send(&client, &base, &token, keys, Some("key")).await {
            for verb in ["roll", "revoke"] {
                if self.send(&client, &base, &token, &format!("{keys}/{id}/{verb}"), None).await.is_none() {
                    return;
                }
            }
        }
    }

    async fn wait_for(&self, answers: u64) {
        while self.answers.load(Ordering::Relaxed) < answers {
            timeout(Duration::from_secs(20), self.answer.notified()).await.expect("the server answers");
        }
    }
}

/// The complete reply, if the server lived long enough to send it.
async fn post(client: &Client, base: &str, token: &str, path: &str, key: &str, body: &Value) -> Option<Reply> {
    let request = client.request(Method::POST, format!("{base}{path}")).bearer_auth(token).json(body);
    let response = request.header("idempotency-key", key).send().await.ok()?;
    let (status, headers) = (response.status(), response.headers().clone());
    Some(Reply { status, headers, body: response.text().await.ok()? })
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Every page of a list.
async fn all(server: &TestServer, token: &str, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{path}?limit=200{cursor}"), token).await.json();
        items.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

fn count(events: &[Value], action: &str) -> usize {
    events.iter().filter(|event| event["action"] == action).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_mid_write_loses_nothing_and_does_nothing_by_half_or_twice() {
    let dir = TempDir::new().unwrap();
    let (token, book) = (bootstrap(dir.path()), Book::default());
    for _ in 0..KILLS {
        let (mut child, base) = serve(dir.path());
        let until = book.answers.load(Ordering::Relaxed) + 10 + random() % 60;
        let writers: Vec<_> =
            (0..WRITERS).map(|_| tokio::spawn(book.clone().write(base.clone(), token.clone()))).collect();
        book.wait_for(until).await;
        child.kill().unwrap();
        child.wait().unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let verified = mintmark(dir.path(), &["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));

    // One minute later, when an interrupted request counts as abandoned.
    let server = TestServer::on(dir, Limits::default()).await;
    server.move_clock(61);
    let (client, sent) = (Client::new(), book.sent.lock().unwrap().clone());
    let mut issued = BTreeMap::new();
    for one in &sent {
        let again = async || post(&client, &server.base, &token, &one.path, &one.key, &one.body).await.unwrap();
        let (first, second) = (again().await, again().await);
        let is_new = one.body.get("name").is_some();
        assert_eq!(first.status, if is_new { StatusCode::CREATED } else { StatusCode::OK }, "{one:?} {}", first.body);
        assert_eq!(first.text("/id"), second.text("/id"));
        assert!(one.answered.is_none() || one.answered == Some(first.text("/id")), "{one:?} {}", first.body);
        if is_new {
            assert_eq!(issued.insert(first.text("/name"), first.text("/id")), None);
        }
    }
    let unanswered = sent.iter().filter(|one| one.answered.is_none()).count();
    assert!(unanswered > 0, "no kill has met a request");

    let keys = all(&server, &token, "/v1/orgs/acme/api-keys").await;
    let by_name: BTreeMap<_, _> = keys
        .iter()
        .map(|key| (key["name"].as_str().unwrap().to_owned(), key["id"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!((by_name, keys.len()), (issued.clone(), issued.len()), "one object for each idempotency key");
    let events = all(&server, &token, "/v1/orgs/acme/audit-events").await;
    let rolled: usize = keys.iter().map(|key| key["secrets"].as_array().unwrap().len() - 1).sum();
    let asked_to_roll = sent.iter().filter(|one| one.path.ends_with("/roll")).count();
    let revoked = keys.iter().filter(|key| key["status"] == "revoked").count();
    assert_eq!((count(&events, "credential.rolled"), rolled), (asked_to_roll, asked_to_roll));
    assert_eq!(count(&events, "credential.revoked"), revoked);
    // The bootstrap created the organization and one token.
    assert_eq!(count(&events, "credential.issued"), keys.len() + 1);
    assert_eq!(events.len(), 2 + keys.len() + rolled + revoked);
}
