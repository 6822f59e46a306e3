//! `/health/*`

use crate::support::{Reply, TestServer};
use reqwest::Method;
use serde_json::json;
use service::verify::LEASE;
use std::time::{Duration, Instant};

#[tokio::test]
async fn live_and_ready_answer_without_a_credential() {
    let server = TestServer::start().await;
    for path in ["/health/live", "/health/ready"] {
        let reply = Reply::of(server.request(Method::GET, path).send().await.unwrap()).await;
        assert_eq!(reply.status, 200, "{path}");
    }
}

#[tokio::test]
async fn without_a_database_it_is_live_but_not_ready_and_nobody_is_let_in() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    server.service.db().close().await;
    let live = Reply::of(server.request(Method::GET, "/health/live").send().await.unwrap()).await;
    let ready = Reply::of(server.request(Method::GET, "/health/ready").send().await.unwrap()).await;
    assert_eq!(live.status, 200);
    ready.assert_problem(503, "unavailable");
    assert_eq!(ready.header("retry-after"), "1");
    // The snapshot is valid for the lease, and no longer.
    let verify = async || {
        let path = "/v1/forward-auth";
        server.get(path, &token).await
    };
    let (started, mut reply) = (Instant::now(), verify().await);
    while reply.status == 200 {
        assert!(started.elapsed() < LEASE + Duration::from_millis(500));
        reply = verify().await;
    }
    reply.assert_problem(503, "unavailable");
    server.get("/v1/me", &token).await.assert_problem(503, "unavailable");
    server.post("/v1/verify", &token, &json!({ "token": token })).await.assert_problem(503, "unavailable");
    let jwks = Reply::of(server.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap()).await;
    assert_eq!(jwks.status, 200);
}
