//! The HTTP framing requirements, on routes of every kind.

use crate::{
    oauth::OAuth,
    support::{Reply, TestServer},
    wire::{answer, closed, send},
};
use reqwest::Method;
use serde_json::json;
use server::{Gate, table};
use tokio::net::TcpStream;

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap()
}

/// One address of each kind: the API, OAuth, a page, a form, and an unknown path.
const EVERYWHERE: [(&str, &str); 6] = [
    ("POST", "/v1/verify"),
    ("POST", "/oauth/token"),
    ("GET", "/v1/me"),
    ("GET", "/sign-in"),
    ("POST", "/_fn/sign-in"),
    ("GET", "/nowhere"),
];

#[tokio::test]
async fn rfc_9112_3_2_a_request_has_exactly_one_host() {
    let server = TestServer::start().await;
    for (method, path) in EVERYWHERE {
        for hosts in
            ["", "host:\r\n", "host: a\r\nhost: a\r\n", "host: a\r\nHost: b\r\n", "host: a b\r\n", "host: u@a\r\n"]
        {
            let mut stream = connect(&server).await;
            send(&mut stream, &format!("{method} {path} HTTP/1.1\r\n{hosts}content-length: 0\r\n\r\n")).await;
            let told = answer(&mut stream).await;
            assert!(told.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{method} {path} {hosts} {told}");
            assert!(told.contains("application/problem+json") && told.contains("x-request-id: "), "{told}");
            closed(&mut stream).await;
        }
        for hosts in ["host: a\r\nhost: a\r\n", "host: a\r\nHost: b\r\n", "host: u@a\r\n"] {
            let mut stream = connect(&server).await;
            send(&mut stream, &format!("{method} {path} HTTP/1.0\r\n{hosts}content-length: 0\r\n\r\n")).await;
            let told = answer(&mut stream).await;
            assert!(told.contains(" 400 Bad Request\r\n"), "{method} {path} {hosts} {told}");
            closed(&mut stream).await;
        }
        for (version, hosts) in [("1.1", "host: a:1\r\n"), ("1.1", "host: [::1]\r\n"), ("1.0", "")] {
            let mut stream = connect(&server).await;
            send(&mut stream, &format!("{method} {path} HTTP/{version}\r\n{hosts}content-length: 0\r\n\r\n")).await;
            let told = answer(&mut stream).await;
            assert!(!told.contains("exactly one Host"), "{method} {path} {version} {hosts} {told}");
        }
    }
}

#[tokio::test]
async fn rfc_9112_3_2_a_target_has_a_path() {
    let server = TestServer::start().await;
    for target in ["x", "localhost:4120", "a:b", "*"] {
        for method in ["GET", "POST"] {
            let mut stream = connect(&server).await;
            send(&mut stream, &format!("{method} {target} HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n")).await;
            let told = answer(&mut stream).await;
            assert!(told.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{method} {target} {told}");
            closed(&mut stream).await;
        }
    }
    for (method, target, status) in
        [("OPTIONS", "*", 204), ("GET", "/health/live", 200), ("GET", "http://a/health/live", 200)]
    {
        let mut stream = connect(&server).await;
        send(&mut stream, &format!("{method} {target} HTTP/1.1\r\nhost: a\r\n\r\n")).await;
        let told = answer(&mut stream).await;
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{method} {target} {told}");
    }
}

#[tokio::test]
async fn rfc_9112_7_1_a_malformed_chunk_size_is_refused() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    for path in ["/v1/verify", "/v1/orgs/acme/api-keys"] {
        for size in ["0x2", "g", "fffffffffffffffff"] {
            let mut stream = connect(&server).await;
            let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {owner}\r\n");
            let body =
                format!("content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n");
            send(&mut stream, &format!("{head}{body}0\r\n\r\n")).await;
            let told = answer(&mut stream).await;
            assert!(told.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{path} {size} {told}");
        }
    }
}

#[tokio::test]
async fn json_and_forms_are_utf_8() {
    let oauth = OAuth::start().await;
    let (server, client) = (&oauth.server, &oauth.client);
    let (verifier, _) = server.api_key(&oauth.owner, "acme", &["keys:verify"]).await;
    let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", client.id, client.secret);
    for (charset, is_known) in [
        ("", true),
        (";", true),
        ("; charset=utf-8", true),
        (";Charset=\"UTF-8\"", true),
        ("; charset=utf-16", false),
        ("; x=y; charset=iso-8859-1", false),
        ("; charset=", false),
    ] {
        let request = server.request(Method::POST, "/v1/verify").bearer_auth(&verifier);
        let request = request.header("content-type", format!("application/json{charset}"));
        let reply = Reply::of(request.body("{\"token\":\"x\"}").send().await.unwrap()).await;
        let request = server.request(Method::POST, "/oauth/token");
        let request = request.header("content-type", format!("application/x-www-form-urlencoded{charset}"));
        let token = Reply::of(request.body(form.clone()).send().await.unwrap()).await;
        if is_known {
            assert_eq!((reply.status.as_u16(), token.status.as_u16()), (200, 200), "{charset} {}", token.body);
        } else {
            reply.assert_problem(415, "unsupported_media_type");
            token.assert_oauth_error(415, "invalid_request");
        }
    }
}

#[tokio::test]
async fn rfc_9112_6_1_a_transfer_coding_that_is_not_understood_is_refused() {
    let server = TestServer::start().await;
    for (method, path) in EVERYWHERE {
        for codings in ["gzip, chunked", "chunked, chunked", "gzip\r\ntransfer-encoding: chunked", "identity, chunked"]
        {
            let mut stream = connect(&server).await;
            let head = format!("{method} {path} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: {codings}\r\n\r\n0\r\n\r\n");
            send(&mut stream, &head).await;
            let told = answer(&mut stream).await;
            let is_refused = ["HTTP/1.1 501 ", "HTTP/1.1 400 "].iter().any(|status| told.starts_with(status));
            assert!(is_refused, "{method} {path} {codings} {told}");
            closed(&mut stream).await;
        }
        let mut stream = connect(&server).await;
        let head = format!("{method} {path} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n");
        send(&mut stream, &head).await;
        assert!(!answer(&mut stream).await.contains("transfer_coding_unknown"), "{method} {path}");
    }
}

#[tokio::test]
async fn rfc_9110_15_5_16_an_encoded_body_is_refused_on_every_route() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    // A proxy forwards the headers of the original request, but not its body.
    let asked = server.request(Method::POST, "/v1/forward-auth?org=acme").bearer_auth(&owner);
    let asked = asked.header("content-encoding", "gzip").header("content-length", "0");
    assert_eq!(asked.send().await.unwrap().status(), 200);
    let takes_body = |method: &Method| [Method::POST, Method::PUT, Method::PATCH].contains(method);
    for route in table().into_iter().filter(|route| takes_body(&route.method)) {
        let path = route.path.replace("{org}", "acme").replace("{id}", "x");
        for coding in ["gzip", "br", "identity, gzip", "x-unknown"] {
            let request = server.request(route.method.clone(), &path).bearer_auth(&owner);
            let request = request.header("content-encoding", coding).header("content-type", "application/json");
            let reply = Reply::of(request.body("{}").send().await.unwrap()).await;
            assert_eq!(reply.status, 415, "{} {path} {coding} {}", route.method, reply.body);
            assert_eq!(reply.header("accept-encoding"), "identity");
            match route.gate {
                Gate::Client => reply.assert_oauth_error(415, "invalid_request"),
                _ => reply.assert_problem(415, "unsupported_media_type"),
            }
        }
        let request = server.request(route.method.clone(), &path).bearer_auth(&owner).json(&json!({}));
        for coding in ["Identity", ""] {
            let request = request.try_clone().unwrap().header("content-encoding", coding);
            let plain = Reply::of(request.send().await.unwrap()).await;
            assert!(route.gate == Gate::Client || plain.status != 415, "{} {path} {}", route.method, plain.body);
        }
    }
}

#[tokio::test]
async fn rfc_9110_15_5_2_every_401_has_a_challenge() {
    let oauth = OAuth::start().await;
    let server = &oauth.server;
    let mut seen = 0;
    for route in table().into_iter().filter(|route| route.gate != Gate::Public) {
        let path = route.path.replace("{org}", "acme").replace("{id}", "x").replace("{*path}", "x");
        let form = [("grant_type", "client_credentials"), ("token", "x")];
        let request = || server.request(route.method.clone(), &path);
        let wrong = [("client_id", oauth.client.id.as_str()), ("client_secret", "wrong"), form[0], form[1]];
        let assertion = [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", "x.y.z"),
            form[0],
            form[1],
        ];
        for request in [
            request().form(&form),
            request().form(&wrong),
            request().form(&assertion),
            request().form(&form).bearer_auth("nothing"),
            request().form(&form).basic_auth("x", Some("nothing")),
            request().form(&form).header("x-api-key", "nothing"),
            request().form(&form).header("authorization", "Digest x"),
        ] {
            let reply = Reply::of(request.send().await.unwrap()).await;
            if reply.status == 401 {
                seen += 1;
                let challenge = reply.header("www-authenticate");
                let is_one = ["Basic realm=", "Bearer realm="].iter().any(|scheme| challenge.starts_with(scheme));
                assert!(is_one, "{} {path} {challenge:?} {}", route.method, reply.body);
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[tokio::test]
async fn what_is_not_there_is_not_there_for_credentials_either() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    for path in ["/v2/me", "/v1/", "/V1/me", "//v1/me", "/health", "/metrics", "/v1/nothing", "/nowhere"] {
        let bare = Reply::of(server.request(Method::GET, path).send().await.unwrap()).await;
        let with = server.get(path, &owner).await;
        let key = Reply::of(server.request(Method::GET, path).header("x-api-key", &owner).send().await.unwrap()).await;
        assert_eq!((bare.status.as_u16(), with.status.as_u16(), key.status.as_u16()), (404, 404, 404), "{path}");
    }
}

#[tokio::test]
async fn an_empty_header_is_none_and_every_door_reads_a_token_alike() {
    let oauth = OAuth::start().await;
    let (server, client) = (&oauth.server, &oauth.client);
    let in_body = [("client_id", client.id.as_str()), ("client_secret", &client.secret)];
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        let form = [("grant_type", "client_credentials"), ("token", "x"), in_body[0], in_body[1]];
        let request = server.request(Method::POST, path).header("authorization", "").form(&form);
        assert_eq!(request.send().await.unwrap().status(), 200, "{path}");
    }
    let (verifier, _) = server.api_key(&oauth.owner, "acme", &["keys:verify", "credentials:read"]).await;
    for form in ["{}", " {}", "{}\n", "\t{}\r\n", "secret-token:{}", " secret-token:{} "] {
        let (token, id) = server.api_key(&oauth.owner, "acme", &[]).await;
        let written = form.replace("{}", &token);
        let verified = server.post("/v1/verify", &verifier, &json!({ "token": written })).await;
        assert_eq!(verified.text("/credential_id"), id, "{form:?}");
        let found = server.post("/v1/orgs/acme/credentials/find", &verifier, &json!({ "token": written })).await;
        assert_eq!(found.text("/id"), id, "{form:?}");
        let introspected = oauth.introspect(client, &written).await;
        assert_eq!(introspected["credential_id"], json!(id), "{form:?}");
        let line = written.trim().to_owned();
        for name in ["x-api-key", "authorization"] {
            let value = if name == "authorization" { format!("Bearer  {line}") } else { line.clone() };
            let me = server.request(Method::GET, "/v1/me").header(name, value).send().await.unwrap();
            assert_eq!(me.status(), 200, "{name} {form:?}");
        }
        let raw = server.request(Method::GET, "/v1/forward-auth?org=acme&raw=1").header("authorization", &line);
        assert_eq!(raw.header("x-api-key", "").send().await.unwrap().status(), 200, "{form:?}");
        let revoked = oauth.post("/oauth/revoke", Some(client), &[("token", &written)]).await;
        assert_eq!(revoked.status, 200, "{}", revoked.body);
    }
}

#[tokio::test]
async fn a_raw_credential_counts_once() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let ask = || server.request(Method::GET, "/v1/forward-auth?org=acme&raw=1");
    let bearer = format!("Bearer {owner}");
    for (headers, status) in [
        (vec![("authorization", owner.as_str())], 200),
        (vec![("authorization", &owner), ("authorization", &bearer)], 401),
        (vec![("authorization", &owner), ("authorization", &owner)], 401),
        (vec![("authorization", &owner), ("x-api-key", &owner)], 401),
        (vec![("authorization", &owner), ("authorization", "")], 200),
        (vec![("authorization", ""), ("x-api-key", &owner)], 200),
    ] {
        let request = headers.iter().fold(ask(), |request, (name, value)| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), status, "{headers:?}");
    }
}

#[tokio::test]
async fn pages_answer_alike_whatever_the_client_accepts() {
    let server = TestServer::start().await;
    let owner = server.org("acme").await;
    let invited = json!({ "email": "ada@x.test", "role": "viewer" });
    let link = server.post("/v1/orgs/acme/invitations", &owner, &invited).await.text("/link");
    let link = link.strip_prefix(&server.base).unwrap().to_owned();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for accept in [None, Some("*/*"), Some("text/html"), Some("application/json")] {
        let get = async |path: &str| {
            let request = client.get(format!("{}{path}", server.base));
            let request = accept.iter().fold(request, |request, accept| request.header("accept", *accept));
            Reply::of(request.send().await.unwrap()).await
        };
        for path in ["/docs", "/docs/verdicts", "/docs/configuration", "/sign-in", link.as_str(), link.as_str()] {
            let page = get(path).await;
            assert_eq!((page.status.as_u16(), page.location()), (200, ""), "{path} {accept:?}");
            assert!(page.body.contains("</html>"), "{path} {accept:?}");
        }
        for (path, next) in [
            ("/settings/tokens", "/settings/tokens"),
            ("/orgs/acme/members?q=ada", "/orgs/acme/members%3Fq%3Dada"),
            ("/settings/sessions", "/settings/sessions"),
        ] {
            let page = get(path).await;
            assert_eq!((page.status.as_u16(), page.location()), (302, &*format!("/sign-in?next={next}")), "{accept:?}");
        }
    }
}

#[tokio::test]
async fn a_429_says_what_the_limit_is() {
    let oauth = OAuth::start().await;
    let server = &oauth.server;
    let limited =
        json!({ "name": "busy", "scopes": ["keys:verify"], "rate_limit": { "limit": 1, "window_seconds": 60 } });
    let key = server.post("/v1/orgs/acme/api-keys", &oauth.owner, &limited).await.text("/token");
    assert_eq!(server.get("/v1/me", &key).await.status, 200);
    let verify = server.post("/v1/verify", &key, &json!({ "token": "x" })).await;
    let form = [("token", "x")];
    let introspect = server.request(Method::POST, "/oauth/introspect").bearer_auth(&key).form(&form);
    for reply in [server.get("/v1/me", &key).await, verify, Reply::of(introspect.send().await.unwrap()).await] {
        assert_eq!(reply.status, 429, "{}", reply.body);
        let wait: u32 = reply.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(reply.header("ratelimit").starts_with("\"default\";r=0;t="), "{:?}", reply.headers);
        assert_eq!(reply.header("ratelimit-policy"), "\"default\";q=1;w=60");
    }
    let spent = json!({ "name": "spent", "scopes": [], "quota": { "limit": 1, "period": "day" } });
    let key = server.post("/v1/orgs/acme/api-keys", &oauth.owner, &spent).await.text("/token");
    assert_eq!(server.get("/v1/me", &key).await.status, 200);
    let reply = server.get("/v1/me", &key).await;
    reply.assert_problem(429, "quota_exceeded");
    assert!(reply.header("ratelimit").contains("\"quota\";r=0;t="), "{:?}", reply.headers);
}
