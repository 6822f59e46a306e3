//! `mintmark keys rotate`

use super::{Failure, say, setup};
use crate::config::Config;
use clap::{Args, Subcommand};
use service::signing_keys::Rotation;

/// What can be done with signing keys.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a new signing key for every algorithm in use; it takes over ten minutes later.
    Rotate(Rotate),
}

#[derive(Args)]
pub(super) struct Rotate {
    /// Take over at once, and refuse everything that older keys signed: for a key in wrong hands, or a damaged one.
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
    for key in service.rotate_signing_keys_at_the_console(rotation).await? {
        say(&format!("{} {} signs from {}", key.alg.as_str(), key.kid, key.activates_at));
    }
    service.db().close().await;
    Ok(())
}
