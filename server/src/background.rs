//! The task that runs next to the requests. What it does, and when, is in `service`.

use service::Service;
use tokio::task::JoinHandle;

/// Starts the task. It runs until the handle is aborted. The caller then flushes usage once more.
pub fn spawn_background(service: Service) -> JoinHandle<()> {
    tokio::spawn(async move { service.jobs().run_maintenance().await })
}
