//! The program, when connections want more files than it may open.

use crate::{program::Program, wire::soon};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::net::TcpStream;

const COMPLAINT: &str = "no connection can be accepted";

/// Connections that take their place and say nothing.
async fn flood(program: &Program, count: usize) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..count {
        streams.push(soon(TcpStream::connect(program.address)).await.unwrap());
    }
    streams
}

/// Asks until the answer is that the database answers.
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
    // How many are open is not for others to see, so no more are allowed than there are in any case.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let before = prlimit(pid, Resource::Nofile, Rlimit { current: Some(3), maximum }).unwrap();
    let flood = flood(&program, 20).await;
    assert!(program.log.by_ref().map_while(Result::ok).any(|line| line.contains(COMPLAINT)));
    prlimit(pid, Resource::Nofile, before).unwrap();
    drop(flood);
    until_ready(&program).await;
}
