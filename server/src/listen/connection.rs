//! One connection, from its first byte to its last.

use super::{
    Limits,
    body::{Answer, Timely},
    turn::{Patient, Turn},
};
use axum::{Router, body::Body, extract::ConnectInfo, http::Request, response::Response};
use hyper::{body::Body as _, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    task::Poll,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// The longest head of a request, beyond which even a refusal of ours is too much to ask for.
const MAX_HEAD: usize = 128 * 1024;

/// Serves until one of both ends it, the peer's time is up, or the server stops.
pub(super) async fn serve(
    socket: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: Router,
    (limits, turn): (Limits, Turn),
    mut stopped: watch::Receiver<()>,
) {
    // Answers are small: each leaves at once.
    let _ = socket.set_nodelay(true);
    let Some(tls) = tls else { return speak(socket, peer, app, (limits, turn), stopped).await };
    let handshake = tokio::select! {
        handshake = timeout(limits.head, tls.accept(socket)) => handshake,
        _ = stopped.changed() => return,
        () = poll_fn(|cx| turn.poll_given_way(cx)) => return,
    };
    match handshake {
        Ok(Ok(stream)) => speak(stream, peer, app, (limits, turn), stopped).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS handshake"),
        Err(_) => tracing::debug!("no TLS handshake in time"),
    }
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    peer: SocketAddr,
    app: Router,
    (limits, turn): (Limits, Turn),
    stopped: watch::Receiver<()>,
) {
    turn.expect_head();
    let socket = TokioIo::new(Patient::new(stream, turn.clone()));
    let service = service_fn(move |request| answer(request, peer, app.clone(), turn.clone(), limits));
    let mut connection = pin!(http1::Builder::new().max_header_size(MAX_HEAD).serve_connection(socket, service));
    let ended = match unless_stopped(connection.as_mut(), stopped).await {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Whether the server was told to stop.
fn is_stopping(stopped: &watch::Receiver<()>) -> bool {
    !stopped.has_changed().is_ok_and(|has_changed| !has_changed)
}

/// What `work` comes to; nothing when the server stops before. Being told of that is waited for once and not again with
/// each request, because all connections wait in one line.
async fn unless_stopped<W: Future>(mut work: Pin<&mut W>, mut stopped: watch::Receiver<()>) -> Option<W::Output> {
    let (told, mut is_waiting) = (stopped.clone(), false);
    let mut stop = pin!(stopped.changed());
    poll_fn(|cx| {
        if let Poll::Ready(output) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        if is_waiting && !is_stopping(&told) {
            return Poll::Pending;
        }
        is_waiting = true;
        stop.as_mut().poll(cx).map(|_| None)
    })
    .await
}

fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    app: Router,
    turn: Turn,
    limits: Limits,
) -> impl Future<Output = Result<Response<Answer>, Infallible>> {
    // The turn changes with the head, not when the answer is first worked on: reading goes on in between.
    let answering = turn.begin();
    let mut request = request.map(|body| match body.is_end_stream() {
        true => Body::empty(),
        false => Body::new(Timely::new(body, limits.body, turn)),
    });
    request.extensions_mut().insert(ConnectInfo(peer));
    async move { Ok(app.oneshot(request).await?.map(|body| Answer::new(body, answering))) }
}
