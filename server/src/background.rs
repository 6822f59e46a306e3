//! The task beside the requests. What it does, and when, is in `service`.

use service::Service;
use tokio::task::JoinHandle;

/// Starts the task. It ends when it is aborted; then flush once more.
pub fn spawn_background(service: Service) -> JoinHandle<()> {
    tokio::spawn(async move { service.run_maintenance().await })
}
