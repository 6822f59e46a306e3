//! Servers with very many credentials, each on its own database.

use crate::{
    Outcome,
    oauth::text,
    plan::{bootstrap, serve},
    process::{Running, post_json},
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Tokens used in requests, drawn at random from all of them.
const SAMPLE: u32 = 20_000;
/// Longest wait for the first correct verdict, in seconds.
const START_SECONDS: u64 = 120;

/// A server that has just given its first correct verdict.
pub(crate) struct Seeded {
    pub(crate) server: Running,
    /// The folder of its database.
    pub(crate) data: PathBuf,
    /// Number of API keys it knows.
    pub(crate) keys: u32,
    /// A file with some of the keys, one per line.
    pub(crate) tokens: PathBuf,
    /// The header of a caller who may verify tokens and change API keys.
    pub(crate) caller: String,
    /// Seconds from its start to the first correct verdict.
    pub(crate) start: f64,
    /// Resident memory at that time, in bytes.
    pub(crate) resident: f64,
}

impl Seeded {
    /// Fills a database in `scratch` with `keys` API keys, and serves it.
    ///
    /// # Errors
    /// Fails if something does not start, or if there is no correct verdict in time.
    pub(crate) fn start(mintmark: &Path, keys: u32, scratch: &Path) -> Outcome<Self> {
        eprintln!("bench: {keys} API keys");
        let data = scratch.join(keys.to_string());
        let tokens = scratch.join(format!("{keys}.tokens"));
        let token = bootstrap(mintmark, &data)?;
        load(mintmark, keys, &data, &tokens)?;
        let caller = caller(mintmark, &data, &token)?;
        let known = std::fs::read_to_string(&tokens)?.lines().next().ok_or("no token was written")?.to_owned();
        let (server, start) = Running::start_when(
            |port| serve(mintmark, &data, port),
            START_SECONDS,
            |server| is_valid(server, &caller, &known),
        )?;
        let resident = server.resident_bytes()?;
        Ok(Self { server, data, keys, tokens, caller, start, resident })
    }

    /// Writes a file with the same tokens, each with a wrong last character. That character is part of the checksum.
    pub(crate) fn damaged_tokens(&self) -> Outcome<PathBuf> {
        let tokens = std::fs::read_to_string(&self.tokens)?;
        let damaged: String = tokens.lines().map(|token| format!("{}\n", damaged(token))).collect();
        let path = self.tokens.with_extension("damaged");
        std::fs::write(&path, damaged)?;
        Ok(path)
    }
}

fn damaged(token: &str) -> String {
    let (rest, last) = token.split_at(token.len().saturating_sub(1));
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}

fn load(mintmark: &Path, keys: u32, data: &Path, tokens: &Path) -> Outcome {
    let (keys, sample) = (keys.to_string(), SAMPLE.to_string());
    let status = Command::new(mintmark)
        .args(["seed", "--load", &keys, "--org", "bench", "--sample", &sample, "--tokens-out"])
        .arg(tokens)
        .env("MINTMARK_DATA_DIR", data)
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("mintmark seed: {status}").into()) }
}

/// Creates a key that may verify. The server that creates it is stopped, so that the measured one starts afresh.
fn caller(mintmark: &Path, data: &Path, token: &str) -> Outcome<String> {
    let server = Running::start_when(
        |port| serve(mintmark, data, port),
        START_SECONDS,
        |server| crate::process::curl(&[&server.url("/health/ready")]).is_ok(),
    )?
    .0;
    let body = json!({ "name": "bench", "scopes": ["keys:verify", "api_keys:write"] });
    let key = post_json(&server, "/v1/orgs/bench/api-keys", &format!("Authorization: Bearer {token}"), &body)?;
    Ok(format!("Authorization: Bearer {}", text(&key, "token")?))
}

fn is_valid(server: &Running, caller: &str, token: &str) -> bool {
    post_json(server, "/v1/verify", caller, &json!({ "token": token }))
        .is_ok_and(|verdict| verdict["valid"] == Value::Bool(true))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_damaged_token_differs_in_its_last_character() {
        assert_eq!(super::damaged("mint_key_abc"), "mint_key_ab0");
        assert_eq!(super::damaged("mint_key_ab0"), "mint_key_ab1");
    }
}
