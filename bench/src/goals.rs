//! The sections of the report that compare measurements of verification with goals.

use crate::{
    load::Sample,
    neighbor, nodes,
    verify::{Measured, Row, Size},
};
use std::fmt::Write as _;

const MIB: f64 = 1024.0 * 1024.0;

/// A goal: its name, the floor and the ambitious value.
type Goal = (&'static str, &'static str, &'static str);

const THROUGHPUT: Goal = ("verify, throughput ÷ bare", "≥ 0.75", "≥ 0.90");
const CPU: Goal = ("verify, CPU ÷ bare", "≤ 1.4", "≤ 1.15");
const P99: Goal = ("verify, p99 ÷ bare", "≤ 1.3", "≤ 1.05");
const INTROSPECT: Goal = ("introspect an opaque token, throughput ÷ bare", "≥ 0.85", "≥ 0.95");
const UNKNOWN: Goal = ("verify an unknown token, throughput ÷ bare", "–", "≥ 1.00");
const DAMAGED: Goal = ("verify a damaged token, throughput ÷ bare", "–", "≥ 1.00");
const FORWARD: Goal = ("forward-auth, CPU ÷ that of verify", "≤ 1.5", "≤ 1.1");
const ME: Goal = ("who is calling, CPU ÷ that of verify", "≤ 2", "≤ 1.3");
const GROWTH: Goal = ("verify, throughput ÷ that with the fewest keys", "≥ 0.85", "≥ 0.95");
const PER_KEY: Goal = ("resident memory per credential", "≤ 100 B", "≤ 64 B");
const START: Goal = ("start to the first right verdict", "≤ 30 s", "≤ 8 s");
const IDLE: Goal = ("memory of the idle server, fewest keys", "≤ 30 MiB", "≤ 16 MiB");

/// The table of goals, and the table of requests.
pub(crate) fn section(Measured { rows, sizes }: &Measured) -> String {
    let mut text = String::from(
        "\n## Verification, tokens at random from a million\n\n\
         Bare axum reads the same body. The goals for growth and start are about ten million keys, measured with `BENCH_LARGE=1`.\n\n\
         | goal | floor | ambitious | measured |\n|---|---|---|---|\n",
    );
    for ((what, floor, ambitious), measured) in goals(rows, sizes) {
        let _ = writeln!(text, "| {what} | {floor} | {ambitious} | {measured} |");
    }
    text += "\n| request | connections | throughput ÷ bare | CPU ÷ bare | p99 ÷ bare | CPU µs, Mintmark | bare | p99 ms, Mintmark | bare |\n\
             |---|---|---|---|---|---|---|---|---|\n";
    for Row { name, connections, reference: a, product: b } in rows {
        let _ = writeln!(
            text,
            "| {name} | {connections} | {:.2} | {:.2} | {:.2} | {:.1} | {:.1} | {:.2} | {:.2} |",
            b.rate / a.rate,
            b.cpu / a.cpu,
            b.p99 / a.p99,
            b.cpu,
            a.cpu,
            b.p99,
            a.p99
        );
    }
    text
}

const STALE: Goal = ("revoke → same node, stale answers", "0", "0");
const TOLD: Goal = ("revoke → other nodes, p99", "≤ 250 ms", "≤ 25 ms");
const UNTOLD: Goal = ("the same, nobody told", "≤ 2 s, then refuse", "≤ 1 s");
const COUNTED: Goal = ("usage counted ÷ calls answered, after a clean stop", "exact", "exact");
const FLUSH: Goal = ("verify, p99 while usage is written ÷ otherwise", "≤ 1.3×", "≤ 1.1×");

/// The table about three nodes. Without PostgreSQL it says that nothing was measured.
pub(crate) fn of_nodes(measured: Option<&nodes::Measured>) -> String {
    let mut text = String::from(
        "\n## Three nodes on PostgreSQL\n\n\
         From asking to revoke until the last of the other nodes was seen to refuse, by callers that ask without a pause. Nobody is told where \
         the trigger that notifies is off. Usage is written once a second: the tenth of each second that is slowest, beside all others.\n\n\
         | goal | floor | ambitious | measured |\n|---|---|---|---|\n",
    );
    let of = |figure: &dyn Fn(&nodes::Measured) -> String| measured.map_or("not measured".to_owned(), figure);
    for ((what, floor, ambitious), told) in [
        (STALE, of(&|m| m.stale.to_string())),
        (TOLD, of(&|m| format!("{:.1} ms", m.told))),
        (UNTOLD, of(&|m| format!("{:.0} ms", m.untold))),
        (COUNTED, of(&|m| format!("{} ÷ {}", m.counted.0, m.counted.1))),
        (FLUSH, of(&|m| format!("{:.2}×", m.flush))),
    ] {
        let _ = writeln!(text, "| {what} | {floor} | {ambitious} | {told} |");
    }
    text
}

/// The effect of one organization's imports on another organization.
pub(crate) fn of_neighbor(neighbor::Measured { quiet, importing, imports }: &neighbor::Measured) -> String {
    format!(
        "\n## Beside an organization that imports\n\n\
         Verifications at a steady pace, while another organization sends documents of 2 MiB in four requests at once.\n\n\
         | goal | floor | measured |\n|---|---|---|\n\
         | verify, p99 while another organization imports ÷ otherwise | ≤ 2× | {:.2}× ({importing:.2} ÷ {quiet:.2} ms, {imports} imports) |\n",
        importing / quiet,
    )
}

fn goals(rows: &[Row], sizes: &[Size]) -> Vec<(Goal, String)> {
    // Each goal refers to the first row with its name.
    let of = |name: &str, figure: fn(&Sample) -> f64| {
        let row = rows.iter().find(|row| row.name == name);
        row.map_or("–".to_owned(), |row| format!("{:.2}", figure(&row.product) / figure(&row.reference)))
    };
    let cpu = |name: &str| rows.iter().find(|row| row.name == name).map(|row| row.product.cpu);
    let of_verify = |name: &str| match (cpu(name), cpu("verify")) {
        (Some(cpu), Some(verify)) => format!("{:.2}", cpu / verify),
        _ => "–".to_owned(),
    };
    let mut goals = vec![
        (THROUGHPUT, of("verify", |s| s.rate)),
        (CPU, of("verify", |s| s.cpu)),
        (P99, of("verify", |s| s.p99)),
        (INTROSPECT, of("introspect", |s| s.rate)),
        (UNKNOWN, of("verify an unknown token", |s| s.rate)),
        (DAMAGED, of("verify a damaged token", |s| s.rate)),
        (FORWARD, of_verify("forward-auth")),
        (ME, of_verify("who is calling")),
    ];
    let Some((small, larger)) = sizes.split_first() else { return goals };
    let each = |measured: &dyn Fn(&Size) -> String| {
        larger.iter().map(|size| format!("{} with {} keys", measured(size), size.keys)).collect::<Vec<_>>().join(", ")
    };
    let per_key = |size: &Size| (size.resident - small.resident) / f64::from(size.keys - small.keys);
    goals.push((GROWTH, each(&|size| format!("{:.2}", size.throughput))));
    goals.push((PER_KEY, each(&|size| format!("{:.0} B", per_key(size)))));
    goals.push((START, each(&|size| format!("{:.1} s", size.start))));
    goals.push((IDLE, format!("{:.1} MiB", small.resident / MIB)));
    goals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_for_each_key_that_is_more() {
        let size = |keys, resident| Size { keys, start: 1.0, resident, throughput: 0.97 };
        let goals = goals(&[], &[size(1_000, 16.0 * MIB), size(1_001_000, 16.0 * MIB + 64e6)]);
        let measured = |goal: Goal| goals.iter().find(|(known, _)| known.0 == goal.0).unwrap().1.as_str();
        assert_eq!(measured(PER_KEY), "64 B with 1001000 keys");
        assert_eq!((measured(IDLE), measured(THROUGHPUT)), ("16.0 MiB", "–"));
    }
}
