//! Verification for resource servers under load, with very many credentials in the database. Tokens are valid, unknown
//! or damaged, and drawn at random. Ten million credentials take gigabytes and minutes, so they need `BENCH_LARGE=1`.

use crate::{
    Outcome,
    load::{Call, FORM, Sample, in_turns},
    plan::SECONDS,
    process::Running,
    seeded::Seeded,
};
use std::path::Path;

const SMALL: u32 = 1_000;
const MANY: u32 = 1_000_000;
const LARGE: u32 = 10_000_000;
/// The number of connections that the goals are about.
const CONNECTIONS: u32 = 32;

/// One kind of request, compared with plain axum that reads the same body.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) connections: u32,
    pub(crate) reference: Sample,
    pub(crate) product: Sample,
}

/// One size of database.
pub(crate) struct Size {
    pub(crate) keys: u32,
    /// Seconds from the start to the first correct verdict.
    pub(crate) start: f64,
    /// Resident memory after that, in bytes.
    pub(crate) resident: f64,
    /// Throughput divided by that of the smallest size, measured in turns.
    pub(crate) throughput: f64,
}

pub(crate) struct Measured {
    pub(crate) rows: Vec<Row>,
    /// Smallest first.
    pub(crate) sizes: Vec<Size>,
}

/// Measures everything.
///
/// # Errors
/// Fails if something does not start, or if a server answers anything but success.
pub(crate) fn measure(reference: &Running, mintmark: &Path, scratch: &Path) -> Outcome<Measured> {
    let small = Seeded::start(mintmark, SMALL, scratch)?;
    let many = Seeded::start(mintmark, MANY, scratch)?;
    let rows = rows(reference, &many, &small, scratch)?;
    let mut sizes = vec![Size { keys: SMALL, start: small.start, resident: small.resident, throughput: 1.0 }];
    sizes.push(size(&many, &small, scratch)?);
    drop(many);
    if std::env::var_os("BENCH_LARGE").is_some_and(|value| value == "1") {
        sizes.push(size(&Seeded::start(mintmark, LARGE, scratch)?, &small, scratch)?);
    }
    Ok(Measured { rows, sizes })
}

/// `stranger` has well-formed tokens that `product` does not know.
fn rows(reference: &Running, product: &Seeded, stranger: &Seeded, scratch: &Path) -> Outcome<Vec<Row>> {
    let damaged = product.damaged_tokens()?;
    let plan = [
        ("verify", "/v1/verify", JSON, product.tokens.as_path(), CONNECTIONS),
        ("verify", "/v1/verify", JSON, product.tokens.as_path(), 64),
        ("verify an unknown token", "/v1/verify", JSON, stranger.tokens.as_path(), CONNECTIONS),
        ("verify a damaged token", "/v1/verify", JSON, damaged.as_path(), CONNECTIONS),
        ("introspect", "/oauth/introspect", IN_FORM, product.tokens.as_path(), CONNECTIONS),
    ];
    let asked = [("forward-auth", "/v1/forward-auth"), ("who is calling", "/v1/me")];
    let row = |(name, path, body, tokens, connections)| {
        let (bare, ours) =
            (call(product, "/posted", body, tokens, scratch)?, call(product, path, body, tokens, scratch)?);
        let [reference, product] =
            in_turns(name, [(reference, &bare), (&product.server, &ours)], connections, SECONDS)?;
        Ok(Row { name, connections, reference, product })
    };
    let rows: Outcome<Vec<Row>> = plan.into_iter().map(row).collect();
    let asked = asked.into_iter().map(|(name, path)| {
        let of = |path| Call::get_any(path, &product.tokens, scratch);
        let pair = [(reference, &of("/v1/me")?), (&product.server, &of(path)?)];
        let [reference, product] = in_turns(name, pair, CONNECTIONS, SECONDS)?;
        Ok(Row { name, connections: CONNECTIONS, reference, product })
    });
    Ok([rows?, asked.collect::<Outcome<_>>()?].into_iter().flatten().collect())
}

fn size(seeded: &Seeded, small: &Seeded, scratch: &Path) -> Outcome<Size> {
    let ours = |seeded: &Seeded| call(seeded, "/v1/verify", JSON, &seeded.tokens, scratch);
    let (a, b) = (ours(small)?, ours(seeded)?);
    let name = format!("verify, {} and {} keys", small.keys, seeded.keys);
    let [a, b] = in_turns(&name, [(&small.server, &a), (&seeded.server, &b)], CONNECTIONS, SECONDS)?;
    Ok(Size { keys: seeded.keys, start: seeded.start, resident: seeded.resident, throughput: b.rate / a.rate })
}

/// The text before and after the token, and the content type header.
pub(crate) type Body = ((&'static str, &'static str), &'static str);
pub(crate) const JSON: Body = (("{\"token\":\"", "\"}"), "Content-Type: application/json");
const IN_FORM: Body = (("token=", ""), FORM);

/// A call that posts the tokens of a file to `path`, with the header of `caller`.
pub(crate) fn call(caller: &Seeded, path: &str, (around, kind): Body, tokens: &Path, scratch: &Path) -> Outcome<Call> {
    Call::post_any(path, &[&caller.caller, kind], around, tokens, scratch)
}
