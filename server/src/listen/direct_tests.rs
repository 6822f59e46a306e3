use super::*;

const PLAIN: &str =
    "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// Whether these bytes are a request that is answered without hyper.
fn is_whole(bytes: &str) -> bool {
    Whole::read(bytes.as_bytes(), &mut [EMPTY_HEADER; MAX_HEADERS]).is_some()
}

#[test]
fn only_one_whole_request_of_the_plainest_form_is_taken() {
    assert!(is_whole(PLAIN));
    assert!(is_whole(&PLAIN.replace("Host", "Connection: Keep-Alive\r\nHost")));
    for shorter in 0..PLAIN.len() {
        assert!(!is_whole(&PLAIN[..shorter]), "the first {shorter} bytes");
    }
    for (from, to) in [
        ("{}", "{}{"),
        ("{}", "{}GET / HTTP/1.1\r\n\r\n"),
        ("HTTP/1.1", "HTTP/1.0"),
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: 2", "Content-Length: 1"),
        ("Content-Length: 2", "Content-Length: +2"),
        ("Content-Length: 2", "Content-Length: 2, 2"),
        ("Content-Length: 2", "Content-Length: "),
        ("Content-Length: 2", "Content-Length: 99999999999999999999999"),
        ("Content-Length: 2", "Content-Length: 2\r\nContent-Length: 2"),
        ("Content-Length: 2", "Content-Length: 2\r\ncontent-length: 3"),
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
        ("Content-Length: 2", "Content-Length: 2\r\nTransfer-Encoding: chunked"),
        ("Content-Length: 2", "Content-Length: 2\r\nTransfer-Encoding: identity"),
        ("Host: x\r\n", ""),
        ("Host: x", "Host: x\r\nhost: x"),
        ("Host: x", "Host: a b"),
        ("Host: x", "Host: a@b"),
        ("Host: x", "Host: "),
        ("Host: x", "Host: x\r\nExpect: 100-continue"),
        ("Host: x", "Host: x\r\nContent-Encoding: gzip"),
        ("Host: x", "Host: x\r\nConnection: close"),
        ("Host: x", "Host: x\r\nConnection: keep-alive, upgrade"),
        ("Host: x", "Host: x\r\nUpgrade: h2c"),
        ("Host: x", "Ho st: x"),
        ("Host: x", "Host: x\r\n folded"),
    ] {
        let bytes = PLAIN.replace(from, to);
        assert!(!is_whole(&bytes), "{bytes}");
    }
}

#[test]
fn more_headers_than_usual_are_for_hyper() {
    let more = |count: usize| PLAIN.replace("Host: x\r\n", &format!("Host: x\r\n{}", "X-More: x\r\n".repeat(count)));
    assert!(is_whole(&more(MAX_HEADERS - 3)));
    assert!(!is_whole(&more(MAX_HEADERS - 2)));
}

#[test]
fn a_value_that_no_header_can_have_is_left_out() {
    let mut head = String::new();
    for value in ["good", "bad\r\nset-cookie: x", "b\u{e4}d", "bad\u{7f}"] {
        header_line(&mut head, &HeaderName::from_static("x-name"), value);
    }
    assert_eq!(head, "x-name: good\r\n");
}

#[test]
fn an_answer_says_its_length_and_moment_and_when_it_is_the_last() {
    let mut reply = Reply::default();
    for (is_last, close) in [(false, ""), (true, "connection: close\r\n")] {
        reply.is_last = is_last;
        reply.begin(StatusCode::NOT_FOUND);
        reply.end("{\u{e4}}", Timestamp::from_millis(784_111_777_999));
        let head = format!(
            "HTTP/1.1 404 Not Found\r\n{close}content-length: 4\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
        );
        assert_eq!(reply.bytes, head + "{\u{e4}}");
    }
}
