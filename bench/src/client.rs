//! A persistent connection for the work that wrk cannot do: one request after another, each with its time and answer.

use crate::Outcome;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    authorization: String,
}

impl Client {
    /// Connects, and sends `authorization` as a bearer token with each request.
    pub(crate) fn connect(port: u16, authorization: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Self { stream: BufReader::new(stream), authorization: authorization.to_owned() })
    }

    /// Posts JSON. Returns the status and the body.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> Outcome<(u16, String)> {
        self.send("POST", path, body)
    }

    pub(crate) fn get(&mut self, path: &str) -> Outcome<(u16, String)> {
        self.send("GET", path, "")
    }

    pub(crate) fn patch(&mut self, path: &str, body: &str) -> Outcome<(u16, String)> {
        self.send("PATCH", path, body)
    }

    /// Whether `/v1/verify` says that this token is valid. 503 counts as not valid, and any other failure is an error.
    pub(crate) fn is_valid(&mut self, token: &str) -> Outcome<bool> {
        match self.post("/v1/verify", &format!("{{\"token\":\"{token}\"}}"))? {
            (200, body) => Ok(body.contains("\"valid\":true")),
            (503, _) => Ok(false),
            (status, body) => Err(format!("verifying was answered {status}: {body}").into()),
        }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Outcome<(u16, String)> {
        let (authorization, length) = (&self.authorization, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {authorization}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no HTTP answer")?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, String::from_utf8(body)?))
    }
}
