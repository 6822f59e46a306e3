//! Processes under measurement. They are started on a free port, observed through /proc, and ended when dropped.

use crate::Outcome;
use serde_json::Value;
use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Linux reports CPU time in hundredths of a second on every machine we build for.
const TICKS_A_SECOND: f64 = 100.0;

/// A server that runs until this value is dropped.
pub(crate) struct Running {
    child: Child,
    port: u16,
}

impl Running {
    /// Starts the command on a free port, and waits until the path `ready` answers.
    pub(crate) fn start(command: impl FnOnce(u16) -> Command, ready: &str) -> Outcome<Self> {
        Self::start_when(command, 15, |running| curl(&[&running.url(ready)]).is_ok()).map(|(running, _)| running)
    }

    /// Like [`Running::start`], but asks `is_ready` for up to `seconds`. Also returns the seconds it took.
    pub(crate) fn start_when(
        command: impl FnOnce(u16) -> Command,
        seconds: u64,
        is_ready: impl Fn(&Self) -> bool,
    ) -> Outcome<(Self, f64)> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let started = Instant::now();
        let child = command(port).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut running = Self { child, port };
        while !is_ready(&running) {
            if let Some(status) = running.child.try_wait()? {
                return Err(format!("a server ended at once: {status}").into());
            }
            if started.elapsed() > Duration::from_secs(seconds) {
                return Err(format!("a server did not answer within {seconds} s").into());
            }
            std::thread::yield_now();
        }
        Ok((running, started.elapsed().as_secs_f64()))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Stops the server as an operator would. Fails if it does not exit with success.
    pub(crate) fn stop(mut self) -> Outcome {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("a server ended: {status}").into()) }
    }

    /// Number of open descriptors.
    pub(crate) fn descriptors(&self) -> Outcome<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count())
    }

    /// CPU time of all threads so far, user and system, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Outcome<f64> {
        cpu_seconds(&self.child.id().to_string())
    }

    /// Resident memory, in bytes.
    pub(crate) fn resident_bytes(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
    }
}

/// CPU time of any process, given by its number or as `self`, in seconds.
pub(crate) fn cpu_seconds(process: &str) -> Outcome<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: f64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS_A_SECOND)
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the output of curl. Fails unless the response was a success.
pub(crate) fn curl(arguments: &[&str]) -> Outcome<String> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--max-time", "10"])
        .args(arguments)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Posts JSON with the header `authorization`, and returns the answer.
pub(crate) fn post_json(server: &Running, path: &str, authorization: &str, body: &Value) -> Outcome<Value> {
    let (url, body) = (server.url(path), body.to_string());
    let json = "Content-Type: application/json";
    Ok(serde_json::from_str(&curl(&["--header", authorization, "--header", json, "--data", &body, &url])?)?)
}

/// A folder that is removed when this value is dropped.
pub(crate) struct Scratch(std::path::PathBuf);

impl Scratch {
    pub(crate) fn new() -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("mintmark-bench-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
