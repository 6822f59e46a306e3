//! Generates load with wrk and reads its output.

use crate::{Outcome, process::Running};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

/// Number of turns of each server.
pub(crate) const ROUNDS: usize = 4;

/// The request that wrk repeats.
pub(crate) struct Call {
    path: String,
    headers: Vec<String>,
    script: Option<PathBuf>,
}

impl Call {
    pub(crate) fn get(path: &str, headers: &[&str]) -> Self {
        Self { path: path.to_owned(), headers: headers.iter().map(|&header| header.to_owned()).collect(), script: None }
    }

    /// A `POST` of a form that is encoded already. wrk reads it from a script in `scratch`.
    pub(crate) fn post(path: &str, headers: &[&str], form: &str, scratch: &Path) -> Outcome<Self> {
        let mut call = Self::get(path, headers);
        call.headers.push(FORM.to_owned());
        let script = scratch.join("post.lua");
        std::fs::write(&script, format!("wrk.method = \"POST\"\nwrk.body = \"{form}\"\n"))?;
        call.script = Some(script);
        Ok(call)
    }

    /// A `GET` with a token drawn at random from the file `tokens` each time, as a bearer token.
    pub(crate) fn get_any(path: &str, tokens: &Path, scratch: &Path) -> Outcome<Self> {
        let format = "wrk.format(\"GET\", nil, { [\"Authorization\"] = \"Bearer \" .. token }, nil)";
        Self::draw(path, &[], format, tokens, scratch)
    }

    /// A `POST` with a token drawn at random from the file `tokens` each time. The token is placed between the two
    /// given texts.
    pub(crate) fn post_any(
        path: &str,
        headers: &[&str],
        (before, after): (&str, &str),
        tokens: &Path,
        scratch: &Path,
    ) -> Outcome<Self> {
        let format = format!("wrk.format(\"POST\", nil, nil, {before:?} .. token .. {after:?})");
        Self::draw(path, headers, &format, tokens, scratch)
    }

    /// A call whose requests wrk makes of the tokens before it starts.
    fn draw(path: &str, headers: &[&str], format: &str, tokens: &Path, scratch: &Path) -> Outcome<Self> {
        let tokens = tokens.display().to_string();
        let text = format!(
            "local requests = {{}}\n\
             function init()\n\
             \x20 math.randomseed(os.time())\n\
             \x20 for token in io.lines({tokens:?}) do\n\
             \x20   requests[#requests + 1] = {format}\n\
             \x20 end\n\
             end\n\
             function request() return requests[math.random(#requests)] end\n"
        );
        let mut call = Self::get(path, headers);
        let script = scratch.join(format!("{:016x}.lua", hash(&text)));
        std::fs::write(&script, text)?;
        call.script = Some(script);
        Ok(call)
    }
}

pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The result of one run of wrk against one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    /// Answers per second.
    pub(crate) rate: f64,
    /// Median latency, in milliseconds.
    pub(crate) p50: f64,
    /// 99th percentile of the latency, in milliseconds.
    pub(crate) p99: f64,
    /// CPU time of the server per answer, in microseconds.
    pub(crate) cpu: f64,
}

/// Sends requests for `seconds` over `connections`, and measures the server's CPU time meanwhile.
///
/// # Errors
/// Fails if wrk cannot be run, or if the server answers anything but success.
pub(crate) fn apply(server: &Running, call: &Call, connections: u32, seconds: u32) -> Outcome<Sample> {
    let Call { path, headers, script } = call;
    let mut wrk = Command::new("wrk");
    wrk.args([
        "--latency",
        "--threads",
        "1",
        "--connections",
        &connections.to_string(),
        "--duration",
        &format!("{seconds}s"),
    ]);
    for header in headers {
        wrk.args(["--header", header]);
    }
    if let Some(script) = script {
        wrk.arg("--script").arg(script);
    }
    let before = server.cpu_seconds()?;
    let output = wrk.arg(server.url(path)).output().map_err(|error| format!("wrk: {error}"))?;
    let cpu = server.cpu_seconds()? - before;
    let text = String::from_utf8(output.stdout)?;
    if text.contains("Non-2xx") || !output.status.success() {
        return Err(format!("{path} did not answer with success:\n{text}").into());
    }
    let (requests, rate, p50, p99) = parse(&text).ok_or_else(|| format!("wrk said:\n{text}"))?;
    Ok(Sample { rate, p50, p99, cpu: cpu * 1e6 / requests })
}

/// Loads all servers in turns, so that they meet the same noise. Returns the median of each figure per server.
pub(crate) fn in_turns<const N: usize>(
    name: &str,
    contenders: [(&Running, &Call); N],
    connections: u32,
    seconds: u32,
) -> Outcome<[Sample; N]> {
    let mut samples = [const { Vec::new() }; N];
    for round in 1..=ROUNDS {
        eprintln!("bench: {name}, {connections} connections, round {round} of {ROUNDS}");
        for ((server, call), samples) in contenders.iter().zip(&mut samples) {
            samples.push(apply(server, call, connections, seconds)?);
        }
    }
    Ok(samples.map(|samples| median(&samples)))
}

/// Requests, rate, p50 and p99 (both in milliseconds) from the output of wrk.
fn parse(text: &str) -> Option<(f64, f64, f64, f64)> {
    let after = |start: &str| text.lines().find_map(|line| line.trim().strip_prefix(start)).map(str::trim);
    let requests = text.lines().find_map(|line| line.trim().split_once(" requests in "))?.0.parse().ok()?;
    let rate = after("Requests/sec:")?.parse().ok()?;
    Some((requests, rate, milliseconds(after("50%")?)?, milliseconds(after("99%")?)?))
}

/// Converts `250.00us`, `3.10ms` or `1.20s` to milliseconds.
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)];
    units.iter().find_map(|(unit, factor)| text.strip_suffix(unit)?.parse::<f64>().ok().map(|value| value * factor))
}

/// The median of each figure on its own.
pub(crate) fn median(samples: &[Sample]) -> Sample {
    let middle = |figure: fn(&Sample) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        match values.len() {
            0 => f64::NAN,
            n if n % 2 == 1 => values[n / 2],
            n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
        }
    };
    Sample { rate: middle(|s| s.rate), p50: middle(|s| s.p50), p99: middle(|s| s.p99), cpu: middle(|s| s.cpu) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_prints_is_understood() {
        let text = "  Latency Distribution\n     50%  211.00us\n     99%    3.10ms\n  700518 requests in 5.10s, 100MB read\nRequests/sec: 137356.12\n";
        assert_eq!(parse(text), Some((700_518.0, 137_356.12, 0.211, 3.1)));
    }

    #[test]
    fn the_median_is_taken_of_each_figure() {
        let sample = |x: f64| Sample { rate: x, p50: -x, p99: x, cpu: x };
        let middle = median(&[sample(3.0), sample(1.0), sample(2.0), sample(10.0)]);
        assert_eq!((middle.rate, middle.p50), (2.5, -2.5));
    }
}
