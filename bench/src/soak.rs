//! Keeps a server at half of its capacity for a long time, and then edits one credential very many times.
//!
//! Owns: the bounds within which its memory and descriptors must stay. Unlike the other measurements, this one can
//! fail.

use crate::{
    Outcome,
    client::Client,
    process::{Running, Scratch},
    seeded::Seeded,
};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

const KEYS: u32 = 1_000;
const CALLERS: usize = 4;
/// How long the capacity of the server is measured.
const FULL: Duration = Duration::from_secs(5);
/// Time for filling pools and caches: one minute, or a fifth of a shorter run.
const WARM_UP: Duration = Duration::from_secs(60);
/// Allowed growth of the memory after the warm-up: a factor, and a number of bytes.
const MEMORY: (f64, f64) = (1.05, 4.0 * 1024.0 * 1024.0);
/// Allowed growth in descriptors, for connections to the database that are opened later.
const DESCRIPTORS: usize = 8;
/// Edits of one key in a run of [`WHOLE`] seconds; a shorter run makes fewer. [`MEMORY_OF_EDITS`] is the allowed
/// growth.
const EDITS: u64 = 100_000;
const WHOLE: u64 = 600;
const MEMORY_OF_EDITS: f64 = 20.0 * 1024.0 * 1024.0;
const MIB: f64 = 1024.0 * 1024.0;

/// Runs for `seconds`, and prints the figures at the start and at the end.
///
/// # Errors
/// Fails if memory or descriptors have grown beyond the bounds, or if the server rejects a request.
pub(crate) fn run(mintmark: &Path, seconds: u64) -> Outcome {
    let scratch = Scratch::new()?;
    let seeded = Seeded::start(mintmark, KEYS, scratch.path())?;
    let load = Load::read(&seeded)?;
    let at_most = load.apply(FULL, None, |_| Ok(()))? as f64 / FULL.as_secs_f64();
    let pace = Duration::from_secs_f64(2.0 * CALLERS as f64 / at_most);
    println!("soak: {:.0} requests a second, half of {at_most:.0}, for {seconds} s", at_most / 2.0);

    let whole = Duration::from_secs(seconds);
    let warm = WARM_UP.min(whole / 5);
    let (mut first, mut last) = (None, (0.0, 0));
    let sent = load.apply(whole, Some(pace), |passed| {
        last = (seeded.server.resident_bytes()?, seeded.server.descriptors()?);
        if first.is_none() && passed >= warm {
            first = Some(last);
        }
        Ok(())
    })?;
    let first = first.unwrap_or(last);
    let say = |when: &str, (memory, descriptors): (f64, usize)| {
        println!("soak: {when}: {:.1} MiB resident, {descriptors} descriptors", memory / MIB);
    };
    say(&format!("after {} s", warm.as_secs()), first);
    say(&format!("after {seconds} s and {sent} requests"), last);
    let bound = (first.0 * MEMORY.0 + MEMORY.1, first.1 + DESCRIPTORS);
    if last.0 > bound.0 || last.1 > bound.1 {
        return Err(format!("more than {:.1} MiB and {} descriptors", bound.0 / MIB, bound.1).into());
    }
    println!("soak: within {:.1} MiB and {} descriptors", bound.0 / MIB, bound.1);
    edit(&seeded, &load, EDITS * seconds.min(WHOLE) / WHOLE)
}

/// Edits one key `count` times. Each edit gives it settings that no other key has.
fn edit(seeded: &Seeded, load: &Load, count: u64) -> Outcome {
    let mut client = Client::connect(load.port, &load.caller)?;
    let (status, made) = client.post("/v1/orgs/bench/api-keys", r#"{"name":"edited","scopes":[]}"#)?;
    let made: serde_json::Value = serde_json::from_str(&made)?;
    let id = made["id"].as_str().ok_or_else(|| format!("issuing was answered {status}"))?;
    let mut before = 0.0;
    for number in 0..count {
        // The first edits fill caches and files.
        if number == count / 20 {
            before = seeded.server.resident_bytes()?;
        }
        let (second, third) = (number / 250 % 250, number % 250);
        let body = format!(r#"{{"name":"edited {number}","ip_allowlist":["10.{second}.{third}.0/24"]}}"#);
        let (status, answer) = client.patch(&format!("/v1/orgs/bench/api-keys/{id}"), &body)?;
        if status != 200 {
            return Err(format!("edit {number} was answered {status}: {answer}").into());
        }
    }
    let grown = seeded.server.resident_bytes()? - before;
    println!("soak: {count} edits, {:.1} MiB more", grown / MIB);
    if grown > MEMORY_OF_EDITS { Err("edits have grown the memory".into()) } else { Ok(()) }
}

/// The requests of the load: valid tokens, damaged tokens and `/v1/me`.
struct Load {
    port: u16,
    caller: String,
    tokens: Vec<String>,
    damaged: Vec<String>,
}

impl Load {
    fn read(seeded: &Seeded) -> Outcome<Self> {
        let lines = |path: &Path| -> Outcome<Vec<String>> {
            Ok(std::fs::read_to_string(path)?.lines().map(str::to_owned).collect())
        };
        let caller = seeded.caller.trim_start_matches("Authorization: Bearer ").to_owned();
        let (tokens, damaged) = (lines(&seeded.tokens)?, lines(&seeded.damaged_tokens()?)?);
        Ok(Self { port: Running::port(&seeded.server), caller, tokens, damaged })
    }

    /// Sends requests for the time `whole`; each caller sends one per `pace`. Calls `look` about once a second with the
    /// time passed.
    fn apply(
        &self,
        whole: Duration,
        pace: Option<Duration>,
        mut look: impl FnMut(Duration) -> Outcome,
    ) -> Outcome<u64> {
        let (began, is_over) = (Instant::now(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let is_over = &is_over;
            let callers: Vec<_> = (0..CALLERS)
                .map(|caller| scope.spawn(move || self.call(caller, pace, is_over).map_err(|error| error.to_string())))
                .collect();
            let mut looked = Ok(());
            while began.elapsed() < whole && looked.is_ok() && !callers.iter().any(|caller| caller.is_finished()) {
                pause(Duration::from_secs(1).min(whole.saturating_sub(began.elapsed())));
                looked = look(began.elapsed());
            }
            is_over.store(true, Ordering::Relaxed);
            let mut sent = 0;
            for caller in callers {
                sent += caller.join().map_err(|_| "a caller ended")??;
            }
            looked.map(|()| sent)
        })
    }

    /// Returns the number of requests sent. It reconnects from time to time, because connections do not live forever
    /// either.
    fn call(&self, caller: usize, pace: Option<Duration>, is_over: &AtomicBool) -> Outcome<u64> {
        let (began, mut sent) = (Instant::now(), 0_u32);
        let mut client = Client::connect(self.port, &self.caller)?;
        while !is_over.load(Ordering::Relaxed) {
            let place = caller + sent as usize;
            let token = &self.tokens[place % self.tokens.len()];
            match sent % 16 {
                0 => drop(client.is_valid(&self.damaged[place % self.damaged.len()])?),
                1 => drop(client.get("/v1/me")?),
                _ if !client.is_valid(token)? => return Err("a good token was refused".into()),
                _ => {}
            }
            sent += 1;
            if sent.is_multiple_of(1_000) {
                client = Client::connect(self.port, &self.caller)?;
            }
            if let Some(ahead) = pace.and_then(|pace| (pace * sent).checked_sub(began.elapsed())) {
                pause(ahead);
            }
        }
        Ok(sent.into())
    }
}

#[expect(clippy::disallowed_methods, reason = "there is no executor here, and half a load is half a time of rest")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
