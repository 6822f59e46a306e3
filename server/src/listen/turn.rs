//! Whose turn it is on a connection, and until when.
//!
//! Ends connections whose peer is silent, is slow or takes nothing, and those that have to give way to others. hyper has a
//! time limit for heads, but uses it between requests too, where the server waits longer; so it is not used. Sits above
//! TLS.

use super::Limits;
use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
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
    /// A request is being answered, and its peer has to send more of it or to take the answer.
    Stalled,
}

/// What a connection that waits for its peer would lose by ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loss {
    /// A request, which the peer has begun.
    Request,
    /// Nothing.
    Nothing,
}

/// Whoever waits until a connection ends or becomes idle. Told only while there is somebody.
#[derive(Default)]
pub(super) struct Crowd {
    is_there: AtomicBool,
    news: Notify,
}

impl Crowd {
    /// Completes when a connection has ended or become idle after this call.
    pub(super) fn listen(&self) -> impl Future<Output = ()> {
        self.is_there.store(true, Ordering::SeqCst);
        self.news.notified()
    }

    pub(super) fn leave(&self) {
        self.is_there.store(false, Ordering::SeqCst);
    }

    pub(super) fn tell(&self) {
        if self.is_there.load(Ordering::SeqCst) {
            self.news.notify_waiters();
        }
    }
}

struct Turning {
    state: State,
    /// Since when it has been the peer's turn. During a request: since it was waited for the first time, so that sending
    /// or taking a little now and then gains nothing.
    since: Instant,
    has_stalled: bool,
    has_given_way: bool,
    /// Who waits for bytes, and has to hear that the connection gives way.
    waiting: Option<Waker>,
}

/// Whose turn it is. Shared by the socket and the requests of a connection.
#[derive(Clone)]
pub(super) struct Turn {
    turning: Arc<Mutex<Turning>>,
    limits: Limits,
    crowd: Arc<Crowd>,
}

impl Turn {
    /// A new connection, from which the head of a request is due.
    pub(super) fn new(limits: Limits, crowd: Arc<Crowd>) -> Self {
        let since = Instant::now();
        let state = State::Head { until: since + limits.head };
        let turning = Turning { state, since, has_stalled: false, has_given_way: false, waiting: None };
        Self { turning: Arc::new(Mutex::new(turning)), limits, crowd }
    }

    /// From now on the first head is due.
    pub(super) fn expect_head(&self) {
        let mut turning = self.turning();
        turning.since = Instant::now();
        turning.state = State::Head { until: turning.since + self.limits.head };
    }

    /// A request is there: until what this returns is dropped, the peer may be silent.
    pub(super) fn begin(&self) -> Answering {
        let mut turning = self.turning();
        turning.state = State::Ours;
        turning.has_stalled = false;
        drop(turning);
        Answering(self.clone())
    }

    /// The request under way needs its peer: until [`Turn::go_on`], the connection can give way.
    pub(super) fn stall(&self) {
        let mut turning = self.turning();
        if !matches!(turning.state, State::Ours) {
            return;
        }
        turning.state = State::Stalled;
        if !turning.has_stalled {
            turning.has_stalled = true;
            turning.since = Instant::now();
        }
        drop(turning);
        self.crowd.tell();
    }

    /// The peer has sent or taken something.
    pub(super) fn go_on(&self) {
        let mut turning = self.turning();
        if matches!(turning.state, State::Stalled) && !turning.has_given_way {
            turning.state = State::Ours;
        }
    }

    /// Bytes have come: if they are the first of a request, the others are due.
    fn received(&self) {
        let mut turning = self.turning();
        if let State::Idle { .. } = turning.state {
            turning.since = Instant::now();
            turning.state = State::Head { until: turning.since + self.limits.head };
        }
    }

    /// Until when bytes have to come, if it is the peer's turn.
    fn deadline(&self) -> Option<Instant> {
        let turning = self.turning();
        match turning.state {
            State::Idle { until } | State::Head { until } => Some(until),
            State::Ours | State::Stalled => None,
        }
    }

    /// Since when the server waits for the peer, and what ending would lose; none while it answers, and once the
    /// connection gives way.
    pub(super) fn waiting_since(&self) -> Option<(Instant, Loss)> {
        let turning = self.turning();
        let loss = match turning.state {
            _ if turning.has_given_way => return None,
            State::Ours => return None,
            State::Idle { .. } | State::Head { .. } => Loss::Nothing,
            State::Stalled => Loss::Request,
        };
        Some((turning.since, loss))
    }

    /// Whether the connection gives way and its task has not ended yet; not while it still answers a request.
    pub(super) fn is_leaving(&self) -> bool {
        let turning = self.turning();
        turning.has_given_way && !matches!(turning.state, State::Ours)
    }

    /// Ends the connection if it is the peer's turn; whether it is.
    pub(super) fn give_way(&self) -> bool {
        let mut turning = self.turning();
        if turning.has_given_way || matches!(turning.state, State::Ours) {
            return false;
        }
        turning.has_given_way = true;
        let waiting = turning.waiting.take();
        drop(turning);
        waiting.into_iter().for_each(Waker::wake);
        true
    }

    #[cfg(test)]
    pub(super) fn has_given_way(&self) -> bool {
        self.turning().has_given_way
    }

    /// Ready once the connection has to give way; otherwise whoever asks is woken then.
    pub(super) fn poll_given_way(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut turning = self.turning();
        if turning.has_given_way {
            return Poll::Ready(());
        }
        match &mut turning.waiting {
            Some(waiting) => waiting.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    fn turning(&self) -> MutexGuard<'_, Turning> {
        self.turning.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
pub(super) struct Answering(Turn);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut turning = self.0.turning();
        turning.since = Instant::now();
        turning.state = State::Idle { until: turning.since + self.0.limits.idle };
        drop(turning);
        self.0.crowd.tell();
    }
}

/// A stream that fails with `TimedOut` when its peer lets its turn pass.
pub(super) struct Patient<S> {
    stream: S,
    turn: Turn,
    /// Never ends after the peer's time, and may end before: then it is set again. So the usual request sets none.
    silence: Pin<Box<Sleep>>,
    /// There while the peer takes nothing.
    stall: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, turn: Turn) -> Self {
        Self { stream, silence: Box::pin(sleep(turn.limits.head.min(turn.limits.idle))), turn, stall: None }
    }

    /// Is over when the peer's time is.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.turn.poll_given_way(cx).is_ready() {
            return Poll::Ready(());
        }
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
            if self.stall.take().is_some() {
                self.turn.go_on();
            }
            return result;
        }
        self.turn.stall();
        if self.turn.poll_given_way(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let patience = self.turn.limits.write;
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(patience)));
        stall.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
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

    #[tokio::test(start_paused = true)]
    async fn a_request_that_needs_its_peer_can_give_way_and_a_little_now_and_then_gains_no_time() {
        let turn = Turn::new(Limits::default(), Arc::default());
        let answering = turn.begin();
        assert!(turn.waiting_since().is_none() && !turn.give_way());
        turn.stall();
        let began = turn.waiting_since();
        assert!(matches!(began, Some((_, Loss::Request))));
        tokio::time::advance(SOON).await;
        turn.go_on();
        assert!(turn.waiting_since().is_none() && !turn.give_way(), "it is the server's turn again");
        turn.stall();
        assert_eq!(turn.waiting_since(), began);
        assert!(turn.give_way());
        turn.go_on();
        assert!(turn.is_leaving(), "until it has ended");
        drop(answering);
        let _next = turn.begin();
        turn.stall();
        assert!(turn.waiting_since().is_none());
    }

    #[tokio::test]
    async fn a_head_is_waited_for_shortly_and_a_next_request_for_long() {
        let limits = Limits { head: 10 * SOON, idle: 20 * SOON, ..Limits::default() };
        let turn = Turn::new(limits, Arc::default());
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
