//! `mintmark migrate`

use super::{Failure, say, setup::open_database};
use crate::config::Config;

pub(super) async fn run() -> Result<(), Failure> {
    open_database(&Config::load()?).await?.close().await;
    say("The database is up to date.");
    Ok(())
}
