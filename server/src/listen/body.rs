//! Bodies that know the time: a request's has to come whole, and the end of an answer's is the end of the server's turn.

use super::turn::{Answering, Turn};
use axum::{Error, body::Body};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

type Next<D, E> = Poll<Option<Result<Frame<D>, E>>>;

/// The body of a request, which fails with `TimedOut` when it is not whole in time.
pub(super) struct Timely {
    body: Incoming,
    turn: Turn,
    until: Instant,
    /// Made only when a body has to be waited for.
    patience: Option<Pin<Box<Sleep>>>,
}

impl Timely {
    pub(super) fn new(body: Incoming, time: Duration, turn: Turn) -> Self {
        Self { body, turn, until: Instant::now() + time, patience: None }
    }
}

impl Drop for Timely {
    fn drop(&mut self) {
        self.turn.go_on();
    }
}

impl HttpBody for Timely {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Next<Bytes, Error> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.turn.go_on();
            return Poll::Ready(frame.map(|frame| frame.map_err(Error::new)));
        }
        self.turn.stall();
        let until = self.until;
        let patience = self.patience.get_or_insert_with(|| Box::pin(sleep_until(until)));
        patience.as_mut().poll(cx).map(|()| Some(Err(Error::new(io::Error::from(io::ErrorKind::TimedOut)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer. Dropped when all of it was handed to the socket.
pub(super) struct Answer {
    body: Body,
    _answering: Answering,
}

impl Answer {
    pub(super) fn new(body: Body, answering: Answering) -> Self {
        Self { body, _answering: answering }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Next<Bytes, Error> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
