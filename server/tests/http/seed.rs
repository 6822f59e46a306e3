//! `mintmark seed`: the keys it adds are valid, and so are the tokens it writes.

use crate::{crash::mintmark, support::TestServer};
use reqwest::StatusCode;
use server::listen::Limits;
use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, path::Path, process::Output};
use tempfile::TempDir;

fn seed(dir: &Path, arguments: &[&str]) -> Output {
    let file = dir.join("tokens");
    let tokens_out = ["seed", "--tokens-out", file.to_str().unwrap()];
    mintmark(dir, &[&tokens_out, arguments].concat()).output().unwrap()
}

fn tokens(dir: &Path) -> BTreeSet<String> {
    fs::read_to_string(dir.join("tokens")).unwrap().lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_ok(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_load_adds_keys_that_work_and_leaves_whole_chains() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("tokens"), "left over").unwrap();
    assert_ok(&seed(dir.path(), &["--load", "5000", "--org", "load", "--sample", "50"]));
    let first = tokens(dir.path());
    assert_eq!(first.len(), 50);
    assert_eq!(fs::metadata(dir.path().join("tokens")).unwrap().permissions().mode() & 0o777, 0o600);
    // Adds more keys, and writes no more tokens than the number of new keys.
    assert_ok(&seed(dir.path(), &["--load", "12", "--org", "load"]));
    let second = tokens(dir.path());
    assert_eq!((second.len(), first.intersection(&second).count()), (12, 0));
    assert_ok(&mintmark(dir.path(), &["audit", "verify"]).output().unwrap());

    let server = TestServer::on(dir, Limits::default()).await;
    let mut names = BTreeSet::new();
    for token in first.iter().chain(&second) {
        let me = server.get("/v1/me", token).await;
        assert_eq!(me.status, StatusCode::OK, "{}", me.body);
        assert_eq!((me.text("/kind"), me.text("/organization/slug")), ("api_key".into(), "load".into()));
        assert_eq!((me.header("x-token-scopes"), &me.json()["user"]), ("contacts:read", &serde_json::Value::Null));
        names.insert(me.text("/credential/name"));
    }
    assert_eq!(names.len(), 62);
    assert!(names.contains("Load key 005001") && names.last().unwrap() == "Load key 005012", "{names:?}");
}

#[tokio::test]
async fn a_load_goes_to_an_organization_that_is_there_and_its_log_tells() {
    let dir = TempDir::new().unwrap();
    let owner = TestServer::on(dir, Limits::default()).await;
    let token = owner.org("acme").await;
    let folder = Path::new(owner.database_url().trim_start_matches("sqlite://")).parent().unwrap().to_owned();
    assert_ok(&seed(&folder, &["--load", "150", "--org", "acme", "--sample", "1"]));
    let keys = owner.get("/v1/orgs/acme/api-keys?limit=200", &token).await.json();
    assert_eq!(keys["data"].as_array().unwrap().len(), 150);
    assert_eq!((&keys["data"][0]["name"], &keys["data"][0]["status"]), (&"Load key 000150".into(), &"active".into()));
    let events = owner.get("/v1/orgs/acme/audit-events?action=credentials.loaded", &token).await.json();
    let data = events["data"].as_array().unwrap();
    let loaded: Vec<_> = data.iter().filter(|event| event["detail"]["count"].is_number()).collect();
    let [event] = loaded[..] else { panic!("one event for one transaction: {events}") };
    assert_eq!((&event["actor"]["type"], &event["detail"]["count"]), (&"system".into(), &150.into()), "{event}");
}

#[tokio::test]
async fn a_load_adds_members_that_are_members_and_leaves_a_whole_chain() {
    let dir = TempDir::new().unwrap();
    let server = TestServer::on(dir, Limits::default()).await;
    let token = server.org("acme").await;
    let folder = Path::new(server.database_url().trim_start_matches("sqlite://")).parent().unwrap().to_owned();
    assert_ok(&seed(&folder, &["--load", "1", "--org", "acme", "--members", "120"]));
    assert_ok(&seed(&folder, &["--load", "1", "--org", "acme", "--members", "3"]));
    let first = server.get("/v1/orgs/acme/members?limit=100", &token).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("/v1/orgs/acme/members?limit=100&cursor={cursor}"), &token).await.json();
    assert_eq!((first["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (100, 24));
    assert_ok(&mintmark(&folder, &["audit", "verify"]).output().unwrap());
}

#[test]
fn what_makes_no_sense_is_refused_in_one_line_and_nothing_is_added() {
    let dir = TempDir::new().unwrap();
    for (arguments, said) in [
        (["--load", "0", "--org", "load"], "--load"),
        (["--load", "1", "--org", "No Slug"], "Use 1 to 40 lower-case letters"),
    ] {
        let output = seed(dir.path(), &arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.lines().count()), (Some(1), 1), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
    let nowhere = dir.path().join("no/such/folder");
    let arguments = ["seed", "--load", "1", "--org", "load", "--tokens-out", nowhere.to_str().unwrap()];
    let output = mintmark(dir.path(), &arguments).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let verified = mintmark(dir.path(), &["audit", "verify"]).output().unwrap();
    assert_eq!((verified.status.code(), verified.stdout.len()), (Some(0), 0), "no organization was made");
}
