//! The socket, and stopping without cutting anybody off.
//!
//! Owns: accepting connections until told to stop, then giving requests under way ten seconds.

use axum::Router;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

const DRAIN: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or SIGINT, then drains for at most ten seconds.
pub(crate) async fn serve(listener: TcpListener, app: Router) -> std::io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing the requests under way");
        let _ = stopping.send(());
    };
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop);
    let deadline = async {
        let _ = stopped.await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = deadline => Ok(()),
    }
}
