//! Verification compared with npm's better-auth and its plugin for API keys, on SQLite (`bench/better-auth`). If
//! better-auth does not start, this part is skipped.

use crate::{
    Outcome,
    load::{Sample, in_turns},
    plan::SECONDS,
    process::{Running, curl},
    seeded::Seeded,
    verify::{JSON, call},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Number of API keys that both servers know.
const KEYS: u32 = 1_000;
const CONNECTIONS: u32 = 32;
/// Longest wait for better-auth, which creates its keys before it listens.
const START_SECONDS: u64 = 60;

/// The three servers, each asked about its own keys.
pub(crate) struct Measured {
    reference: Sample,
    product: Sample,
    peer: Sample,
}

/// Measures all three in a folder below `scratch`. `None` if better-auth does not start.
///
/// # Errors
/// Fails if Mintmark does not start, or if a server answers anything but success.
pub(crate) fn measure(reference: &Running, mintmark: &Path, scratch: &Path) -> Outcome<Option<Measured>> {
    let scratch = &scratch.join("better-auth");
    fs::create_dir_all(scratch)?;
    let Ok((peer, tokens)) = start_peer(scratch) else { return Ok(None) };
    let product = Seeded::start(mintmark, KEYS, scratch)?;
    let post = |path, tokens| call(&product, path, JSON, tokens, scratch);
    let (bare, ours, theirs) =
        (post("/posted", &product.tokens)?, post("/v1/verify", &product.tokens)?, post("/", &tokens)?);
    let contenders = [(reference, &bare), (&product.server, &ours), (&peer, &theirs)];
    let [reference, product, peer] = in_turns("verify, beside better-auth", contenders, CONNECTIONS, SECONDS)?;
    Ok(Some(Measured { reference, product, peer }))
}

/// Starts better-auth, and returns it with the file of its keys, one per line. It rejects every other key with 401.
fn start_peer(scratch: &Path) -> Outcome<(Running, PathBuf)> {
    let tokens = scratch.join("tokens");
    let node = |port: u16| {
        let mut command = Command::new("node");
        command.env("NODE_ENV", "production").arg("bench/better-auth/serve.mjs");
        command.arg(port.to_string()).arg(scratch).arg(KEYS.to_string());
        command
    };
    let is_ready = |server: &Running| {
        let known = fs::read_to_string(&tokens).unwrap_or_default();
        let (before, after) = JSON.0;
        let body = |token: &str| format!("{before}{token}{after}");
        known.lines().next().is_some_and(|token| curl(&["--data", &body(token), &server.url("/")]).is_ok())
    };
    let (server, _) = Running::start_when(node, START_SECONDS, is_ready)?;
    Ok((server, tokens))
}

pub(crate) fn section(measured: Option<&Measured>) -> String {
    let heading =
        format!("\n## Verification ÷ npm better-auth, tokens at random from {KEYS}; {CONNECTIONS} connections\n\n");
    let Some(Measured { reference: a, product: b, peer }) = measured else {
        return heading + "better-auth was not measured: node or the npm packages of bench/better-auth are missing.\n";
    };
    format!(
        "{heading}\
         better-auth is one process of node with SQLite (WAL, `synchronous` is `NORMAL`) and its plugin for API keys, whose rate limit is off;\n\
         it writes each use before it answers. Mintmark writes uses every second or few.\n\n\
         | request | throughput ÷ bare | CPU ÷ bare | throughput ÷ peer | CPU ÷ peer | p99 ÷ peer | CPU µs, Mintmark | bare | peer |\n\
         |---|---|---|---|---|---|---|---|---|\n\
         | verify an API key | {:.2} | {:.2} | {:.1} | {:.3} | {:.3} | {:.1} | {:.1} | {:.1} |\n",
        b.rate / a.rate,
        b.cpu / a.cpu,
        b.rate / peer.rate,
        b.cpu / peer.cpu,
        b.p99 / peer.p99,
        b.cpu,
        a.cpu,
        peer.cpu,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_told_or_that_the_peer_is_missing() {
        let sample = |rate, cpu| Sample { rate, p50: 1.0, p99: 2.0, cpu };
        let (reference, product, peer) = (sample(1000.0, 5.0), sample(900.0, 6.0), sample(10.0, 1200.0));
        let told = section(Some(&Measured { reference, product, peer }));
        assert!(
            told.ends_with("| verify an API key | 0.90 | 1.20 | 90.0 | 0.005 | 1.000 | 6.0 | 5.0 | 1200.0 |\n"),
            "{told}"
        );
        let missing = section(None);
        assert!(missing.contains("was not measured") && !missing.contains('|'), "{missing}");
    }
}
