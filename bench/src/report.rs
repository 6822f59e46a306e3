//! The table in `bench/results.md`. It shows ratios first, and no machine names or paths.

use crate::{better_auth, goals, load::Sample, nodes, oauth, pages, verify};
use std::fmt::Write as _;

/// Both servers at one number of connections.
pub(crate) struct Row {
    pub(crate) connections: u32,
    pub(crate) reference: Sample,
    pub(crate) product: Sample,
}

/// The whole document.
pub(crate) fn table(
    rows: &[Row],
    oauth: &oauth::Measured,
    verify: &verify::Measured,
    beside: Option<&better_auth::Measured>,
    nodes: Option<&nodes::Measured>,
    pages: &pages::Measured,
) -> String {
    let mut text = String::from(
        "# Measured\n\n\
         Written by `make bench`: release build, one run, reference and product in turns, the median of each figure.\n\
         The reference is bare axum answering 200 bytes of JSON; wrk shares the machine's cores with the server it loads.\n\
         Machines are shared and noisy: the ratios mean something, the absolute figures little, and p99 least.\n\n\
         ## `GET /v1/me` with a token ÷ bare axum\n\n\
         | connections | throughput | CPU | p99 | CPU µs, Mintmark | CPU µs, bare | p99 ms, Mintmark | p99 ms, bare |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for Row { connections, reference: a, product: b } in rows {
        let _ = writeln!(
            text,
            "| {connections} | {:.2} | {:.2} | {:.2} | {:.1} | {:.1} | {:.2} | {:.2} |",
            b.rate / a.rate,
            b.cpu / a.cpu,
            b.p99 / a.p99,
            b.cpu,
            a.cpu,
            b.p99,
            a.p99
        );
    }
    text += &goals::section(verify);
    text += &better_auth::section(beside);
    text += &goals::of_nodes(nodes);
    text += &token_service(oauth);
    text += &pages::section(pages);
    text
}

/// The section about the OAuth endpoints. A dash means that a figure was not measured.
fn token_service(oauth::Measured { rows, with_peer }: &oauth::Measured) -> String {
    let mut text = format!(
        "\n## The token service ÷ bare axum, ÷ bare signatures, ÷ npm oidc-provider; {} connections\n\n\
         Bare axum reads the same form. A bare signature is one of aws-lc-rs in a loop, with as much to sign as in a token.{}\n\n\
         | request | throughput ÷ bare | CPU ÷ bare | CPU ÷ one signature | throughput ÷ peer | CPU ÷ peer | CPU µs, Mintmark | bare | signature | peer |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
        oauth::CONNECTIONS,
        if *with_peer {
            " oidc-provider is in memory and refuses to introspect JWTs."
        } else {
            "\noidc-provider was not measured: node or end2end's npm packages are missing."
        },
    );
    for oauth::Row { name, reference: a, product: b, signature, peer } in rows {
        let or_dash = |figure: Option<f64>, digits: usize| figure.map_or("–".to_owned(), |f| format!("{f:.digits$}"));
        let _ = writeln!(
            text,
            "| {name} | {:.2} | {:.2} | {} | {} | {} | {:.1} | {:.1} | {} | {} |",
            b.rate / a.rate,
            b.cpu / a.cpu,
            or_dash(signature.map(|s| b.cpu / s), 2),
            or_dash(peer.map(|p| b.rate / p.rate), 1),
            or_dash(peer.map(|p| b.cpu / p.cpu), 3),
            b.cpu,
            a.cpu,
            or_dash(*signature, 1),
            or_dash(peer.map(|p| p.cpu), 1),
        );
    }
    text
}
