//! The token endpoint under load: issuing with each algorithm, and introspection. It is compared with plain axum, bare
//! signatures and npm's oidc-provider. The peer is the one used to test stock clients; if it does not start, it is
//! skipped.

use crate::{
    Outcome,
    load::{self, Call, ROUNDS, Sample},
    process::{Running, curl, post_json},
    signature::Signer,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{path::Path, process::Command};

pub(crate) const CONNECTIONS: u32 = 32;
const SECONDS: u32 = 3;
const ALGORITHMS: [&str; 3] = ["ES256", "RS256", "EdDSA"];

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) reference: Sample,
    pub(crate) product: Sample,
    /// CPU time of one signature with the algorithm, in microseconds.
    pub(crate) signature: Option<f64>,
    pub(crate) peer: Option<Sample>,
}

pub(crate) struct Measured {
    pub(crate) rows: Vec<Row>,
    pub(crate) with_peer: bool,
}

/// A server that issues tokens, with a client registered there.
struct Issuer<'a> {
    server: &'a Running,
    basic: String,
    /// Maps an algorithm to the audience whose tokens are signed with it.
    audience: fn(&str) -> String,
    introspect: &'static str,
}

/// Measures everything. `token` belongs to an owner of the organization.
///
/// # Errors
/// Fails if a server rejects a request or answers anything but success.
pub(crate) fn measure(reference: &Running, product: &Running, token: &str, scratch: &Path) -> Outcome<Measured> {
    let (basic, key) = prepare(product, token)?;
    let product = Issuer { server: product, basic, audience: of_product, introspect: "/oauth/introspect" };
    let peer = start_peer(scratch).ok();
    let peer = peer.as_ref().map(|(server, basic)| Issuer {
        server,
        basic: basic.clone(),
        audience: of_peer,
        introspect: "/token/introspection",
    });

    let mut rows = Vec::new();
    for alg in ALGORITHMS {
        let form = |issuer: &Issuer<'_>| format!("grant_type=client_credentials&resource={}", (issuer.audience)(alg));
        let calls =
            Calls::new("/oauth/token", &product, form(&product), peer.as_ref().map(|p| (p, "/oauth/token", form(p))));
        rows.push(calls.row(&format!("issue, {alg}"), reference, Some(&Signer::new(alg)?), scratch)?);
    }
    let jwt = access_token(&product, &format!("&resource={}", of_product("ES256")))?;
    let calls = Calls::new(product.introspect, &product, format!("token={jwt}"), None);
    rows.push(calls.row("introspect a JWT", reference, None, scratch)?);
    let of_peer = match &peer {
        Some(peer) => Some((peer, peer.introspect, format!("token={}", access_token(peer, "")?))),
        None => None,
    };
    let calls = Calls::new(product.introspect, &product, format!("token={key}"), of_peer);
    rows.push(calls.row("introspect an opaque token", reference, None, scratch)?);
    Ok(Measured { rows, with_peer: peer.is_some() })
}

/// The requests to compare, per server.
struct Calls<'a> {
    path: &'static str,
    product: &'a Issuer<'a>,
    form: String,
    peer: Option<(&'a Issuer<'a>, &'static str, String)>,
}

impl<'a> Calls<'a> {
    fn new(
        path: &'static str,
        product: &'a Issuer<'a>,
        form: String,
        peer: Option<(&'a Issuer<'a>, &'static str, String)>,
    ) -> Self {
        Self { path, product, form, peer }
    }

    /// Loads all servers in turns.
    fn row(&self, name: &str, reference: &Running, signer: Option<&Signer>, scratch: &Path) -> Outcome<Row> {
        let (mut a, mut b, mut signatures, mut peers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let post = |server: &Running, path: &str, basic: &str, form: &str| {
            load::apply(server, &Call::post(path, &[basic], form, scratch)?, CONNECTIONS, SECONDS)
        };
        for round in 1..=ROUNDS {
            eprintln!("bench: {name}, round {round} of {ROUNDS}");
            a.push(post(reference, "/posted", &self.product.basic, &self.form)?);
            b.push(post(self.product.server, self.path, &self.product.basic, &self.form)?);
            if let Some(signer) = signer {
                signatures.push(signer.cpu()?);
            }
            if let Some((peer, path, form)) = &self.peer {
                peers.push(post(peer.server, path, &peer.basic, form)?);
            }
        }
        signatures.sort_by(f64::total_cmp);
        Ok(Row {
            name: name.to_owned(),
            reference: load::median(&a),
            product: load::median(&b),
            signature: signatures.get(signatures.len() / 2).copied(),
            peer: self.peer.is_some().then(|| load::median(&peers)),
        })
    }
}

fn of_product(alg: &str) -> String {
    format!("urn:bench:{alg}")
}

/// The audience as in `end2end/clients/contract.mjs`, form-encoded.
fn of_peer(alg: &str) -> String {
    let noun = if alg == "ES256" {
        "contacts"
    } else if alg == "RS256" {
        "reports"
    } else {
        "devices"
    };
    format!("https%3A%2F%2F{noun}.example.test%2F")
}

/// Creates an API per algorithm and a client for all of them. Returns the client's header, and an API key to
/// introspect.
fn prepare(product: &Running, token: &str) -> Outcome<(String, String)> {
    let bearer = format!("Authorization: Bearer {token}");
    let post = |path: &str, body: &Value| post_json(product, path, &bearer, body);
    let scope = |alg: &str| format!("{}:read", alg.to_lowercase());
    for alg in ALGORITHMS {
        let scopes = json!([{ "name": scope(alg) }]);
        post(
            "/v1/orgs/bench/apis",
            &json!({ "name": alg, "audience": of_product(alg), "signing_alg": alg, "scopes": scopes }),
        )?;
    }
    let client = post("/v1/orgs/bench/clients", &json!({ "name": "bench", "scopes": ALGORITHMS.map(scope) }))?;
    let key = post("/v1/orgs/bench/api-keys", &json!({ "name": "bench", "scopes": [scope("ES256")] }))?;
    Ok((basic(&client)?, text(&key, "token")?))
}

/// Starts oidc-provider, and returns it with the header of its client.
fn start_peer(scratch: &Path) -> Outcome<(Running, String)> {
    let file = scratch.join("peer.json");
    let node = |port: u16| {
        let mut command = Command::new("node");
        command
            .env("NODE_ENV", "production")
            .arg("end2end/clients/serve_reference.mjs")
            .arg(port.to_string())
            .arg(&file);
        command
    };
    let server = Running::start(node, "/.well-known/openid-configuration")?;
    let client: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    Ok((server, basic(&client)?))
}

fn access_token(issuer: &Issuer<'_>, more: &str) -> Outcome<String> {
    let form = format!("grant_type=client_credentials{more}");
    let url = issuer.server.url("/oauth/token");
    text(&serde_json::from_str(&curl(&["--header", &issuer.basic, "--data", &form, &url])?)?, "access_token")
}

/// The header that authenticates a client. Neither the id nor the secret needs form encoding.
fn basic(client: &Value) -> Outcome<String> {
    let pair = format!("{}:{}", text(client, "client_id")?, text(client, "client_secret")?);
    Ok(format!("Authorization: Basic {}", STANDARD.encode(pair)))
}

pub(crate) fn text(json: &Value, name: &str) -> Outcome<String> {
    Ok(json[name].as_str().ok_or_else(|| format!("no {name} in a reply"))?.to_owned())
}
