//! The table in `bench/results.md`: ratios first, no name of a machine, no path.

use crate::{Outcome, goals, load::Sample, nodes, oauth, process::Running, process::curl, verify};
use std::fmt::Write as _;

/// One number of connections, both servers.
pub(crate) struct Row {
    pub(crate) connections: u32,
    pub(crate) reference: Sample,
    pub(crate) product: Sample,
}

/// The tokens page of a person who is signed in.
pub(crate) struct Page {
    pub(crate) bytes: usize,
    pub(crate) sample: Sample,
}

/// What a first visit downloads: kind of file and bytes as Brotli sends them.
pub(crate) type Downloads = Vec<(&'static str, usize)>;

/// Asks `product` for every file of the package that `html` names, as a browser does.
pub(crate) fn downloads(product: &Running, html: &str) -> Outcome<Downloads> {
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

/// The whole document.
pub(crate) fn table(
    rows: &[Row],
    oauth: &oauth::Measured,
    verify: &verify::Measured,
    nodes: Option<&nodes::Measured>,
    page: &Page,
    downloads: &Downloads,
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
    text += &goals::of_nodes(nodes);
    text += &token_service(oauth);
    let Page { bytes, sample } = page;
    let _ = write!(
        text,
        "\n## `/settings/tokens`, signed in\n\n| HTML | p50 over one connection | CPU |\n|---|---|---|\n| {:.1} KB | {:.2} ms | {:.2} ms |\n\
         \n## A first visit downloads, after Brotli\n\n| file | KB |\n|---|---|\n",
        kilobytes(*bytes),
        sample.p50,
        sample.cpu / 1000.0
    );
    for (kind, bytes) in downloads {
        let _ = writeln!(text, "| {kind} | {:.1} |", kilobytes(*bytes));
    }
    let _ = writeln!(text, "| sum | {:.1} |", kilobytes(downloads.iter().map(|(_, bytes)| bytes).sum()));
    text
}

/// The section about the OAuth endpoints. What was not measured is a dash.
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

#[allow(clippy::cast_precision_loss, reason = "sizes of files in kilobytes")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
