//! The socket: accepting connections, and stopping without cutting anybody off.
//!
//! Owns: how many connections there are, how long each may take for what (`Limits`), and their end. One loop serves plain
//! HTTP and TLS. HTTP/1.1 only: the limits follow one request at a time. One connection is in `connection`, the
//! certificate in `tls`. Never looks at what a request asks for.

mod body;
mod connection;
mod descriptors;
mod limits;
mod places;
pub mod tls;
mod turn;

pub use self::{limits::Limits, tls::Tls};
use self::{
    places::{Place, Places},
    turn::Turn,
};
use axum::Router;
use ipnet::IpNet;
use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long nothing is accepted after the system could give no connection.
const BACK_OFF: Duration = Duration::from_millis(250);

/// Completes when the operator stops the process, with SIGTERM or SIGINT.
///
/// # Errors
/// The signals cannot be listened to.
pub(crate) fn stopped_by_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing the requests under way");
    })
}

/// Serves `app` until `stop` completes; then nobody else comes in, and requests under way have `limits.drain` to end. The
/// trusted proxies have no share of the connections.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    app: Router,
    (limits, trusted_proxies): (Limits, Arc<[IpNet]>),
    stop: impl Future<Output = ()>,
) {
    let places = Places::new(limits.connections, trusted_proxies);
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    // Kept while others end: a connection that was accepted and has no place yet is not dropped.
    let mut next = Box::pin(accept(&listener, &places, limits));
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (socket, peer, turn, place) = &mut next => {
                next.set(accept(&listener, &places, limits));
                let (tls, app, stopped) = (tls.as_ref().map(Tls::acceptor), app.clone(), stopped.clone());
                connections.spawn(async move {
                    connection::serve(socket, peer, tls, app, (limits, turn), stopped).await;
                    drop(place);
                });
            }
        }
    }
    drop(next);
    drop(listener);
    stopping.send_replace(());
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.drain, ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "stopped before all requests were answered");
        connections.shutdown().await;
    }
}

/// The next connection that gets a place. While all are taken and answered, whoever comes waits in the queue of the system.
async fn accept(listener: &TcpListener, places: &Arc<Places>, limits: Limits) -> (TcpStream, SocketAddr, Turn, Place) {
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                let turn = Turn::new(limits, places.crowd());
                match places.take(peer.ip(), &turn).await {
                    Some(place) => return (socket, peer, turn, place),
                    None => tracing::debug!("a client has as many connections as it may have"),
                }
            }
            Err(error) if is_about_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "for the moment no connection can be accepted");
                sleep(BACK_OFF).await;
            }
        }
    }
}

/// Whether only this connection failed. All else, such as too many open files, has to pass first.
fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
