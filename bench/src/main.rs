//! Measures Mintmark against bare axum, bare signatures and npm's oidc-provider on this machine, in one run, and writes the answer as a table.
//!
//! Owns: the reference server (`bare.rs`), starting processes and reading their CPU time (`process.rs`), load by wrk
//! (`load.rs`), the bare signatures that issuing is compared with (`signature.rs`), servers with very many credentials
//! (`seeded.rs`), what is measured and in which order (`plan.rs`, `oauth.rs`, `verify.rs`), and the tables (`report.rs`, `goals.rs`). Never part of the product.
//! Nothing about time is asserted anywhere: machines are shared and noisy, so ratios come first.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measuring tool talks to a terminal")]

mod bare;
mod goals;
mod load;
mod oauth;
mod plan;
mod process;
mod report;
mod seeded;
mod signature;
mod verify;

use std::{path::Path, process::ExitCode};

/// What every step returns: a message for the terminal is all a measuring tool needs.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "bench run MINTMARK RESULTS   measure the binary MINTMARK, write the table to RESULTS
bench bare ADDRESS           answer 200 bytes of JSON on ADDRESS (what the above compares with)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["run", mintmark, results] => plan::run(Path::new(mintmark), Path::new(results)),
        ["bare", address] => bare::serve(address),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
