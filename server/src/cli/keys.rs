//! `mintmark keys rotate`

use super::{Failure, say, setup};
use crate::config::Config;
use clap::{Args, Subcommand};
use service::signing_keys::Rotation;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Create a new signing key for every algorithm in use. The keys sign from ten minutes later
    Rotate(Rotate),
}

#[derive(Args)]
pub(super) struct Rotate {
    /// Sign with the new keys at once and reject everything that older keys signed. For a leaked or damaged key
    #[arg(long)]
    emergency: bool,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let Command::Rotate(Rotate { emergency }) = command;
    let config = Config::load()?;
    let (service, rotation) = if emergency {
        (setup::open_service_for_repair(&config).await?, Rotation::Emergency)
    } else {
        (setup::open_service(&config).await?, Rotation::Orderly)
    };
    for key in service.signing_keys().rotate_at_the_console(rotation).await? {
        say(&format!("{} {} signs from {}", key.alg.as_str(), key.kid, key.activates_at));
    }
    service.db().close().await;
    Ok(())
}
