//! `mintmark audit verify`

use super::{Failure, say, setup::open_database};
use crate::config::Config;
use clap::Subcommand;
use store::ChainVerdict;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Check every organisation's chain of events; names the first event that is not as it was written.
    Verify,
}

pub(super) async fn run(Command::Verify: Command) -> Result<(), Failure> {
    let db = open_database(&Config::load()?).await?;
    let (mut broken, orgs) = (0, db.org_ids().await?);
    for org in &orgs {
        match db.verify_chain_of(*org).await? {
            ChainVerdict::Whole { events } => say(&format!("{org}: whole, {events} events")),
            ChainVerdict::Broken { seq, fault } => {
                broken += 1;
                say(&format!("{org}: broken at event {seq}: {fault:?}"));
            }
        }
    }
    db.close().await;
    if broken == 0 { Ok(()) } else { Err(format!("{broken} of {} audit chains are broken", orgs.len()).into()) }
}
