// Runs Schemathesis against the real binary. It generates valid and invalid requests from the OpenAPI document, and
// checks every response against that document. hooks.py supplies existing objects.
//
//   node end2end/contract/schemathesis.mjs [CASES [SEED]]
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "../server.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = join(dirname(process.env.CARGO_TARGET_DIR ?? "target"), "python-contract", "bin", "schemathesis");

// The checks on every response. Not included:
// - positive_data_acceptance: a schema cannot state every rule. For example, a scope must exist, otherwise 422;
// - negative_data_rejection: headers such as If-Match and unknown queries may contain anything;
// - ignored_auth: /health, /.well-known, the document and /oauth also answer callers without a credential;
// - unsupported_method, missing_required_header, use_after_free, ensure_resource_availability,
//   object_level_authorization: these check behavior beyond the document. The tests in server/tests/http cover it.
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
];

// The limits of the organization that would stop a run.
const LIMITS = [
  "credentials", "service_accounts", "apis", "scopes", "operations", "members", "invitations_a_day", "changes_a_minute",
];

/**
 * Sends at least `cases` requests, generated from `seed`. Rejects with the output of Schemathesis if a response is
 * wrong. `change` changes the document before Schemathesis reads it.
 */
export async function schemathesis({ cases, seed, change = () => {} }) {
  let first, server;
  try {
    first = await Server.start();
    const owner = await prepare(first);
    await first.halt();
    // Restarts the server, because a running server takes up to a minute to apply new limits.
    server = await Server.start({ MINTMARK_DATA_DIR: first.data, MINTMARK_LOG: "warn" });
    const objects = await populate(server, owner);
    const document = join(server.data, "openapi.json"); // in an empty folder that is deleted with the server
    const served = await fetch(`${server.url}/v1/openapi.json`).then((answer) => answer.json());
    change(served);
    await writeFile(document, JSON.stringify(served));
    const total = { cases: 0, statuses: {}, operations: {} };
    // The first round covers the edge cases of the document, a few thousand. Later rounds use other seeds.
    for (let round = 0; round === 0 || total.cases < cases; round += 1) {
      const examples = Math.min(100, Math.max(1, Math.ceil((cases - total.cases) / 250)));
      const phases = round === 0 ? "examples,coverage,fuzzing,stateful" : "fuzzing,stateful";
      add(total, await once({ server, owner, document, objects, phases, examples, seed: seed + round }));
    }
    // A run that has locked itself out would find nothing more.
    const me = await fetch(`${server.url}/v1/me`, { headers: { Authorization: `Bearer ${owner.token}` } });
    assert.equal(me.status, 200, `the token of the run works no more: ${await me.text()}`);
    return total;
  } catch (error) {
    if (server?.log) error.message += `\nthe server said last:\n${server.log.slice(-4000)}`;
    throw error;
  } finally {
    await server?.stop();
    await first?.stop();
  }
}

/** Creates an organization without limits. Returns its owner. */
async function prepare(server) {
  const bootstrap = ["bootstrap", "--org", "acme", "--email", "ada@acme.test", "--password-stdin", "--json"];
  const owner = JSON.parse(await server.run(bootstrap, "correct horse battery staple\n"));
  for (const name of LIMITS) await server.run(["limits", "set", "--org", "acme", name, "unlimited"]);
  return owner;
}

/** Creates one object of every kind, so that the first requests find something. Returns the responses. */
async function populate(server, owner) {
  const known = [];
  const send = async (method, path, body) => {
    const answer = await fetch(server.url + path, {
      method,
      headers: { Authorization: `Bearer ${owner.token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const made = await answer.json();
    assert.ok(answer.ok, `${method} ${path}: ${JSON.stringify(made)}`);
    known.push(made);
    return made;
  };
  owner.credential = (await send("GET", "/v1/me")).credential.id;
  const org = "/v1/orgs/acme";
  const scopes = ["contacts:read", "contacts:write"];
  await send("POST", `${org}/apis`, {
    name: "Contacts", audience: "https://contacts.test", scopes: scopes.map((name) => ({ name })),
    operations: [{ id: "contacts.list", method: "GET", path: "/contacts/{contact}", scopes: { any: ["contacts:read"] } }],
  });
  const expires_in = 604_800;
  await send("POST", "/v1/me/tokens", { name: "Nightly export", scopes, expires_in });
  await send("POST", `${org}/api-keys`, { name: "Contacts API", scopes: ["contacts:read"], expires_in });
  const grant_types = ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"];
  await send("POST", `${org}/clients`, { name: "Sync", scopes, audiences: ["https://contacts.test"], grant_types });
  const jwks = { keys: [generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" })] };
  await send("POST", `${org}/clients`, {
    name: "With a key", scopes, audiences: ["https://contacts.test"], auth_method: "private_key_jwt", jwks,
  });
  const account = await send("POST", `${org}/service-accounts`, { name: "Robot", role: "member" });
  await send("POST", `${org}/service-accounts/${account.id}/tokens`, { name: "Its token", scopes, expires_in });
  await send("POST", `${org}/roles`, { name: "Reader", reach: "own", scopes: ["contacts:read"] });
  await send("POST", `${org}/invitations`, { email: "grace@acme.test", role: "member" });
  return { known, jwks };
}

/** Runs Schemathesis once. Returns the counts of hooks.py. */
async function once({ server, owner, document, objects, phases, examples, seed }) {
  const folder = dirname(document);
  const counts = join(folder, "counts.json");
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    PYTHONPATH: FOLDER,
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONHASHSEED: "0",
    SCHEMATHESIS_HOOKS: "hooks",
    SCHEMATHESIS_RUN: JSON.stringify({ url: server.url, ...owner, ...objects, seed, counts }),
  };
  const flags = {
    url: server.url,
    checks: CHECKS.join(),
    phases,
    seed,
    "max-examples": examples,
    // One worker, so that a seed always gives the same order.
    workers: 1,
    // hooks.py presents the credentials. The server rejects a request with two.
    "generation-with-security-parameters": false,
    "generation-database": "none",
    // Shows the complete request of a failure, because a second try would meet another state.
    "output-sanitize": false,
    "suppress-health-check": "all",
    warnings: "off",
    "request-timeout": 30,
  };
  const given = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const run = ["run", document, "--no-color", "--no-shrink", "--continue-on-failure", ...given];
  const running = spawn(PROGRAM, run, { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [running.stdout, running.stderr]) stream.setEncoding("utf8").on("data", (text) => (printed += text));
  const code = await new Promise((resolve, reject) => running.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`schemathesis ended with ${code} (seed ${seed})\n${printed}`);
  return JSON.parse(await readFile(counts, "utf8"));
}

function add(total, counted) {
  for (const [operation, statuses] of Object.entries(counted)) {
    const sum = (total.operations[operation] ??= {});
    for (const [status, times] of Object.entries(statuses)) {
      sum[status] = (sum[status] ?? 0) + times;
      total.statuses[status] = (total.statuses[status] ?? 0) + times;
      total.cases += times;
    }
  }
}

/** One line for people: the number of requests by status. */
export function summary({ cases, statuses, operations }) {
  const succeeded = Object.values(operations).filter((one) => Object.keys(one).some((status) => status.startsWith("2")));
  const answered = Object.entries(statuses).map(([status, times]) => `${status}: ${times}`).join(", ");
  return `${cases} cases; ${succeeded.length} of ${Object.keys(operations).length} operations succeeded; ${answered}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [cases = "20000", seed = "1"] = process.argv.slice(2);
  const started = Date.now();
  const total = await schemathesis({ cases: Number(cases), seed: Number(seed) });
  for (const [operation, statuses] of Object.entries(total.operations).sort()) console.log(`${operation} ${JSON.stringify(statuses)}`);
  console.log(`${summary(total)}; ${Math.round((Date.now() - started) / 1000)} s`);
}
