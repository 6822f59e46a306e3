//! `mintmark audit verify`

use super::{Failure, say, setup::open_service_for_repair};
use crate::config::Config;
use clap::Subcommand;
use store::ChainVerdict;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Check the chain of events of every organization, and name the first event that changed. Needs the master key,
    /// which keys the chains
    Verify,
}

pub(super) async fn run(Command::Verify: Command) -> Result<(), Failure> {
    let service = open_service_for_repair(&Config::load()?).await?;
    let db = service.db();
    let (mut broken, orgs) = (0, db.org_ids().await?);
    for org in &orgs {
        match db.verify_chain_of(*org).await? {
            ChainVerdict::Whole { events, unkeyed } => say(&format!("{org}: whole, {}", parts(events, unkeyed))),
            ChainVerdict::Broken { seq, fault } => {
                broken += 1;
                say(&format!("{org}: broken at event {seq}: {fault:?}"));
            }
        }
    }
    db.close().await;
    if broken == 0 { Ok(()) } else { Err(format!("{broken} of {} audit chains are broken", orgs.len()).into()) }
}

/// The number of events, and how many of them were written before chains were keyed.
fn parts(events: i64, unkeyed: i64) -> String {
    match unkeyed {
        0 => format!("{events} events, all keyed"),
        _ => format!(
            "{events} events: 1 to {unkeyed} by SHA-256, from before chains were keyed; keyed from {} on",
            unkeyed + 1
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn it_says_which_part_of_a_chain_is_keyed() {
        assert_eq!(parts(3, 0), "3 events, all keyed");
        assert_eq!(parts(7, 5), "7 events: 1 to 5 by SHA-256, from before chains were keyed; keyed from 6 on");
    }
}
