//! The `mintmark` program. [`server::cli`] owns its commands.

use mimalloc::MiMalloc;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// A response takes a dozen small allocations. This allocator makes them cheap, and returns memory to the system. It
/// wipes freed memory, because requests, bodies and replies leave secrets in buffers, also in those of libraries.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<MiMalloc> = ZeroAlloc(MiMalloc);

fn main() -> ExitCode {
    if let Err(error) = server::core_dumps::disable() {
        return server::cli::stop(&format!("cannot turn core dumps off: {error}"));
    }
    // Must run before the first allocations. With pages of 2 MiB, each thread would take a whole page at once, and the
    // process could not return freed memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    server::cli::run().await
}
