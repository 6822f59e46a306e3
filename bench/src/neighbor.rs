//! Verification for one organization while another imports as much as it may, in four concurrent requests.

use crate::{Outcome, client::Client, nodes::p99, plan::bootstrap_in, process::Running, seeded::Seeded};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

const KEYS: u32 = 1_000;
/// Connections that verify. Each pauses between requests, so that half a core is idle when nothing else runs.
const CALLERS: usize = 4;
const PACE: Duration = Duration::from_millis(1);
const IMPORTS: usize = 4;
/// Turns without imports, and as many with imports.
const ROUNDS: usize = 4;
const SECONDS: u64 = 6;
/// The document is just below the accepted 2 MiB, with as many operations and scopes as an import may have.
const OPERATIONS: usize = 2_000;
const SCOPES: usize = 500;
const SIZE: usize = 2 * 1024 * 1024 - 4096;

/// 99th percentile of the verification time, in milliseconds.
pub(crate) struct Measured {
    pub(crate) quiet: f64,
    pub(crate) importing: f64,
    /// Imports that succeeded.
    pub(crate) imports: usize,
}

/// Measures in turns, without and with imports, and takes the median of each.
///
/// # Errors
/// Fails if something does not start, or if a verification fails.
pub(crate) fn measure(mintmark: &Path, scratch: &Path) -> Outcome<Measured> {
    let scratch = scratch.join("neighbor");
    std::fs::create_dir_all(&scratch)?;
    let seeded = Seeded::start(mintmark, KEYS, &scratch)?;
    let neighbor = bootstrap_in("neighbor", mintmark, &seeded.data)?;
    let port = seeded.server.port();
    let api = api(port, &neighbor)?;
    let (mut quiet, mut importing, mut imports) = (Vec::new(), Vec::new(), 0);
    for round in 1..=ROUNDS {
        eprintln!("bench: verification beside imports, round {round} of {ROUNDS}");
        quiet.push(during(&seeded, &[])?.0);
        let requests: Vec<_> = (0..IMPORTS).map(|_| (neighbor.as_str(), api.as_str())).collect();
        let (time, done) = during(&seeded, &requests)?;
        importing.push(time);
        imports += done;
    }
    Ok(Measured { quiet: middle(quiet), importing: middle(importing), imports })
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Creates an API to import into. It retries, because the server learns of the new organization only within half a
/// second.
fn api(port: u16, token: &str) -> Outcome<String> {
    let started = Instant::now();
    let body = json!({ "name": "Large", "audience": "urn:neighbor:large" }).to_string();
    loop {
        let (status, made) = Client::connect(port, token)?.post("/v1/orgs/neighbor/apis", &body)?;
        let made: Value = serde_json::from_str(&made)?;
        match made["id"].as_str() {
            Some(id) => return Ok(format!("/v1/orgs/neighbor/apis/{id}/import")),
            None if started.elapsed() > Duration::from_secs(10) => {
                return Err(format!("an API: {status} {made}").into());
            }
            None => std::thread::yield_now(),
        }
    }
}

fn document(number: usize) -> String {
    let operation = |index: usize, description: &str| {
        let scope = format!("large:scope{}", index % SCOPES);
        json!({ "get": {
            "operationId": format!("things.{index}"), "summary": format!("{number}"), "description": description,
            "security": [{ "oauth": [scope] }],
        } })
    };
    let paths = |description: &str| -> serde_json::Map<String, Value> {
        (0..OPERATIONS).map(|index| (format!("/things/{index}"), operation(index, description))).collect()
    };
    let whole = |description: &str| json!({ "openapi": "3.1.0", "paths": paths(description) }).to_string();
    let room = SIZE.saturating_sub(whole("").len()) / OPERATIONS;
    whole(&"x".repeat(room))
}

/// p99 of verifications while these imports are repeated, and the number of imports that succeeded.
fn during(seeded: &Seeded, imports: &[(&str, &str)]) -> Outcome<(f64, usize)> {
    let (port, is_over) = (Running::port(&seeded.server), AtomicBool::new(false));
    let caller = seeded.caller.trim_start_matches("Authorization: Bearer ");
    let tokens: Vec<String> = std::fs::read_to_string(&seeded.tokens)?.lines().map(str::to_owned).collect();
    std::thread::scope(|scope| {
        let (is_over, tokens) = (&is_over, &tokens);
        let importing: Vec<_> = imports
            .iter()
            .map(|(token, path)| scope.spawn(move || import(port, token, path, is_over).map_err(|e| e.to_string())))
            .collect();
        let verifying: Vec<_> = (0..CALLERS)
            .map(|number| scope.spawn(move || verify(port, caller, tokens, number).map_err(|e| e.to_string())))
            .collect();
        let mut times = Vec::new();
        for caller in verifying {
            times.extend(caller.join().map_err(|_| "a caller ended")??);
        }
        is_over.store(true, Ordering::Relaxed);
        let mut done = 0;
        for import in importing {
            done += import.join().map_err(|_| "an import ended")??;
        }
        Ok((p99(&mut times), done))
    })
}

/// Time of each verification, in milliseconds.
fn verify(port: u16, caller: &str, tokens: &[String], number: usize) -> Outcome<Vec<f64>> {
    let mut client = Client::connect(port, caller)?;
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < Duration::from_secs(SECONDS) {
        let (sent, token) = (Instant::now(), &tokens[(number + times.len() * CALLERS) % tokens.len()]);
        if !client.is_valid(token)? {
            return Err("a good token was refused".into());
        }
        times.push(sent.elapsed().as_secs_f64() * 1e3);
        crate::soak::pause(PACE.saturating_sub(sent.elapsed()));
    }
    Ok(times)
}

fn import(port: u16, token: &str, path: &str, is_over: &AtomicBool) -> Outcome<usize> {
    let (mut number, mut done) = (0, 0);
    let documents = [document(0), document(1)];
    let mut client = Client::connect(port, token)?;
    while !is_over.load(Ordering::Relaxed) {
        number += 1;
        // The server turns an import away before it reads the document, and closes the connection.
        let Ok(reply) = client.post(path, &documents[number % 2]) else {
            crate::soak::pause(Duration::from_millis(20));
            client = Client::connect(port, token)?;
            continue;
        };
        match reply {
            (200, _) => done += 1,
            // The organization has another import running, or made too many within a minute.
            (409 | 429 | 503, _) => crate::soak::pause(Duration::from_millis(20)),
            (status, body) => return Err(format!("an import was answered {status}: {body}").into()),
        }
    }
    Ok(done)
}
