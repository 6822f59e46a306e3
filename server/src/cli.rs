//! The command line: the subcommands and their output.
//!
//! A command that fails prints one line on standard error and exits with code 1. Each subcommand has its own module.
//! `docs/cli.md` describes them.

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

/// The credential desk for personal access tokens, API keys and M2M clients. MINTMARK_… variables configure it; see the
/// README.
#[derive(Parser)]
#[command(name = "mintmark", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the screens and the API (the default)
    Serve,
    /// Bring the database schema up to date
    Migrate,
    /// Create an organization, its owner and a personal access token
    Bootstrap(bootstrap::Arguments),
    /// Fill a database for load tests
    Seed(seed::Arguments),
    /// Print the OpenAPI document
    Openapi,
    /// Manage the keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Show or set the limits of an organization
    #[command(subcommand)]
    Limits(limits::Command),
    /// Show or transfer the platform organization, whose owners and admins operate the installation
    #[command(subcommand)]
    Platform(platform::Command),
    /// Check the audit log
    #[command(subcommand)]
    Audit(audit::Command),
}

/// The reason why a command failed, in one line.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

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

/// Prints the reason on standard error.
pub fn stop(why: &str) -> ExitCode {
    complain(why);
    ExitCode::FAILURE
}

/// Prints a line on standard output. A closed pipe is no error, as in `mintmark audit verify | head -2`.
pub(crate) fn say(line: &str) {
    if let Err(error) = writeln!(io::stdout().lock(), "{line}")
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain(&format!("cannot write to standard output: {error}"));
    }
}

/// Prints a line about progress on standard error.
#[expect(clippy::print_stderr, reason = "standard output is for what came of it")]
fn say_on_the_way(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::print_stderr, reason = "the command line complains on standard error")]
fn complain(line: &str) {
    eprintln!("mintmark: {}", line.replace('\n', " "));
}
