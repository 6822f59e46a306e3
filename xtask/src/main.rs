//! Build steps that cargo alone cannot do: the browser's half of Mintmark.
//!
//! Owns the way from `frontend/`, `style/` and `public/` to `<target>/site`; never part of the product, so it may
//! print and may fail with a plain message. Next: `site.rs` for the order of steps, `paths.rs` for where things lie.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a build tool talks to a terminal")]

mod assets;
mod css;
mod paths;
mod site;
mod sizes;
mod snip;
mod wasm;

use std::process::ExitCode;

/// What every step returns: a message for the terminal is all a build tool needs.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "cargo xtask site [--release]   build the browser's files into <target>/site
cargo xtask css  [--release]   only the style sheet of an already built site
cargo xtask sizes              what a browser downloads, raw and compressed";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let release = arguments.iter().any(|a| a == "--release");
    let outcome = match arguments.first().map(String::as_str) {
        Some("site") => site::build(release),
        Some("css") => site::build_css(release),
        Some("sizes") => sizes::print(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
