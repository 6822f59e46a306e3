//! The running program leaves no core file.

use crate::program::Program;
use std::fs;

#[test]
fn the_running_program_leaves_no_core() {
    let program = Program::start("ulimit -c unlimited 2>/dev/null || true", &[]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", program.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let values: Vec<_> = core.split_whitespace().skip(4).collect();
    assert_eq!(values, ["0", "0", "bytes"], "{core}");
}
