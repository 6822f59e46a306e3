//! The log lines of requests.

use crate::{program::Program, wire::soon};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

struct Asked {
    address: SocketAddr,
    token: String,
}

impl Asked {
    /// Sends a request in one piece. Returns the status and body.
    async fn send(&self, request: &str, headers: &str, body: &str) -> (u16, String) {
        let mut socket = soon(TcpStream::connect(self.address)).await.unwrap();
        let length = body.len();
        let whole = format!("{request} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n{body}");
        socket.write_all(whole.as_bytes()).await.unwrap();
        let mut reply = String::new();
        let mut buffer = [0; 4096];
        loop {
            let count = soon(socket.read(&mut buffer)).await.unwrap();
            reply.push_str(&String::from_utf8_lossy(&buffer[..count]));
            if let Some((head, body)) = reply.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                if count == 0 || length.is_some_and(|length: usize| body.len() >= length) {
                    return (head[9..12].parse().unwrap(), body.to_owned());
                }
            }
            assert!(count > 0, "{reply}");
        }
    }

    async fn create(&self, path: &str, body: &Value) -> Value {
        let headers = format!("authorization: Bearer {}\r\ncontent-type: application/json\r\n", self.token);
        let (status, body) = self.send(&format!("POST {path}"), &headers, &body.to_string()).await;
        assert_eq!(status, 201, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

fn basic(id: &str, secret: &str) -> String {
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    format!("authorization: Basic {}\r\n{form}", STANDARD.encode(format!("{id}:{secret}")))
}

fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n")
}

/// The log lines of requests with this route and status.
fn about<'a>(lines: &'a [Value], route: &str, status: u16) -> Vec<&'a Value> {
    let matches = |line: &&Value| line["fields"]["route"] == route && line["fields"]["status"] == status;
    lines.iter().filter(matches).collect()
}

#[tokio::test]
async fn every_token_request_and_every_refusal_leaves_a_line_that_holds_no_secret() {
    let bootstrap = "echo 'correct horse battery' | \"$0\" bootstrap --org acme --email ada@acme.test \\
        --password-stdin --json > \"$MINTMARK_DATA_DIR/made.json\"";
    let mut program = Program::start(bootstrap, &[]);
    let made: Value = serde_json::from_slice(&std::fs::read(program.dir.path().join("made.json")).unwrap()).unwrap();
    let asked = Asked { address: program.address, token: made["token"].as_str().unwrap().to_owned() };
    let new = json!({ "name": "Crawler", "scopes": ["credentials:read"] });
    let client = asked.create("/v1/orgs/acme/clients", &new).await;
    let key =
        asked.create("/v1/orgs/acme/api-keys", &json!({ "name": "Poor", "scopes": [], "expires_in": 3600 })).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (client_id, client_secret) = (text(&client["id"]), text(&client["client_secret"]));
    let (key_id, poor) = (text(&key["id"]), text(&key["token"]));
    let typed = "mint_pat_typed_by_a_person";

    let grant = "grant_type=client_credentials";
    let verify = json!({ "token": asked.token }).to_string();
    for _ in 0..2 {
        let status = async |request: &str, headers: String, body: &str| asked.send(request, &headers, body).await.0;
        assert_eq!(status("POST /oauth/token", basic(&client_id, &client_secret), grant).await, 200);
        assert_eq!(status("POST /oauth/token", basic(&client_id, typed), grant).await, 401);
        assert_eq!(status("POST /oauth/token", basic("x%0Ay", typed), grant).await, 401);
        assert_eq!(status("POST /oauth/introspect", basic(&client_id, typed), "token=x").await, 401);
        assert_eq!(status("POST /v1/verify", bearer(&asked.token), &verify).await, 200);
        assert_eq!(status("POST /v1/verify", bearer(&poor), &verify).await, 403);
        assert_eq!(status("POST /v1/verify", bearer(typed), &verify).await, 401);
        assert_eq!(status("GET /v1/me/tokens", bearer(&poor), "").await, 403);
        assert_eq!(status("GET /v1/me/tokens?next=typed_by_a_person", bearer(typed), "").await, 401);
        assert_eq!(status(&format!("GET /v1/forward-auth/orgs/{typed}?scope=a:b"), bearer(typed), "").await, 401);
        assert_eq!(status(&format!("GET /v1/{typed}"), bearer(&poor), "").await, 404);
    }
    program.child.kill().unwrap();
    let log: Vec<String> = program.log.by_ref().map_while(Result::ok).collect();
    let lines: Vec<Value> = log.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(lines.len(), log.len(), "each line is an object: {log:#?}");

    assert!(about(&lines, "/v1/verify", 200).is_empty(), "good verifications leave no line");
    for (route, status, credential, count) in [
        ("/oauth/token", 200, Some(&client_id), 2),
        ("/oauth/token", 401, Some(&client_id), 4),
        ("/oauth/introspect", 401, Some(&client_id), 2),
        ("/v1/verify", 403, Some(&key_id), 2),
        ("/v1/verify", 401, None, 2),
        ("/v1/me/tokens", 403, Some(&key_id), 2),
        ("/v1/me/tokens", 401, None, 2),
        ("/v1/forward-auth/{*path}", 401, None, 2),
    ] {
        let found = about(&lines, route, status);
        assert_eq!(found.len(), count, "{route} {status}: {log:#?}");
        for line in &found {
            let fields = &line["fields"];
            assert_eq!(
                (line["level"].as_str(), fields["client_ip"].as_str()),
                (Some("INFO"), Some("127.0.0.1")),
                "{line}"
            );
            assert!(fields["micros"].is_number() && fields["method"].is_string(), "{line}");
            assert!(fields["request_id"].as_str().unwrap().starts_with("req_"), "{line}");
        }
        let named: Vec<_> = found.iter().filter_map(|line| line["fields"]["credential"].as_str()).collect();
        match credential {
            Some(id) => assert_eq!(named, [id.as_str(); 2], "{route} {status}"),
            None => assert!(named.is_empty(), "{route} {status}: {named:?}"),
        }
    }
    for secret in [asked.token.as_str(), &client_secret, &poor, typed, "typed_by_a_person", "scope=a", "horse"] {
        assert!(!log.iter().any(|line| line.contains(secret)), "{secret} in {log:#?}");
    }
}
