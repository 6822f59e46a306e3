//! The command line.
//!
//! Owns: the subcommands, and that everything that stops one is said in one line on standard error with exit code 1.

mod audit;
mod bootstrap;
mod keys;
mod limits;
mod migrate;
mod platform;
mod seed;
mod serve;
mod setup;

use crate::api::openapi;
use clap::{Parser, Subcommand};
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// The credential desk: personal access tokens, API keys and M2M clients. Configured by MINTMARK_… variables; see the README.
#[derive(Parser)]
#[command(name = "mintmark", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the screens and the API (what happens without a subcommand).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Create an organization with its owner and a personal access token.
    Bootstrap(bootstrap::Arguments),
    /// Fill the database for measuring.
    Seed(seed::Arguments),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Work with the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Command),
    /// See and set how much an organization may have.
    #[command(subcommand)]
    Limits(limits::Command),
    /// See or transfer the platform organization, whose owners and admins operate the installation.
    #[command(subcommand)]
    Platform(platform::Command),
    /// Work with the audit log.
    #[command(subcommand)]
    Audit(audit::Command),
}

/// Why a command stopped, in one line.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    let result = match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run().await,
        Command::Migrate => migrate::run().await,
        Command::Bootstrap(arguments) => bootstrap::run(arguments).await,
        Command::Seed(arguments) => seed::run(arguments).await,
        Command::Openapi => {
            say(openapi::text());
            Ok(())
        }
        Command::Keys(command) => keys::run(command).await,
        Command::Limits(command) => limits::run(command).await,
        Command::Platform(command) => platform::run(command).await,
        Command::Audit(command) => audit::run(command).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => stop(&failure.to_string()),
    }
}

/// Says why nothing can be done.
pub fn stop(why: &str) -> ExitCode {
    complain(why);
    ExitCode::FAILURE
}

/// Says something to whoever started the program, unless nobody reads it any more, as in `mintmark audit verify | head -2`.
pub(crate) fn say(line: &str) {
    if let Err(error) = writeln!(io::stdout().lock(), "{line}")
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain(&format!("cannot write to standard output: {error}"));
    }
}

/// Says how something comes along.
#[expect(clippy::print_stderr, reason = "standard output is for what came of it")]
fn say_on_the_way(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::print_stderr, reason = "the command line complains on standard error")]
fn complain(line: &str) {
    eprintln!("mintmark: {}", line.replace('\n', " "));
}
