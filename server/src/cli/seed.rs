//! `mintmark seed`

use super::{Failure, bootstrap::explain, say, say_on_the_way, setup::open_service};
use crate::config::Config;
use clap::Args;
use service::load::{LoadRequest, Loaded};
use std::{
    fs::{File, OpenOptions, Permissions},
    io::{self, BufWriter, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The number of API keys between two progress lines.
const STRIDE: u64 = 100_000;

#[derive(Args)]
pub(super) struct Arguments {
    /// Number of live API keys to add, each with the scope contacts:read
    #[arg(long, value_name = "COUNT")]
    load: u64,
    /// Slug of the organization that gets them. The command creates it if it does not exist
    #[arg(long)]
    org: String,
    /// File for a random sample of the tokens, one per line. The command replaces it, and only you can read it
    #[arg(long, value_name = "FILE")]
    tokens_out: PathBuf,
    /// Number of tokens to write, at most
    #[arg(long, value_name = "COUNT", default_value_t = 20_000)]
    sample: u64,
    /// Number of members to add. No password signs them in
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    members: u64,
}

pub(super) async fn run(Arguments { load, org, tokens_out, sample, members }: Arguments) -> Result<(), Failure> {
    let cannot_write = |error: io::Error| format!("--tokens-out: cannot write {}: {error}", tokens_out.display());
    if load == 0 {
        return Err("--load: give the number of API keys to add, 1 or more".into());
    }
    let service = open_service(&Config::load()?).await?;
    let file = create_private(&tokens_out).map_err(cannot_write)?;
    let progress = |done: u64| {
        if done.is_multiple_of(STRIDE) {
            say_on_the_way(&format!("{done} of {load}"));
        }
    };
    let request = LoadRequest { org, count: load, sample, members };
    let loaded = service.load_keys(&request, progress).await.map_err(explain)?;
    service.load_members(&request).await.map_err(explain)?;
    service.db().close().await;
    write_tokens(file, &loaded).map_err(cannot_write)?;
    let (slug, tokens) = (&loaded.org.slug, loaded.sample.len());
    let people = if members == 0 { String::new() } else { format!(" and {members} members") };
    say(&format!(
        "{load} API keys{people} added to {slug} ({}), {tokens} tokens in {}",
        loaded.org.id,
        tokens_out.display()
    ));
    Ok(())
}

/// Creates or truncates a file that only its owner can read, even if it existed with another mode. Leaves the mode of
/// devices alone, such as a terminal.
fn create_private(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

fn write_tokens(file: File, loaded: &Loaded) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    for token in &loaded.sample {
        writeln!(file, "{}", token.expose())?;
    }
    file.flush()
}
