//! Both paths give equal responses: the short path from the bytes on the socket, and the long path through hyper.

use crate::{
    oauth::{Client, OAuth},
    support::TestServer,
    wire::{SHORT, answer, closed, send},
};
use axum::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use server::listen::Limits;
use tokio::net::TcpStream;

/// Keeps a request off the short path without any other effect.
const LONG_WAY: &str = "connection: keep-alive, keep-alive\r\n";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap()
}

fn post(path: &str, head: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: x\r\n{head}content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// Removes the access token, which is new in every response.
fn without_access_token(body: &str) -> String {
    match body.split_once("\"access_token\":\"").map(|(before, rest)| (before, rest.split_once('"'))) {
        Some((before, Some((_, after)))) => format!("{before}{after}"),
        _ => body.to_owned(),
    }
}

/// Status, sorted headers and body, without the values that differ between requests.
fn told(answer: &str) -> (String, Vec<String>, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines().map(str::to_owned);
    let status = lines.next().unwrap();
    let own = |line: &String| !["date: ", "x-request-id: "].iter().any(|name| line.starts_with(name));
    let mut headers: Vec<String> = lines.filter(own).collect();
    headers.sort();
    let id =
        answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("every answer names its request");
    assert!(answer.lines().any(|line| line.starts_with("date: ")), "{answer}");
    (status, headers, without_access_token(&body.replace(id, "req")))
}

#[tokio::test]
async fn both_ways_answer_the_same() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let (key, _) = server.api_key(&owner, "acme", &["keys:verify", "credentials:read"]).await;
    let (poor, _) = server.issue(&owner, &["credentials:read"]).await;
    let ending = json!({ "name": "CI", "scopes": ["keys:verify"], "expires_in": 864_000 });
    let ending = server.post("/v1/me/tokens", &owner, &ending).await.text("/token");
    let (revoked, id) = server.api_key(&owner, "acme", &["credentials:read"]).await;
    server.send(Method::DELETE, &format!("/v1/orgs/acme/api-keys/{id}"), &owner, &serde_json::Value::Null).await;
    let other = server.org("globex").await;

    let about = |token: &str| format!("{{\"token\":\"{token}\"}}");
    let bearer = |token: &str| format!("authorization: Bearer {token}\r\n");
    let damaged = format!("{}x", &key[..key.len() - 1]);
    let mut cases = Vec::new();
    let (blanks, scheme) = (format!(" {key}\\n "), format!("secret-token:{key}"));
    for token in [&key, &poor, &revoked, &other, &damaged, &blanks, &scheme, "nothing", "", "ey.x.y", "\\u0041"] {
        cases.push(("/v1/verify", bearer(&key), JSON, about(token)));
        cases.push(("/oauth/introspect", bearer(&key), FORM, format!("token={token}")));
    }
    for head in [
        bearer(&ending),
        bearer(&poor),
        bearer(&revoked),
        bearer(&damaged),
        bearer("nothing"),
        String::new(),
        format!("x-api-key: {key}\r\n"),
        format!("X-API-KEY: {key}\r\nAuthorization: Bearer {key}\r\n"),
        format!("{}{}", bearer(&key), bearer(&key)),
        format!("{}x-forwarded-for: 192.0.2.1\r\n", bearer(&key)),
        "authorization: Digest x\r\n".to_owned(),
        format!("authorization: \r\nx-api-key: {key}\r\n"),
        format!("authorization: \r\n{}", bearer(&key)),
        bearer(&format!("secret-token:{key} ")),
        format!("{}content-encoding: gzip\r\n", bearer(&key)),
        format!("{}content-encoding: identity\r\n", bearer(&key)),
        format!("{}content-encoding: identity, br\r\n", bearer(&key)),
    ] {
        cases.push(("/v1/verify", head.clone(), JSON, about(&key)));
        cases.push(("/oauth/introspect", head.clone(), FORM, format!("token={key}")));
        cases.push(("/oauth/token", head, FORM, "grant_type=client_credentials".to_owned()));
    }
    for body in [
        "",
        "{",
        "[]",
        "[\"x\"]",
        "null",
        "{}",
        "{\"token\":1}",
        "{\"token\":\"x\",\"more\":1}",
        "{\"token\":\"x\",\"ip\":\"nowhere\"}",
        "{\"token\":\"x\",\"operation\":\"none\"}",
    ] {
        cases.push(("/v1/verify", bearer(&key), JSON, body.to_owned()));
    }
    for kind in ["text/plain", "application/json; charset=utf-8", ""] {
        cases.push(("/v1/verify", bearer(&key), kind, about(&key)));
    }
    for path in ["/v1/verify?access_token=x", "/v1/verify/", "/v1/verify/batch", "/V1/VERIFY"] {
        cases.push((path, bearer(&key), JSON, about(&key)));
    }
    for (path, head, kind, body) in cases {
        assert_both_ways_alike(&server, path, &head, kind, &body).await;
    }
}

/// Asserts that both paths give equal responses, and returns the response.
async fn assert_both_ways_alike(server: &TestServer, path: &str, head: &str, kind: &str, body: &str) -> String {
    let mut by = Vec::new();
    for way in ["", LONG_WAY] {
        let mut stream = connect(server).await;
        send(&mut stream, &post(path, &format!("{head}{way}"), kind, body)).await;
        by.push(told(&answer(&mut stream).await));
    }
    assert_eq!(by[0], by[1], "{path}\n{head}{kind}\n{body}");
    format!("{} {}", by[0].0, by[0].1.join(" "))
}

#[tokio::test]
async fn both_ways_answer_clients_the_same() {
    let oauth = OAuth::start().await;
    let (client, other) = (&oauth.client, oauth.issue_client(&json!({})).await);
    let token = oauth.token(client, &[]).await;
    let rolled = format!("/v1/orgs/acme/clients/{}/roll", client.id);
    let rolled = oauth.server.post(&rolled, &oauth.owner, &json!({})).await.json();
    let newer = Client { id: client.id.clone(), secret: rolled["client_secret"].as_str().unwrap().to_owned() };
    oauth.token(&newer, &[]).await;
    oauth.server.service.flush_usage().await.unwrap();
    let basic = |client: &Client| {
        format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{}:{}", client.id, client.secret)))
    };
    let stranger = Client { id: other.id.clone(), secret: newer.secret.clone() };
    let in_body = format!("client_id={}&client_secret={}", newer.id, newer.secret);
    let asked = "grant_type=client_credentials";
    let mut told = Vec::new();
    for (head, form) in [
        (basic(&newer), asked.to_owned()),
        (basic(client), asked.to_owned()),
        (basic(&stranger), asked.to_owned()),
        (basic(&newer), format!("{asked}&scope=contacts:read&resource=https%3A%2F%2Fcontacts.acme.test")),
        (basic(&newer), format!("{asked}&scope=contacts:burn")),
        (basic(&newer), format!("{asked}&scope=contacts:read+contacts:read")),
        (basic(&newer), format!("{asked}&scopes=contacts:read")),
        (basic(&newer), format!("{asked}&scope%5B%5D=contacts:read")),
        (basic(&newer), format!("{asked}&Scope=contacts:read")),
        (basic(&newer), format!("{asked}&nonsense=1")),
        (format!("Authorization: \r\n{}", basic(&newer)), asked.to_owned()),
        ("Authorization: \r\n".to_owned(), format!("{asked}&{in_body}")),
        (format!("Content-Encoding: gzip\r\n{}", basic(&newer)), asked.to_owned()),
        (basic(&newer), format!("{asked}&{asked}")),
        (basic(&newer), format!("{asked}&{in_body}")),
        (String::new(), format!("{asked}&{in_body}")),
        (String::new(), format!("{asked}&client_id={}", newer.id)),
        (basic(&newer), "grant_type=password".to_owned()),
        (basic(&newer), String::new()),
        ("Authorization: Basic %%%\r\n".to_owned(), asked.to_owned()),
    ] {
        told.push(assert_both_ways_alike(&oauth.server, "/oauth/token", &head, FORM, &form).await);
    }
    assert!(told[0].starts_with("HTTP/1.1 200") && !told[0].contains("x-credential-retires-at"), "{}", told[0]);
    assert!(told[1].contains("x-credential-retires-at"), "{}", told[1]);
    let asked = format!("token={token}");
    for (head, form) in [
        (basic(&newer), asked.clone()),
        (basic(client), format!("{asked}&token_type_hint=access_token")),
        (basic(&newer), format!("token={}", other.secret)),
        (basic(&newer), "token=x.y.z".to_owned()),
        (basic(&newer), String::new()),
        (basic(&stranger), asked.clone()),
        (basic(&stranger), String::new()),
        (String::new(), format!("{asked}&{in_body}")),
        (String::new(), format!("{asked}&client_id={}&client_secret=x", newer.id)),
        (String::new(), asked.clone()),
    ] {
        told.push(assert_both_ways_alike(&oauth.server, "/oauth/introspect", &head, FORM, &form).await);
    }
    for kind in ["application/x-www-form-urlencoded; charset=utf-8", "application/json", "multipart/form-data", ""] {
        assert_both_ways_alike(&oauth.server, "/oauth/introspect", &basic(&newer), kind, &asked).await;
    }
}

#[tokio::test]
async fn one_connection_takes_both_ways_in_turn_and_two_requests_at_once() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let head = format!("authorization: Bearer {owner}\r\n");
    let verify = post("/v1/verify", &head, JSON, &format!("{{\"token\":\"{owner}\"}}"));
    let me = format!("GET /v1/me HTTP/1.1\r\nhost: x\r\n{head}\r\n");
    let mut stream = connect(&server).await;
    for request in [&verify, &verify, &me, &verify, &me] {
        send(&mut stream, request).await;
        let told = answer(&mut stream).await;
        assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told}");
    }
    let mut stream = connect(&server).await;
    send(&mut stream, &verify.repeat(2)).await;
    let mut both = answer(&mut stream).await;
    while both.matches("\"valid\":true").count() < 2 {
        both += &answer(&mut stream).await;
    }
    assert_eq!(both.matches("HTTP/1.1 200 OK").count(), 2, "{both}");
}

#[tokio::test]
async fn a_request_that_comes_in_pieces_is_answered() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let head = format!("authorization: Bearer {owner}\r\n");
    let verify = post("/v1/verify", &head, JSON, &format!("{{\"token\":\"{owner}\"}}"));
    let mut stream = connect(&server).await;
    stream.set_nodelay(true).unwrap();
    for piece in verify.as_bytes().chunks(7) {
        send(&mut stream, std::str::from_utf8(piece).unwrap()).await;
        tokio::task::yield_now().await;
    }
    assert!(answer(&mut stream).await.contains("\"valid\":true"));
}

#[tokio::test]
async fn after_an_answer_by_the_short_way_a_connection_is_not_kept_for_ever() {
    let server = TestServer::start_within(Limits { idle: SHORT, ..Limits::default() }).await;
    let owner = server.org("acme").await;
    let head = format!("authorization: Bearer {owner}\r\n");
    let mut stream = connect(&server).await;
    send(&mut stream, &post("/v1/verify", &head, JSON, &format!("{{\"token\":\"{owner}\"}}"))).await;
    answer(&mut stream).await;
    closed(&mut stream).await;
}
