//! The socket: accepts connections, and shuts down without interrupting requests.
//!
//! This module owns the number of connections, their time limits (`Limits`) and their end. One loop serves plain HTTP
//! and TLS. It speaks HTTP/1.1 only, because the limits apply to one request at a time. It never looks at the content
//! of a request. `connection` serves one connection, and `tls` reads the certificate.

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

/// The pause after the system failed to accept a connection.
const BACK_OFF: Duration = Duration::from_millis(250);

/// Completes when the operator stops the process with SIGTERM or SIGINT.
///
/// # Errors
/// The process cannot listen to the signals.
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

/// Serves `app` until `stop` completes. Then it accepts no new connections, and open requests have `limits.drain` to
/// end. The limit on connections per client does not apply to trusted proxies.
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
    // Kept across iterations: a connection that was accepted but has no place yet must not be dropped.
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

/// Returns the next connection that gets a place. While no place is free, new connections wait in the queue of the
/// system.
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

/// True if only this connection failed. Other errors, such as too many open files, need a pause.
fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
