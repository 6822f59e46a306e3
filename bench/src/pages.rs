//! Response time and size of pages, in a small organization and in one with very many credentials and members. Also the
//! size of the downloads of a first visit, and Lighthouse scores (`end2end/lighthouse/pages.mjs`).

use crate::{
    Outcome,
    load::{self, Call, Sample},
    plan::{EMAIL, PASSWORD, SECONDS, bootstrap, serve},
    process::{Running, curl},
};
use serde_json::Value;
use std::{
    fmt::Write as _,
    path::Path,
    process::{Command, Stdio},
};

const KEYS: u32 = 10_000;
const MEMBERS: u32 = 2_000;
const PAGES: [&str; 9] = [
    "/settings/tokens",
    "/settings/tokens/new",
    "/orgs/bench/overview",
    "/orgs/bench/credentials",
    "/orgs/bench/credentials?q=load+key+000777",
    "/orgs/bench/members",
    "/orgs/bench/audit",
    "/docs",
    "/docs/api/credentials",
];

/// One page, measured in both organizations.
struct Row {
    path: &'static str,
    small: (usize, Sample),
    large: (usize, Sample),
}

pub(crate) struct Measured {
    rows: Vec<Row>,
    /// Kind of file, and its size in bytes after Brotli.
    downloads: Vec<(&'static str, usize)>,
    /// Page, and its scores for performance, accessibility and best practices. `None` without node and the npm
    /// packages.
    scores: Option<Vec<(String, [i64; 3])>>,
}

/// Measures `mintmark` with databases in `scratch`.
///
/// # Errors
/// Fails if something does not start, or if a page is not shown.
pub(crate) fn measure(mintmark: &Path, scratch: &Path) -> Outcome<Measured> {
    let (small, small_cookie) = start(mintmark, &scratch.join("pages-small"), 5, 3)?;
    let (large, large_cookie) = start(mintmark, &scratch.join("pages-large"), KEYS, MEMBERS)?;
    let mut rows = Vec::new();
    for path in PAGES {
        let calls = [Call::get(path, &[&small_cookie]), Call::get(path, &[&large_cookie])];
        let [one, other] = load::in_turns(path, [(&small, &calls[0]), (&large, &calls[1])], 1, SECONDS)?;
        let bytes = |server: &Running, cookie| Outcome::Ok(curl(&["--header", cookie, &server.url(path)])?.len());
        rows.push(Row {
            path,
            small: (bytes(&small, &small_cookie)?, one),
            large: (bytes(&large, &large_cookie)?, other),
        });
    }
    let html = curl(&["--header", &small_cookie, &small.url("/settings/tokens")])?;
    Ok(Measured { rows, downloads: downloads(&small, &html)?, scores: scores(mintmark) })
}

/// Starts a server with an organization of this many keys and members. Returns it with the `Cookie` header of the
/// owner.
fn start(mintmark: &Path, data: &Path, keys: u32, members: u32) -> Outcome<(Running, String)> {
    eprintln!("bench: pages with {keys} API keys and {members} members");
    bootstrap(mintmark, data)?;
    let status = Command::new(mintmark)
        .args([
            "seed",
            "--org",
            "bench",
            "--sample",
            "1",
            "--load",
            &keys.to_string(),
            "--members",
            &members.to_string(),
        ])
        .arg("--tokens-out")
        .arg(data.join("tokens"))
        .env("MINTMARK_DATA_DIR", data)
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("mintmark seed: {status}").into());
    }
    let server = Running::start(|port| serve(mintmark, data, port), "/health/ready")?;
    let cookie = sign_in(&server, data)?;
    Ok((server, cookie))
}

/// Signs in through the form on the page, like a browser without scripts. Returns the `Cookie` header.
fn sign_in(product: &Running, scratch: &Path) -> Outcome<String> {
    let page = curl(&[&product.url("/sign-in")])?;
    let action = page.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no form on /sign-in")?;
    let jar = scratch.join("cookies");
    let jar = jar.to_str().ok_or("the temporary folder has a strange name")?;
    let origin = format!("Origin: {}", product.url(""));
    let (email, password) = (format!("email={EMAIL}"), format!("password={PASSWORD}"));
    curl(&[
        "--cookie-jar",
        jar,
        "--output",
        "/dev/null",
        "--header",
        &origin,
        "--header",
        "Accept: text/html",
        "--data-urlencode",
        &email,
        "--data-urlencode",
        &password,
        &product.url(action),
    ])?;
    let jar = std::fs::read_to_string(jar)?;
    let line = jar.lines().rfind(|line| line.starts_with("#HttpOnly_")).ok_or("signing in set no cookie")?;
    let fields: Vec<&str> = line.split('\t').collect();
    match fields[..] {
        [.., name, value] => Ok(format!("Cookie: {name}={value}")),
        _ => Err("curl's cookie jar has a strange line".into()),
    }
}

/// Downloads every file of the package that `html` names, as a browser does, and returns the sizes.
fn downloads(product: &Running, html: &str) -> Outcome<Vec<(&'static str, usize)>> {
    let mut sizes = Vec::new();
    for kind in ["wasm", "js", "css"] {
        let ending = format!(".{kind}");
        let path = html
            .split(['"', '\'', '(', ')', '`'])
            .find(|word| word.starts_with("/pkg/") && word.ends_with(&ending))
            .ok_or_else(|| format!("the page names no {kind} file"))?;
        let size = curl(&[
            "--header",
            "Accept-Encoding: br",
            "--output",
            "/dev/null",
            "--write-out",
            "%{size_download}",
            &product.url(path),
        ])?;
        sizes.push((kind, size.parse()?));
    }
    Ok(sizes)
}

fn scores(mintmark: &Path) -> Option<Vec<(String, [i64; 3])>> {
    eprintln!("bench: lighthouse");
    let mut command = Command::new("node");
    let output =
        command.args(["end2end/lighthouse/pages.mjs", "--json"]).env("MINTMARK_BINARY", mintmark).output().ok()?;
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).ok()?;
    let score = |answer: &Value| {
        let of = |index: usize| answer["scores"][index].as_i64();
        Some((answer["page"].as_str()?.to_owned(), [of(0)?, of(1)?, of(2)?]))
    };
    answers.iter().map(score).collect()
}

/// The sections of the report.
pub(crate) fn section(Measured { rows, downloads, scores }: &Measured) -> String {
    let mut text = format!(
        "\n## Pages, signed in, over one connection\n\n\
         A small organization has 5 API keys and 3 members, a large one {KEYS} and {MEMBERS}. The goals are 5 ms and 30 KB at \
         most, better 2 ms and 15 KB; HTML is told before compression.\n\n\
         | page | HTML KB, small | large | p50 ms, small | large | CPU ms, small | large |\n|---|---|---|---|---|---|---|\n"
    );
    for Row { path, small: (small_bytes, small), large: (large_bytes, large) } in rows {
        let _ = writeln!(
            text,
            "| `{path}` | {:.1} | {:.1} | {:.2} | {:.2} | {:.2} | {:.2} |",
            kilobytes(*small_bytes),
            kilobytes(*large_bytes),
            small.p50,
            large.p50,
            small.cpu / 1000.0,
            large.cpu / 1000.0
        );
    }
    text += "\n## A first visit downloads, after Brotli\n\nThe goal is 200 KB at most, better 130.\n\n| file | KB |\n|---|---|\n";
    for (kind, bytes) in downloads {
        let _ = writeln!(text, "| {kind} | {:.1} |", kilobytes(*bytes));
    }
    let _ = writeln!(text, "| sum | {:.1} |", kilobytes(downloads.iter().map(|(_, bytes)| bytes).sum()));
    text += "\n## Lighthouse, as on a desktop\n\nThe goal is 95 each, better 100.\n\n";
    match scores {
        Some(scores) => {
            text += "| page | performance | accessibility | best practices |\n|---|---|---|---|\n";
            for (page, [performance, accessibility, practices]) in scores {
                let _ = writeln!(text, "| `{page}` | {performance} | {accessibility} | {practices} |");
            }
        }
        None => text += "Not measured: node, Chromium or end2end's npm packages are missing.\n",
    }
    text
}

#[allow(clippy::cast_precision_loss, reason = "sizes of files in kilobytes")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
