//! The measurements and their order. The reference and Mintmark take turns, so that both meet the same noise.

use crate::{
    Outcome, better_auth, goals, instructions,
    load::{self, Call},
    neighbor, nodes, oauth, pages,
    process::{Running, Scratch},
    report::{self, Row},
    verify,
};
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

pub(crate) const SECONDS: u32 = 5;
pub(crate) const EMAIL: &str = "ada@bench.test";
pub(crate) const PASSWORD: &str = "a long enough pass phrase";

/// Measures `mintmark` and writes the table to `results`.
///
/// # Errors
/// Fails if something does not start or a request fails. At the end, it fails if the core of a verification takes too
/// many instructions.
pub(crate) fn run(mintmark: &Path, core: &Path, results: &Path) -> Outcome {
    let scratch = Scratch::new()?;
    let token = bootstrap(mintmark, scratch.path())?;
    let reference = Running::start(bare, "/v1/me")?;
    let product = Running::start(|port| serve(mintmark, scratch.path(), port), "/health/ready")?;

    let (bare, me) = (Call::get("/v1/me", &[]), Call::get("/v1/me", &[&format!("Authorization: Bearer {token}")]));
    let mut rows = Vec::new();
    for connections in [32, 64] {
        let [reference, product] =
            load::in_turns("/v1/me", [(&reference, &bare), (&product, &me)], connections, SECONDS)?;
        rows.push(Row { connections, reference, product });
    }

    let oauth = oauth::measure(&reference, &product, &token, scratch.path())?;
    drop(product);
    let pages = pages::measure(mintmark, scratch.path())?;
    let verify = verify::measure(&reference, mintmark, scratch.path())?;
    let beside = better_auth::measure(&reference, mintmark, scratch.path())?;
    let nodes = nodes::measure(mintmark, scratch.path())?;
    let neighbor = neighbor::measure(mintmark, scratch.path())?;
    let counted = instructions::count(core)?;
    let mut table = report::table(&rows, &oauth, &verify, beside.as_ref(), nodes.as_ref(), &pages);
    table += &goals::of_neighbor(&neighbor);
    table += &instructions::row(counted);
    std::fs::write(results, &table)?;
    print!("{table}");
    instructions::check(counted)
}

/// The command that starts the reference server.
pub(crate) fn bare(port: u16) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap_or_else(|_| "bench".into()));
    command.args(["bare", &format!("127.0.0.1:{port}")]);
    command
}

/// The command that serves the data in the folder `data`.
pub(crate) fn serve(mintmark: &Path, data: &Path, port: u16) -> Command {
    let mut command = Command::new(mintmark);
    command.env("MINTMARK_DATA_DIR", data).env("MINTMARK_LISTEN", format!("127.0.0.1:{port}"));
    command.env("MINTMARK_PUBLIC_URL", format!("http://localhost:{port}")).env("MINTMARK_LOG", "warn").arg("serve");
    command
}

/// Creates the first organization and its owner. Returns a token of the owner.
pub(crate) fn bootstrap(mintmark: &Path, data: &Path) -> Outcome<String> {
    bootstrap_on(mintmark, data, |_| {})
}

/// Like [`bootstrap`], for another organization in the same database.
pub(crate) fn bootstrap_in(org: &str, mintmark: &Path, data: &Path) -> Outcome<String> {
    run_bootstrap(org, mintmark, data, |_| {})
}

/// Like [`bootstrap`], on the database that `configure` sets.
pub(crate) fn bootstrap_on(mintmark: &Path, data: &Path, configure: impl Fn(&mut Command)) -> Outcome<String> {
    run_bootstrap("bench", mintmark, data, configure)
}

fn run_bootstrap(org: &str, mintmark: &Path, data: &Path, configure: impl Fn(&mut Command)) -> Outcome<String> {
    let mut command = Command::new(mintmark);
    let email = if org == "bench" { EMAIL.to_owned() } else { format!("owner@{org}.test") };
    command.args(["bootstrap", "--org", org, "--email", &email, "--password-stdin", "--json"]);
    configure(&mut command);
    let mut child = command
        .env("MINTMARK_DATA_DIR", data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", mintmark.display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        writeln!(stdin, "{PASSWORD}")?;
    }
    let output = child.wait_with_output()?;
    let made: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    Ok(made["token"].as_str().ok_or("bootstrap printed no token")?.to_owned())
}
