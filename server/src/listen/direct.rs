//! The short way on a connection: requests that are small and came whole are answered straight from the bytes that were
//! read, into the bytes that are sent.
//!
//! Owns: what is small and whole, and the head of an answer. Never guesses: whatever is not exactly one request of the plainest
//! form, or is nothing that the application answers this way, is hyper's, from its first byte on and for the rest of the
//! connection. The same parser reads heads here and there, so both see the same request.

use super::{connection::is_stopping, turn::Patient};
use crate::Front;
use bytes::Bytes;
use domain::Timestamp;
use http::{HeaderName, StatusCode};
use httparse::{EMPTY_HEADER, Header, Status};
use std::{
    fmt::Write,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    task::Poll,
    time::{Duration, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    sync::watch,
};

/// The largest request that goes this way, in bytes.
const MAX_REQUEST: usize = 4 * 1024;
const MAX_HEADERS: usize = 32;

/// A request that came whole: HTTP/1.1, its body as long as its only `Content-Length` says, and nothing behind it.
pub(crate) struct Whole<'h, 'b> {
    pub(crate) method: &'b str,
    pub(crate) target: &'b str,
    pub(crate) body: &'b [u8],
    headers: &'h [Header<'b>],
}

impl<'h, 'b> Whole<'h, 'b> {
    fn read(bytes: &'b [u8], headers: &'h mut [Header<'b>; MAX_HEADERS]) -> Option<Self> {
        let mut head = httparse::Request::new(headers);
        let Ok(Status::Complete(length)) = head.parse(bytes) else { return None };
        let (method, target) = (head.method?, head.path?);
        let whole = Self { method, target, body: &bytes[length..], headers: head.headers };
        (head.version == Some(1) && whole.is_plain()).then_some(whole)
    }

    fn is_plain(&self) -> bool {
        let mut lengths = self.lines("content-length");
        let length = lengths.next().and_then(decimal).filter(|_| lengths.next().is_none());
        let keeps_alive = |value: &[u8]| value.eq_ignore_ascii_case(b"keep-alive");
        let has_host = self.lines("host").take(2).count() == 1 && self.lines("host").all(is_plain_host);
        length == Some(self.body.len())
            && has_host
            && self.lines("connection").all(keeps_alive)
            && ["transfer-encoding", "content-encoding", "expect", "upgrade"]
                .iter()
                .all(|name| self.lines(name).next().is_none())
    }

    /// What stands in all headers of this name.
    pub(crate) fn lines(&self, name: &str) -> impl Iterator<Item = &'b [u8]> {
        self.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
    }
}

/// A name or an address, with or without a port. Whatever else may stand there is hyper's to judge.
fn is_plain_host(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(byte))
}

/// Digits and nothing else.
fn decimal(text: &[u8]) -> Option<usize> {
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| is_number)?.parse().ok()
}

/// An answer, written as it is sent.
#[derive(Default)]
pub(crate) struct Reply {
    bytes: String,
    is_last: bool,
    /// The second that the date was written for.
    second: i64,
    date: String,
}

impl Reply {
    /// Begins with the status; what was written before is gone.
    pub(crate) fn begin(&mut self, status: StatusCode) {
        self.bytes.clear();
        let reason = status.canonical_reason().unwrap_or_default();
        let _ = write!(self.bytes, "HTTP/1.1 {} {reason}\r\n", status.as_str());
    }

    /// Lines that [`Reply::header`] wrote before.
    pub(crate) fn lines(&mut self, lines: &str) {
        self.bytes.push_str(lines);
    }

    /// A header, unless its value is none.
    pub(crate) fn header(&mut self, name: &HeaderName, value: &str) {
        header_line(&mut self.bytes, name, value);
    }

    /// Ends with this body, at this moment.
    pub(crate) fn end(&mut self, body: &str, now: Timestamp) {
        let second = now.millis().div_euclid(1000);
        if second != self.second || self.date.is_empty() {
            let at = UNIX_EPOCH + Duration::from_secs(second.try_into().unwrap_or_default());
            (self.second, self.date) = (second, httpdate::HttpDate::from(at).to_string());
        }
        let connection = if self.is_last { "connection: close\r\n" } else { "" };
        let (length, date) = (body.len(), &self.date);
        let _ = write!(self.bytes, "{connection}content-length: {length}\r\ndate: {date}\r\n\r\n{body}");
    }
}

impl Reply {
    /// Forgets what was sent: it may hold an access token.
    fn wipe(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes).into_bytes();
        wipe(&mut bytes);
        bytes.clear();
        // No bytes are text, so the room stays.
        self.bytes = String::from_utf8(bytes).unwrap_or_default();
    }
}

/// Overwrites what a connection that is kept open would keep.
fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

/// Appends a line of a head, unless the value is none that a header can have.
pub(crate) fn header_line(head: &mut String, name: &HeaderName, value: &str) {
    if value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        for part in [name.as_str(), ": ", value, "\r\n"] {
            head.push_str(part);
        }
    }
}

/// Answers until the peer or the server ends the connection, or until something comes that is hyper's: then that is left in
/// the socket, to be read again.
pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut Patient<S>,
    peer: SocketAddr,
    app: &Front,
    stopped: &watch::Receiver<()>,
) -> io::Result<Left> {
    let (mut buffer, mut reply) = (vec![0; MAX_REQUEST], Reply::default());
    loop {
        let length = read(socket, &mut buffer, stopped).await?;
        if length == 0 {
            return Ok(Left::Nothing);
        }
        let bytes = &buffer[..length];
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        let is_last = is_stopping(stopped);
        reply.is_last = is_last;
        let whole = Whole::read(bytes, &mut headers);
        // Of an incomplete head the rest is still due.
        let answering = whole.as_ref().map(|_| socket.begin());
        let is_answered = match whole {
            Some(request) => app.answer_directly(peer, &request, &mut reply).await,
            None => false,
        };
        if !is_answered {
            socket.read_again(Bytes::copy_from_slice(bytes));
            return Ok(Left::ToHyper);
        }
        socket.write_all(reply.bytes.as_bytes()).await?;
        socket.flush().await?;
        reply.wipe();
        wipe(&mut buffer[..length]);
        drop(answering);
        if is_last {
            socket.shutdown().await?;
            return Ok(Left::Nothing);
        }
    }
}

/// What is left to do on a connection.
pub(super) enum Left {
    Nothing,
    ToHyper,
}

/// Whatever comes next, up to what fits; nothing when the peer has ended, or the server is stopping and nothing has come.
async fn read<S: AsyncRead + Unpin>(
    socket: &mut Patient<S>,
    buffer: &mut [u8],
    stopped: &watch::Receiver<()>,
) -> io::Result<usize> {
    let mut buffer = ReadBuf::new(buffer);
    poll_fn(|cx| match Pin::new(&mut *socket).poll_read(cx, &mut buffer) {
        Poll::Ready(result) => Poll::Ready(result.map(|()| buffer.filled().len())),
        Poll::Pending if is_stopping(stopped) => Poll::Ready(Ok(0)),
        Poll::Pending => Poll::Pending,
    })
    .await
}

#[cfg(test)]
#[path = "direct_tests.rs"]
mod tests;
