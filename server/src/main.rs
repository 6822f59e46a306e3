//! The `mintmark` program. What it can do is in [`server::cli`].

use mimalloc::MiMalloc;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// Answering takes a dozen small allocations; this allocator makes them cheap, and gives memory back. What is freed is wiped:
/// requests, bodies and replies hold secrets in buffers of libraries too.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<MiMalloc> = ZeroAlloc(MiMalloc);

fn main() -> ExitCode {
    if let Err(error) = server::core_dumps::disable() {
        return server::cli::stop(&format!("cannot turn core dumps off: {error}"));
    }
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
