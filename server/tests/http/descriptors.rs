//! The program when connections need more file descriptors than it may open.

use crate::{program::Program, wire::soon};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::net::TcpStream;

const COMPLAINT: &str = "no connection can be accepted";

/// Connections that take a place and send nothing.
async fn flood(program: &Program, count: usize) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..count {
        streams.push(soon(TcpStream::connect(program.address)).await.unwrap());
    }
    streams
}

/// Waits until the database is ready.
async fn until_ready(program: &Program) {
    let address = format!("http://{}/health/ready", program.address);
    soon(async { while !reqwest::get(&address).await.is_ok_and(|reply| reply.status().is_success()) {} }).await;
}

#[tokio::test]
async fn a_flood_of_connections_leaves_descriptors_for_the_database() {
    let mut program = Program::start("ulimit -n 128", &[]);
    drop(flood(&program, 150).await);
    until_ready(&program).await;
    program.child.kill().unwrap();
    let log: Vec<String> = program.log.by_ref().map_while(Result::ok).collect();
    assert!(log.iter().any(|line| line.contains("\"connections\":64")), "{log:#?}");
    assert!(!log.iter().any(|line| line.contains(COMPLAINT)), "{log:#?}");
}

#[tokio::test]
async fn running_out_of_descriptors_does_not_end_the_server() {
    let mut program = Program::start("", &[]);
    until_ready(&program).await;
    let pid = Some(Pid::from_child(&program.child));
    // The test cannot read the number of open files, so it sets a limit below any number in use.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let before = prlimit(pid, Resource::Nofile, Rlimit { current: Some(3), maximum }).unwrap();
    let flood = flood(&program, 20).await;
    assert!(program.log.by_ref().map_while(Result::ok).any(|line| line.contains(COMPLAINT)));
    prlimit(pid, Resource::Nofile, before).unwrap();
    drop(flood);
    until_ready(&program).await;
}
