//! Build steps that cargo cannot do alone: the browser's half of Mintmark.
//!
//! Owns: the way from `frontend/`, `style/` and `public/` to `<target>/site`. It is never part of the product, so it
//! may print and may fail with a plain message. Next: `site.rs` for the order of steps, and `paths.rs` for the
//! locations of files.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a build tool talks to a terminal")]

mod assets;
mod css;
mod paths;
mod site;
mod sizes;
mod snip;
mod wasm;

use std::process::ExitCode;

/// The result of a step. A build tool needs no more than a message for the terminal.
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
