//! Compares Mintmark with plain axum, bare signatures, npm's oidc-provider and better-auth on this machine, and writes
//! a table of the results.
//!
//! It is never part of the product. It asserts nothing about time, because machines are shared and noisy; ratios come
//! first. The modules:
//! * `plan.rs`: the measurements and their order. They are in `oauth.rs`, `verify.rs`, `better_auth.rs`, `nodes.rs`,
//!   `neighbor.rs`, `pages.rs` and `instructions.rs`.
//! * `bare.rs`: the reference server. `signature.rs`: the bare signatures that issuing is compared with.
//! * `seeded.rs`: servers with very many credentials. `process.rs`: starts processes and reads their CPU time.
//! * `load.rs`: load by wrk. `client.rs`: one request after another.
//! * `report.rs` and `goals.rs`: the tables. `soak.rs`: the long run.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measuring tool talks to a terminal")]

mod bare;
mod better_auth;
mod client;
mod goals;
mod instructions;
mod load;
mod neighbor;
mod nodes;
mod oauth;
mod pages;
mod plan;
mod process;
mod report;
mod seeded;
mod signature;
mod soak;
mod verify;

use std::{path::Path, process::ExitCode};

/// The result of a step. A measuring tool needs no more than a message for the terminal.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "bench run MINTMARK CORE RESULTS  measure the binary MINTMARK and the core of verification, write the table to RESULTS
bench nodes MINTMARK             only the part about three nodes
bench better-auth MINTMARK       only verification beside better-auth
bench instructions CORE          only the instructions of the core
bench pages MINTMARK             only the part about pages
bench verify MINTMARK            only verification, forward-auth and introspection
bench neighbor MINTMARK          only verification while another organization imports
bench soak MINTMARK SECONDS      keep it half busy for so long; fail when its memory or descriptors grow
bench bare ADDRESS               answer 200 bytes of JSON on ADDRESS (what the first compares with)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["run", mintmark, core, results] => plan::run(Path::new(mintmark), Path::new(core), Path::new(results)),
        ["nodes", mintmark] => only_nodes(Path::new(mintmark)),
        ["better-auth", mintmark] => only_better_auth(Path::new(mintmark)),
        ["pages", mintmark] => only_pages(Path::new(mintmark)),
        ["verify", mintmark] => only_verify(Path::new(mintmark)),
        ["neighbor", mintmark] => only_neighbor(Path::new(mintmark)),
        ["instructions", core] => only_instructions(Path::new(core)),
        ["soak", mintmark, seconds] if seconds.parse::<u64>().is_ok() => {
            soak::run(Path::new(mintmark), seconds.parse().unwrap_or_default())
        }
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

fn only_nodes(mintmark: &Path) -> Outcome {
    let scratch = process::Scratch::new()?;
    print!("{}", goals::of_nodes(nodes::measure(mintmark, scratch.path())?.as_ref()));
    Ok(())
}

fn only_better_auth(mintmark: &Path) -> Outcome {
    let scratch = process::Scratch::new()?;
    let reference = process::Running::start(plan::bare, "/v1/me")?;
    print!("{}", better_auth::section(better_auth::measure(&reference, mintmark, scratch.path())?.as_ref()));
    Ok(())
}

fn only_verify(mintmark: &Path) -> Outcome {
    let scratch = process::Scratch::new()?;
    let reference = process::Running::start(plan::bare, "/v1/me")?;
    print!("{}", goals::section(&verify::measure(&reference, mintmark, scratch.path())?));
    Ok(())
}

fn only_neighbor(mintmark: &Path) -> Outcome {
    let scratch = process::Scratch::new()?;
    print!("{}", goals::of_neighbor(&neighbor::measure(mintmark, scratch.path())?));
    Ok(())
}

fn only_pages(mintmark: &Path) -> Outcome {
    let scratch = process::Scratch::new()?;
    print!("{}", pages::section(&pages::measure(mintmark, scratch.path())?));
    Ok(())
}

fn only_instructions(core: &Path) -> Outcome {
    let counted = instructions::count(core)?;
    print!("{}", instructions::row(counted));
    instructions::check(counted)
}
