//! The `mintmark` program. What it can do is in [`server::cli`].

use std::process::ExitCode;

/// Answering takes a dozen small allocations; this allocator makes them cheap, and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    server::cli::run().await
}
