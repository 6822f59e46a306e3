//! Rebuilds the crate when a migration is added; `sqlx::migrate!` alone would only see changed ones.

fn main() {
    // Cargo reads what a build script prints.
    #[allow(clippy::print_stdout)]
    {
        println!("cargo:rerun-if-changed=../migrations");
    }
}
