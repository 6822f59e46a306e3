//! `mintmark migrate`

use super::{Failure, say};
use crate::config::Config;
use store::Db;

pub(super) async fn run() -> Result<(), Failure> {
    let config = Config::load()?;
    Db::connect(&config.database_url).await?.migrate().await?;
    say("The database is up to date.");
    Ok(())
}
