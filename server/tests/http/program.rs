//! The program itself, on its own port, with a temporary data directory.

use std::{
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    process::{Child, ChildStderr, ChildStdout, Command, Stdio},
};
use tempfile::TempDir;

/// A running `mintmark serve`.
pub(crate) struct Program {
    pub(crate) child: Child,
    /// The first line of its output.
    pub(crate) greeting: String,
    pub(crate) address: SocketAddr,
    pub(crate) log: Lines<BufReader<ChildStderr>>,
    /// Kept open, because the program may write more.
    _said: Lines<BufReader<ChildStdout>>,
    pub(crate) dir: TempDir,
}

impl Program {
    /// Starts the program from a shell that has run `before`.
    pub(crate) fn start(before: &str, variables: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", &format!("{before}\nexec \"$0\" serve"), env!("CARGO_BIN_EXE_mintmark")])
            .env("MINTMARK_DATA_DIR", dir.path())
            .env("MINTMARK_SITE_DIR", dir.path())
            .env("MINTMARK_LISTEN", "127.0.0.1:0")
            .env("MINTMARK_LOG", "info")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let greeting = said.next().unwrap().unwrap();
        let address = greeting.split("://").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
        Self { child, greeting, address, log, _said: said, dir }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
