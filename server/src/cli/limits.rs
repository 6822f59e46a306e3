//! `mintmark limits show` and `mintmark limits set`

use super::{Failure, say, setup};
use crate::config::Config;
use clap::{Args, Subcommand};
use domain::limits::Limit;
use service::ServiceError;

const UNLIMITED: &str = "unlimited";

#[derive(Subcommand)]
pub(super) enum Command {
    /// Print each limit of an organization and how much of it is used
    Show(Show),
    /// Set a limit of an organization. Running nodes apply it within a minute
    Set(Set),
}

#[derive(Args)]
pub(super) struct Show {
    /// Slug of the organization
    #[arg(long)]
    org: String,
}

#[derive(Args)]
pub(super) struct Set {
    /// Slug of the organization
    #[arg(long)]
    org: String,
    /// Name of the limit, as `limits show` prints it
    name: Limit,
    /// A number, or `unlimited`
    value: String,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let service = setup::open_service(&Config::load()?).await?;
    let result = match command {
        Command::Show(Show { org }) => show(&service, &org).await,
        Command::Set(set) => change(&service, &set).await,
    };
    service.db().close().await;
    result
}

async fn show(service: &service::Service, org: &str) -> Result<(), Failure> {
    for one in service.limits().list_at_the_console(org).await.map_err(|error| explain(error, org))? {
        let most = one.most.map_or_else(|| UNLIMITED.to_owned(), |most| most.to_string());
        let used = one.used.map_or_else(String::new, |used| format!(", {used} used"));
        say(&format!("{}: {most}{used}", one.limit));
    }
    Ok(())
}

async fn change(service: &service::Service, Set { org, name, value }: &Set) -> Result<(), Failure> {
    let number = match value.as_str() {
        UNLIMITED => None,
        text => Some(text.parse::<u64>().map_err(|_| format!("{text} is neither a number nor {UNLIMITED}"))?),
    };
    service.limits().set_at_the_console(org, *name, number).await.map_err(|error| explain(error, org))?;
    say(&format!("{name} of {org} is now {value}"));
    Ok(())
}

fn explain(error: ServiceError, org: &str) -> Failure {
    match error {
        ServiceError::Missing => format!("there is no organization {org}").into(),
        error => error.into(),
    }
}
