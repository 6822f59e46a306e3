//! Three nodes on one PostgreSQL. It measures how soon a revocation reaches the other nodes, whether every call is
//! counted, and whether counting slows verification down. Without PostgreSQL, nothing is measured.

use crate::{
    Outcome,
    client::Client,
    plan::{bootstrap_on, serve},
    process::Running,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

/// Number of revocations that are timed.
const REVOCATIONS: usize = 200;
/// Number of revocations that are timed without notifications. Each takes up to half a second.
const UNTOLD: usize = 40;
/// Calls to count, on each of two nodes.
const CALLS: u64 = 10_000;
/// Keys in use while the effect of a flush is measured.
const KEYS: usize = 200;
const FLUSH_SECONDS: u64 = 20;
/// Parts of each second. The flush falls into one of them.
const PARTS: usize = 10;
/// Any 32 bytes.
const MASTER_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// Results; times are in milliseconds.
pub(crate) struct Measured {
    /// Number of times the revoking node accepted the key after it had confirmed the revocation.
    pub(crate) stale: usize,
    /// p99 of the time from the request to revoke until all other nodes rejected the key.
    pub(crate) told: f64,
    /// Like `told`, without notifications.
    pub(crate) untold: f64,
    /// Calls counted, and calls sent.
    pub(crate) counted: (u64, u64),
    /// p99 in the part of each second with the flush, divided by p99 in all other parts.
    pub(crate) flush: f64,
}

/// Runs all measurements. `None` without PostgreSQL.
///
/// # Errors
/// Fails if something does not start, or if a request is rejected.
pub(crate) fn measure(mintmark: &Path, scratch: &Path) -> Outcome<Option<Measured>> {
    let Ok(postgres) = Postgres::start() else { return Ok(None) };
    let world = World::start(mintmark, scratch, &postgres)?;
    eprintln!("bench: revoking on three nodes");
    let (mut stale, mut told) = (0, Vec::new());
    for _ in 0..REVOCATIONS {
        let (time, yes) = world.revoke()?;
        told.push(time);
        stale += yes;
    }
    postgres.sql("ALTER TABLE feed DISABLE TRIGGER USER")?;
    let mut untold = Vec::new();
    for _ in 0..UNTOLD {
        untold.push(world.revoke()?.0);
    }
    postgres.sql("ALTER TABLE feed ENABLE TRIGGER USER")?;
    eprintln!("bench: verifying while usage is written");
    let flush = world.flush()?;
    let counted = world.count()?;
    Ok(Some(Measured { stale, told: p99(&mut told), untold: p99(&mut untold), counted, flush }))
}

/// The 99th percentile.
pub(crate) fn p99(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.len().checked_sub(1).map_or(f64::NAN, |last| values[last - last / 100])
}

/// A PostgreSQL server that runs until this value is dropped: `scripts/postgres.sh` stops it when its input ends.
struct Postgres {
    script: Child,
    hold: Option<ChildStdin>,
    url: String,
}

impl Postgres {
    fn start() -> Outcome<Self> {
        let hold = "echo \"$MINTMARK_TEST_POSTGRES_URL\"; exec cat";
        let mut script = Command::new("bash")
            .args(["scripts/postgres.sh", "--", "sh", "-c", hold])
            .env_remove("MINTMARK_TEST_POSTGRES_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (hold, mut url) = (script.stdin.take(), String::new());
        if let Some(said) = script.stdout.take() {
            BufReader::new(said).read_line(&mut url)?;
        }
        let postgres = Self { script, hold, url: url.trim().to_owned() };
        if postgres.url.is_empty() { Err("no PostgreSQL".into()) } else { Ok(postgres) }
    }

    fn sql(&self, statement: &str) -> Outcome {
        let status =
            Command::new("psql").args(["--quiet", "--no-psqlrc", &self.url, "--command", statement]).status()?;
        if status.success() { Ok(()) } else { Err(format!("psql: {status}").into()) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.hold.take());
        let _ = self.script.wait();
    }
}

/// The nodes, and the credentials used to call them.
struct World {
    nodes: Vec<Running>,
    owner: String,
    caller: String,
}

struct Key {
    id: String,
    token: String,
}

impl World {
    fn start(mintmark: &Path, scratch: &Path, postgres: &Postgres) -> Outcome<Self> {
        let data = scratch.join("nodes");
        let on_postgres = |command: &mut Command| {
            command.env("MINTMARK_DATABASE_URL", &postgres.url).env("MINTMARK_MASTER_KEY", MASTER_KEY);
        };
        let owner = bootstrap_on(mintmark, &data, on_postgres)?;
        let mut nodes = Vec::new();
        for _ in 0..3 {
            let command = |port| {
                let mut command = serve(mintmark, &data, port);
                on_postgres(&mut command);
                command
            };
            nodes.push(Running::start(command, "/health/ready")?);
        }
        let mut world = Self { nodes, owner, caller: String::new() };
        world.caller = world.issue("keys:verify")?.token;
        Ok(world)
    }

    fn as_owner(&self, node: usize) -> Outcome<Client> {
        Client::connect(self.nodes[node].port(), &self.owner)
    }

    fn as_caller(&self, node: usize) -> Outcome<Client> {
        Client::connect(self.nodes[node].port(), &self.caller)
    }

    /// Creates a key on the first node.
    fn issue(&self, scope: &str) -> Outcome<Key> {
        let body = json!({ "name": "bench", "scopes": [scope] }).to_string();
        let (status, body) = self.as_owner(0)?.post("/v1/orgs/bench/api-keys", &body)?;
        let issued: Value = serde_json::from_str(&body)?;
        match (issued["id"].as_str(), issued["token"].as_str()) {
            (Some(id), Some(token)) => Ok(Key { id: id.to_owned(), token: token.to_owned() }),
            _ => Err(format!("issuing was answered {status}: {body}").into()),
        }
    }

    /// Waits until every node accepts the key.
    fn known(&self, key: &Key) -> Outcome {
        for node in 0..self.nodes.len() {
            let (mut client, began) = (self.as_caller(node)?, Instant::now());
            while !client.is_valid(&key.token)? {
                if began.elapsed() > Duration::from_secs(10) {
                    return Err("a node never learned of a key".into());
                }
            }
        }
        Ok(())
    }

    /// Revokes a new key on the first node while the other nodes are asked about it without a pause. Returns the
    /// milliseconds until the last of them rejected it, and how often the first node accepted it afterwards.
    fn revoke(&self) -> Outcome<(f64, usize)> {
        let key = self.issue("credentials:read")?;
        self.known(&key)?;
        std::thread::scope(|scope| {
            let token = &key.token;
            let others: Vec<_> = (1..self.nodes.len())
                .map(|node| {
                    scope.spawn(move || -> Result<Instant, String> {
                        let mut client = self.as_caller(node).map_err(|error| error.to_string())?;
                        while client.is_valid(token).map_err(|error| error.to_string())? {}
                        Ok(Instant::now())
                    })
                })
                .collect();
            let (mut owner, mut caller) = (self.as_owner(0)?, self.as_caller(0)?);
            let began = Instant::now();
            let (status, body) = owner.post(&format!("/v1/orgs/bench/api-keys/{}/revoke", key.id), "{}")?;
            if status != 200 {
                return Err(format!("revoking was answered {status}: {body}").into());
            }
            let mut stale = 0;
            for _ in 0..5 {
                stale += usize::from(caller.is_valid(token)?);
            }
            let mut last = Duration::ZERO;
            for other in others {
                let refused = other.join().map_err(|_| "a caller ended")??;
                last = last.max(refused.saturating_duration_since(began));
            }
            Ok((last.as_secs_f64() * 1000.0, stale))
        })
    }

    /// The ratio of two p99: in the part of each second in which usage is written, and in the other parts.
    fn flush(&self) -> Outcome<f64> {
        let keys = (0..KEYS).map(|_| self.issue("credentials:read")).collect::<Outcome<Vec<_>>>()?;
        if let Some(last) = keys.last() {
            self.known(last)?;
        }
        let (mut client, mut parts) = (self.as_caller(1)?, vec![Vec::new(); PARTS]);
        let began = Instant::now();
        for key in keys.iter().cycle() {
            let asked = began.elapsed();
            if asked > Duration::from_secs(FLUSH_SECONDS) {
                break;
            }
            client.is_valid(&key.token)?;
            let took = began.elapsed() - asked;
            let part = asked.subsec_millis() as usize * PARTS / 1000;
            parts[part].push(took.as_secs_f64() * 1000.0);
        }
        // A node flushes once a second, so always in the same part: the one with the slowest mean.
        let mean = |times: &[f64]| times.iter().sum::<f64>() / times.len().max(1) as f64;
        let slowest = (0..PARTS).max_by(|one, other| mean(&parts[*one]).total_cmp(&mean(&parts[*other])));
        let mut during = parts.swap_remove(slowest.unwrap_or(0));
        Ok(p99(&mut during) / p99(&mut parts.concat()))
    }

    /// Sends equally many calls to two nodes, stops both cleanly, and asks the third how many were counted.
    fn count(mut self) -> Outcome<(u64, u64)> {
        let key = self.issue("credentials:read")?;
        self.known(&key)?;
        let usage = |world: &Self| -> Outcome<u64> {
            let path = format!("/v1/orgs/bench/credentials/{}/usage", key.id);
            let (_, body) = world.as_owner(0)?.get(&path)?;
            serde_json::from_str::<Value>(&body)?["by_outcome"]["valid"].as_u64().ok_or_else(|| body.into())
        };
        // Waiting for the key already made one successful call on each node.
        let mut sent = self.nodes.len() as u64;
        std::thread::scope(|scope| -> Outcome {
            let token = &key.token;
            let world = &self;
            let calling: Vec<_> = [1, 2]
                .map(|node| {
                    scope.spawn(move || -> Result<u64, String> {
                        let mut client = world.as_caller(node).map_err(|error| error.to_string())?;
                        let mut valid = 0;
                        for _ in 0..CALLS {
                            valid += u64::from(client.is_valid(token).map_err(|error| error.to_string())?);
                        }
                        Ok(valid)
                    })
                })
                .into();
            for calling in calling {
                sent += calling.join().map_err(|_| "a caller ended")??;
            }
            Ok(())
        })?;
        for node in self.nodes.drain(1..) {
            node.stop()?;
        }
        Ok((usage(&self)?, sent))
    }
}

#[cfg(test)]
mod tests {
    use super::p99;

    #[test]
    fn one_of_a_hundred_may_be_slower() {
        let mut values: Vec<_> = (1..=100).map(f64::from).collect();
        assert!((p99(&mut values) - 100.0).abs() < 2.0);
        values.push(1e9);
        assert!((p99(&mut values) - 100.0).abs() < f64::EPSILON);
        assert!(p99(&mut []).is_nan());
    }
}
