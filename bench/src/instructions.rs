//! Counts with valgrind how many instructions the core of one verification takes. The count is the same on a busy
//! machine as on an idle one.
//!
//! Owns: the expected count. Without valgrind, nothing is counted.

use crate::Outcome;
use std::{path::Path, process::Command};

/// Expected instructions of one verification in a release build. Update it together with the change that moves it.
/// `None` means that nothing is compared.
const EXPECTED: Option<f64> = Some(26_200.0);
/// Allowed factor above [`EXPECTED`], because compilers differ.
const TOLERANCE: f64 = 1.25;
const FEW: u32 = 1_000;
const MANY: u32 = 11_000;

/// Instructions of one verification; `None` without valgrind. `core` is the benchmark of the crate `service`, which
/// verifies a given number of times. Two runs of different length are subtracted, so that startup does not count.
pub(crate) fn count(core: &Path) -> Outcome<Option<f64>> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(None);
    }
    eprintln!("bench: counting instructions");
    let (few, many) = (of(core, FEW)?, of(core, MANY)?);
    Ok(Some((many - few) / f64::from(MANY - FEW)))
}

fn of(core: &Path, times: u32) -> Outcome<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(core)
        .arg(times.to_string())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("the core of verification failed:\n{said}").into());
    }
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| format!("valgrind said:\n{said}").into())
}

/// The section of the report.
pub(crate) fn row(counted: Option<f64>) -> String {
    let told = |count: Option<f64>, otherwise: &str| count.map_or(otherwise.to_owned(), |count| format!("{count:.0}"));
    format!(
        "\n## Instructions of one verification\n\n| caller and token, without HTTP | at most |\n|---|---|\n| {} | {} |\n",
        told(counted, "not measured"),
        told(EXPECTED.map(|count| count * TOLERANCE), "–")
    )
}

/// Fails, with both numbers, if the count is higher than allowed.
pub(crate) fn check(counted: Option<f64>) -> Outcome {
    match (counted, EXPECTED) {
        (Some(count), Some(expected)) if count > expected * TOLERANCE => {
            Err(format!("a verification takes {count:.0} instructions, and took {expected:.0}").into())
        }
        _ => Ok(()),
    }
}
