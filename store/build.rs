//! Rebuilds the crate when a migration is added. `sqlx::migrate!` alone detects only changed files.

fn main() {
    // Cargo reads the output of a build script.
    #[allow(clippy::print_stdout)]
    {
        println!("cargo:rerun-if-changed=../migrations");
    }
}
