//! The `mintmark` program. What it can do is in [`server::cli`].

use std::process::ExitCode;

/// Answering takes a dozen small allocations; this allocator makes them cheap, and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before there is anything in them: in pages of 2 MiB every thread's first allocations would take one each, and what is
    // freed could not be given back.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    server::cli::run().await
}
