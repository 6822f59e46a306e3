//! Whose turn it is on a connection, and until when.
//!
//! Owns: ending connections whose peer is silent, slow or takes nothing. hyper has a time limit for heads, but the same
//! one for waiting between requests, where much more patience is right; so that one is not used. Sits above TLS.

use super::Limits;
use bytes::Bytes;
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

#[derive(Debug)]
enum State {
    /// The peer may send a request, or not.
    Idle { until: Instant },
    /// The peer has to finish the head of a request.
    Head { until: Instant },
    /// A request is being answered.
    Ours,
}

/// Whose turn it is. Shared by the socket and the requests of a connection.
#[derive(Clone)]
pub(super) struct Turn {
    state: Arc<Mutex<State>>,
    limits: Limits,
}

impl Turn {
    /// A new connection, from which the head of a request is due.
    pub(super) fn new(limits: Limits) -> Self {
        let state = State::Head { until: Instant::now() + limits.head };
        Self { state: Arc::new(Mutex::new(state)), limits }
    }

    /// A request is there: until what this returns is dropped, the peer may be silent.
    pub(super) fn begin(&self) -> Answering {
        *self.state() = State::Ours;
        Answering(self.clone())
    }

    /// Bytes have come: if they are the first of a request, the others are due.
    fn received(&self) {
        let mut state = self.state();
        if let State::Idle { .. } = *state {
            *state = State::Head { until: Instant::now() + self.limits.head };
        }
    }

    /// Until when bytes have to come, if it is the peer's turn.
    fn deadline(&self) -> Option<Instant> {
        match *self.state() {
            State::Idle { until } | State::Head { until } => Some(until),
            State::Ours => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
pub(super) struct Answering(Turn);

impl Drop for Answering {
    fn drop(&mut self) {
        *self.0.state() = State::Idle { until: Instant::now() + self.0.limits.idle };
    }
}

/// A stream that fails with `TimedOut` when its peer lets its turn pass.
pub(super) struct Patient<S> {
    stream: S,
    /// What was read before and is to be read again.
    again: Bytes,
    turn: Turn,
    /// Never ends after the peer's time, and may end before: then it is set again. So the usual request sets none.
    silence: Pin<Box<Sleep>>,
    /// There while the peer takes nothing.
    stall: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, turn: Turn) -> Self {
        Self {
            stream,
            again: Bytes::new(),
            silence: Box::pin(sleep(turn.limits.head.min(turn.limits.idle))),
            turn,
            stall: None,
        }
    }

    /// Gives what was read from it once more.
    pub(super) fn read_again(&mut self, bytes: Bytes) {
        self.again = bytes;
    }

    /// A request was answered: the peer may send the next, or not.
    pub(super) fn rest(&self) {
        drop(self.turn.begin());
    }

    /// Is over when the peer's time is.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            // While we answer, nothing is due; and what will be is not before this.
            if let Some(deadline) = self.turn.deadline().filter(|deadline| *deadline < self.silence.deadline()) {
                self.silence.as_mut().reset(deadline);
            }
            if self.silence.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            let latest = now + self.turn.limits.idle;
            let deadline = self.turn.deadline().unwrap_or(latest);
            if deadline <= now {
                return Poll::Ready(());
            }
            self.silence.as_mut().reset(deadline.min(latest));
        }
    }

    fn wrote<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stall = None;
            return result;
        }
        let patience = self.turn.limits.write;
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(patience)));
        stall.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.again.is_empty() {
            let part = this.again.split_to(this.again.len().min(buf.remaining()));
            buf.put_slice(&part);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(cx, buf) {
            if buf.filled().len() > before {
                this.turn.received();
            }
            return Poll::Ready(result);
        }
        this.wait(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.wrote(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        self.wrote(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.wrote(cx, result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(60);

    /// Whether the peer has about so much time from now.
    fn has(turn: &Turn, time: Duration) -> bool {
        let left = turn.deadline().unwrap() - Instant::now();
        left <= time && left > time - SOON
    }

    #[tokio::test]
    async fn a_head_is_waited_for_shortly_and_a_next_request_for_long() {
        let limits = Limits { head: 10 * SOON, idle: 20 * SOON, ..Limits::default() };
        let turn = Turn::new(limits);
        assert!(has(&turn, limits.head), "the first head is due at once");
        turn.received();
        let answering = turn.begin();
        assert!(turn.deadline().is_none(), "while we answer, the peer may be silent");
        turn.received();
        assert!(turn.deadline().is_none(), "and may already send the next");
        drop(answering);
        assert!(has(&turn, limits.idle));
        turn.received();
        assert!(has(&turn, limits.head), "who begins has to go on");
        let due = turn.deadline();
        turn.received();
        assert_eq!(turn.deadline(), due, "and gets no more time by sending drops");
    }
}
