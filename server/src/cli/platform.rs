//! `mintmark platform`

use super::{Failure, say, setup::open_service};
use crate::config::Config;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Print the platform organization, whose owners and admins operate the installation
    Show,
    /// Make another organization the platform organization. Its owners and admins become the operators at once
    Transfer(Transfer),
}

#[derive(Args)]
pub(super) struct Transfer {
    /// Id or slug of the organization
    #[arg(long, value_name = "ORG")]
    to: String,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let service = open_service(&Config::load()?).await?;
    let line = match command {
        Command::Show => match service.platform().org().await? {
            Some(org) => format!("{} ({})", org.slug, org.id),
            None => return Err("there is no organization yet: the first one becomes the platform organization".into()),
        },
        Command::Transfer(Transfer { to }) => {
            let org = service.platform().transfer_at_the_console(&to).await?;
            format!("{} ({}) is the platform organization now", org.slug, org.id)
        }
    };
    service.db().close().await;
    say(&line);
    Ok(())
}
