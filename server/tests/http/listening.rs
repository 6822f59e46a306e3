//! Connections: time limits, the maximum number, and how they end.

use crate::{
    support::TestServer,
    wire::{Listening, SHORT, answer, ask, closed, patient, send, soon},
};
use server::listen::Limits;
use std::{sync::atomic::Ordering::SeqCst, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

#[tokio::test]
async fn handlers_learn_the_address_of_the_peer() {
    let server = Listening::start(patient(), None).await;
    let mut stream = server.connect().await;
    let peer = stream.local_addr().unwrap().to_string();
    for _ in 0..2 {
        assert!(ask(&mut stream, "/peer").await.ends_with(&peer));
    }
}

#[tokio::test]
async fn a_connection_that_never_sends_a_byte_is_closed() {
    let server = Listening::start(Limits { head: SHORT, ..patient() }, None).await;
    closed(&mut server.connect().await).await;
}

#[tokio::test]
async fn a_connection_that_sends_half_a_head_is_closed() {
    let server = Listening::start(Limits { head: SHORT, ..patient() }, None).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /peer HTTP/1.1\r\nhost: loc").await;
    closed(&mut stream).await;
}

#[tokio::test]
async fn a_head_that_comes_drop_by_drop_is_not_waited_for_any_longer() {
    let server = Listening::start(Limits { head: SHORT, ..patient() }, None).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /peer HTTP/1.1\r\nhost: localhost\r\n").await;
    let drops = async {
        // Sends one byte every few milliseconds, so the connection is never idle.
        while let Err(_still_open) = timeout(Duration::from_millis(5), stream.read_u8()).await {
            if stream.write_all(b"x").await.is_err() {
                return;
            }
        }
    };
    soon(drops).await;
}

#[tokio::test]
async fn a_connection_without_another_request_is_closed() {
    let server = Listening::start(Limits { idle: SHORT, ..patient() }, None).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/peer").await;
    closed(&mut stream).await;
}

#[tokio::test]
async fn the_second_head_has_to_come_as_fast_as_the_first() {
    let server = Listening::start(Limits { head: Duration::from_secs(1), ..patient() }, None).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/peer").await;
    send(&mut stream, "GET /peer").await;
    closed(&mut stream).await;
}

#[tokio::test]
async fn whoever_waits_for_an_answer_may_be_silent() {
    let server = Listening::start(Limits { head: Duration::from_secs(1), idle: SHORT, ..patient() }, None).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /hold HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let desk = &server.desk;
    soon(desk.entered.acquire()).await.unwrap().forget();
    // Meanwhile other connections reach both limits.
    let mut idle = server.connect().await;
    ask(&mut idle, "/peer").await;
    closed(&mut idle).await;
    closed(&mut server.connect().await).await;
    desk.leave.add_permits(1);
    assert!(answer(&mut stream).await.ends_with("held"));
}

#[tokio::test]
async fn a_body_that_does_not_come_whole_is_refused_and_the_connection_closed() {
    let server = TestServer::start_within(Limits { body: SHORT, ..Limits::default() }).await;
    let token = server.org("acme").await;
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /v1/me/tokens HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"name\":"
    );
    send(&mut stream, &head).await;
    let refusal = answer(&mut stream).await;
    assert!(refusal.starts_with("HTTP/1.1 408 ") && refusal.contains("application/problem+json"), "{refusal}");
    assert!(refusal.contains("body_incomplete"), "{refusal}");
    closed(&mut stream).await;
}

#[tokio::test]
async fn a_request_that_comes_in_pieces_and_two_at_once_are_answered() {
    let server = TestServer::start().await;
    let token = server.org("acme").await;
    let body = format!("{{\"token\":\"{token}\"}}");
    let verify = format!(
        "POST /v1/verify HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in verify.as_bytes().chunks(7) {
        send(&mut stream, std::str::from_utf8(piece).unwrap()).await;
        tokio::task::yield_now().await;
    }
    assert!(answer(&mut stream).await.contains("\"valid\":true"));
    send(&mut stream, &verify.repeat(2)).await;
    let mut both = answer(&mut stream).await;
    while both.matches("\"valid\":true").count() < 2 {
        both += &answer(&mut stream).await;
    }
    assert_eq!(both.matches("HTTP/1.1 200 OK").count(), 2, "{both}");
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let server = Listening::start(Limits { write: SHORT, ..patient() }, None).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    soon(server.desk.given_up.acquire()).await.unwrap().forget();
}

#[tokio::test]
async fn a_head_of_more_than_128_kib_is_refused() {
    let server = Listening::start(patient(), None).await;
    let long = |bytes: usize| format!("/peer HTTP/1.1\r\nhost: localhost\r\nx-long: {}", "x".repeat(bytes));
    let mut stream = server.connect().await;
    send(&mut stream, &format!("GET {}\r\n\r\n", long(130_000))).await;
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
    send(&mut stream, &format!("GET {}\r\n\r\n", long(132_000))).await;
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 431 "));
    closed(&mut stream).await;
}

#[tokio::test]
async fn no_more_connections_than_allowed_are_served_at_the_same_time_and_the_others_wait() {
    const ALLOWED: usize = 2;
    const ALL: usize = 6;
    let server = Listening::start(Limits { connections: ALLOWED, ..patient() }, None).await;
    let mut streams = Vec::new();
    for _ in 0..ALL {
        let mut stream = server.connect().await;
        send(&mut stream, "GET /hold HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        streams.push(stream);
    }
    for _ in 0..ALL {
        soon(server.desk.entered.acquire()).await.unwrap().forget();
        server.desk.leave.add_permits(1);
    }
    for stream in &mut streams {
        assert!(answer(stream).await.ends_with("held"));
    }
    assert!(server.desk.most.load(SeqCst) <= ALLOWED);
}

#[tokio::test]
async fn whoever_holds_all_connections_keeps_nobody_else_out() {
    const ALLOWED: usize = 20;
    let server = Listening::start(Limits { connections: ALLOWED, ..patient() }, None).await;
    let from = async |address: &str| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        socket.connect(server.address).await.unwrap()
    };
    let mut held = Vec::new();
    for _ in 0..ALLOWED {
        let mut stream = from("127.0.0.9").await;
        ask(&mut stream, "/peer").await;
        held.push(stream);
    }
    let mut other = from("127.0.0.3").await;
    assert!(ask(&mut other, "/peer").await.contains("127.0.0.3"));
    closed(&mut held[0]).await;
    assert!(ask(&mut held[1], "/peer").await.contains("127.0.0.9"), "only the one that waited longest gave way");
    // Connections that send nothing do not help either.
    for _ in 0..2 * ALLOWED {
        held.push(from("127.0.0.9").await);
    }
    assert!(ask(&mut from("127.0.0.4").await, "/peer").await.contains("127.0.0.4"));
}

/// Asserts that a new connection gets a response while a peer holds all connections with requests that it never
/// finishes. The peer runs `more` repeatedly.
async fn a_newcomer_is_answered(request: &str, more: impl AsyncFn(&mut TcpStream)) {
    const ALLOWED: usize = 20;
    let server = Listening::start(Limits { connections: ALLOWED, ..patient() }, None).await;
    let mut held = Vec::new();
    for _ in 0..ALLOWED {
        let mut stream = server.connect().await;
        send(&mut stream, request).await;
        held.push(stream);
    }
    let newcomer = async {
        let mut stream = server.connect().await;
        ask(&mut stream, "/peer").await
    };
    let attack = async {
        loop {
            for stream in &mut held {
                more(stream).await;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        reply = newcomer => assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}"),
        () = attack => {}
    }
}

#[tokio::test]
async fn whoever_sends_bodies_slowly_on_all_connections_keeps_nobody_else_out() {
    for length in ["content-length: 100000000", "transfer-encoding: chunked"] {
        let request = format!("POST /body HTTP/1.1\r\nhost: localhost\r\n{length}\r\n\r\n");
        a_newcomer_is_answered(&request, async |stream| {
            let chunk = if length.contains("chunked") { "1\r\nx\r\n" } else { "x" };
            let _gave_way = stream.write_all(chunk.as_bytes()).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_takes_answers_slowly_on_all_connections_keeps_nobody_else_out() {
    a_newcomer_is_answered("GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n", async |stream| {
        let _gave_way = timeout(Duration::from_millis(1), stream.read(&mut [0; 65536])).await;
    })
    .await;
}

#[tokio::test]
async fn stopping_finishes_the_request_under_way_and_lets_nobody_else_in() {
    let server = Listening::start(patient(), None).await;
    let (mut silent, mut idle, mut busy) = (server.connect().await, server.connect().await, server.connect().await);
    ask(&mut idle, "/peer").await;
    send(&mut busy, "GET /hold HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    soon(server.desk.entered.acquire()).await.unwrap().forget();
    let (desk, address) = (server.desk.clone(), server.address);

    let stopping = server.stop();
    closed(&mut idle).await;
    closed(&mut silent).await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody else comes in");
    desk.leave.add_permits(1);
    let reply = answer(&mut busy).await;
    assert!(reply.ends_with("held") && reply.contains("connection: close"), "{reply}");
    closed(&mut busy).await;
    stopping.ended().await;
}

#[tokio::test]
async fn stopping_waits_only_so_long() {
    let server = Listening::start(Limits { drain: SHORT, ..patient() }, None).await;
    let mut busy = server.connect().await;
    send(&mut busy, "GET /hold HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    soon(server.desk.entered.acquire()).await.unwrap().forget();
    server.stop().ended().await;
    closed(&mut busy).await;
}
