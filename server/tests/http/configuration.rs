//! Starts the program with bad configuration: it prints one line and exits with 1.

use crate::wire::Certificate;
use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

fn mintmark(dir: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mintmark"));
    command
        .args(arguments)
        .env_clear()
        .env("MINTMARK_DATA_DIR", dir)
        .env("MINTMARK_SITE_DIR", dir)
        .envs(variables.iter().copied());
    command.stdin(Stdio::null()).output().unwrap()
}

#[track_caller]
fn assert_stops(output: &Output, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.contains(says), "{said}");
}

#[test]
fn a_bad_variable_is_named() {
    let dir = TempDir::new().unwrap();
    for (name, value) in [
        ("MINTMARK_LISTEN", "nonsense"),
        ("MINTMARK_PUBLIC_URL", "nonsense"),
        ("MINTMARK_PUBLIC_URL", "https://x.test:0443"),
        ("MINTMARK_PUBLIC_URL", "https://x.test:99999"),
        ("MINTMARK_DATABASE_URL", "mysql://nowhere"),
        ("MINTMARK_TOKEN_BRAND", "Not A Brand"),
        ("MINTMARK_TRUSTED_PROXIES", "everybody"),
        ("MINTMARK_MASTER_KEY", "c2hvcnQ="),
        ("MINTMARK_METRICS_LISTEN", "9464"),
        ("MINTMARK_MEMORY_LIMIT_MIB", "much"),
        ("MINTMARK_SMTP_URL", "mail.example.com"),
        ("MINTMARK_MAIL_FROM", "nobody"),
        ("MINTMARK_LOG", "=,="),
        ("MINTMARK_CONFIG", "/nowhere/mintmark.toml"),
    ] {
        let listen = if name == "MINTMARK_LISTEN" { value } else { "127.0.0.1:0" };
        assert_stops(&mintmark(dir.path(), &["serve"], &[("MINTMARK_LISTEN", listen), (name, value)]), name);
    }
}

#[test]
fn a_table_of_secrets_that_would_not_fit_ends_the_start_and_says_what_it_needs() {
    let dir = TempDir::new().unwrap();
    let tokens = dir.path().join("tokens").display().to_string();
    let arguments = ["seed", "--load", "3", "--org", "load", "--tokens-out", &tokens];
    assert!(mintmark(dir.path(), &arguments, &[]).status.success());
    let limit = [("MINTMARK_LISTEN", "127.0.0.1:0"), ("MINTMARK_MEMORY_LIMIT_MIB", "0")];
    assert_stops(
        &mintmark(dir.path(), &["serve"], &limit),
        "MINTMARK_MEMORY_LIMIT_MIB is 0, and the credentials need about 1 MiB",
    );
}

#[test]
fn a_port_in_use_is_named() {
    let dir = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_stops(&mintmark(dir.path(), &[], &[("MINTMARK_LISTEN", &address)]), &address);
}

#[test]
fn a_database_that_cannot_be_opened_is_named() {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("mintmark.db")).unwrap();
    assert_stops(&mintmark(dir.path(), &["migrate"], &[]), "mintmark.db");
    std::fs::write(dir.path().join("text.db"), "this is no database, whatever its name says".repeat(100)).unwrap();
    let url = format!("sqlite://{}/text.db", dir.path().display());
    assert_stops(&mintmark(dir.path(), &["migrate"], &[("MINTMARK_DATABASE_URL", &url)]), "text.db");
    assert_stops(
        &mintmark(dir.path(), &["migrate"], &[("MINTMARK_DATABASE_URL", "postgres://x@127.0.0.1:1/none")]),
        "MINTMARK_DATABASE_URL",
    );
}

#[test]
fn another_master_key_does_not_start() {
    let dir = TempDir::new().unwrap();
    let bootstrap = |variables: &[(&str, &str)], org: &str| {
        use std::io::Write;
        let email = format!("ada@{org}.test");
        let mut command = Command::new(env!("CARGO_BIN_EXE_mintmark"));
        command.args(["bootstrap", "--org", org, "--email", &email, "--password-stdin", "--json"]);
        command.env_clear().env("MINTMARK_DATA_DIR", dir.path()).envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
        child.wait_with_output().unwrap()
    };
    let made = bootstrap(&[], "acme");
    let printed: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(printed["org_id"].as_str().unwrap().starts_with("org_"));
    assert!(printed["user_id"].as_str().unwrap().starts_with("usr_"));
    assert!(printed["token"].as_str().unwrap().starts_with("mint_pat_"));
    let verified = mintmark(dir.path(), &["audit", "verify"], &[]);
    assert!(
        verified.status.success() && String::from_utf8_lossy(&verified.stdout).contains("whole, 2 events, all keyed"),
        "{verified:?}"
    );
    assert_stops(&bootstrap(&[], "acme"), "exists");
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let wrong = "does not hold the master key this database was set up with";
    let by_variable = bootstrap(&[("MINTMARK_MASTER_KEY", other)], "globex");
    assert_stops(&by_variable, &format!("MINTMARK_MASTER_KEY {wrong}"));
    let file = dir.path().join("master.key");
    for (written, says) in [(other, wrong), ("c2hvcnQ=", "does not hold 32 bytes in base64")] {
        std::fs::write(&file, written).unwrap();
        let by_file = mintmark(dir.path(), &["audit", "verify"], &[]);
        assert_stops(&by_file, &format!("{} {says}", file.display()));
        assert!(!String::from_utf8_lossy(&by_file.stderr).contains("MINTMARK_MASTER_KEY"));
    }
}

#[test]
fn a_closed_standard_output_ends_a_command_quietly() {
    let dir = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mintmark"));
    command.arg("openapi").env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.current_dir(dir.path()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_missing_master_key_beside_a_database_stops_the_start_and_writes_nothing() {
    let dir = TempDir::new().unwrap();
    let tokens = dir.path().join("tokens").display().to_string();
    let arguments = ["seed", "--load", "3", "--org", "load", "--tokens-out", &tokens];
    assert!(mintmark(dir.path(), &arguments, &[]).status.success());
    std::fs::remove_file(dir.path().join("master.key")).unwrap();
    let database = std::fs::read(dir.path().join("mintmark.db")).unwrap();
    for arguments in [&["serve"][..], &arguments, &["keys", "rotate"]] {
        let stopped = mintmark(dir.path(), arguments, &[("MINTMARK_LISTEN", "127.0.0.1:0")]);
        assert_stops(&stopped, "master.key is missing");
    }
    assert!(!dir.path().join("master.key").exists());
    assert_eq!(std::fs::read(dir.path().join("mintmark.db")).unwrap(), database);
}

#[test]
fn a_misspelt_variable_is_named() {
    let dir = TempDir::new().unwrap();
    assert_stops(&mintmark(dir.path(), &["migrate"], &[("MINTMARK_MASTER_KEY_FILE", "x")]), "MINTMARK_MASTER_KEY_FILE");
    assert!(!dir.path().join("mintmark.db").exists());
}

#[test]
fn a_certificate_or_key_that_cannot_be_used_is_named() {
    let dir = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, other) = (Certificate::new(), Certificate::new());
    let (cert, key, other_key) = (file("cert", &one.cert), file("key", &one.key), file("other", &other.key));
    let no_cert = file("nothing", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
    let no_key = file("no-key", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
    for (cert, key, says) in [
        ("", key.as_str(), "MINTMARK_TLS_CERT is missing"),
        (&cert, "", "MINTMARK_TLS_KEY is missing"),
        ("/nowhere/cert.pem", &key, "MINTMARK_TLS_CERT names a file that cannot be read: /nowhere/cert.pem"),
        (&cert, "/nowhere/key.pem", "MINTMARK_TLS_KEY names a file that cannot be read: /nowhere/key.pem"),
        (&key, &key, "MINTMARK_TLS_CERT names a file without a certificate"),
        (&cert, &cert, "MINTMARK_TLS_KEY names a file without a private key"),
        (&no_cert, &key, "MINTMARK_TLS_CERT names a file with a certificate that cannot be used"),
        (&cert, &no_key, "MINTMARK_TLS_KEY names a file with a key that cannot be used"),
        (&cert, &other_key, "MINTMARK_TLS_KEY does not fit the certificate of MINTMARK_TLS_CERT"),
    ] {
        let variables = [("MINTMARK_LISTEN", "127.0.0.1:0"), ("MINTMARK_TLS_CERT", cert), ("MINTMARK_TLS_KEY", key)];
        assert_stops(&mintmark(dir.path(), &["serve"], &variables), says);
    }
}
