// Schemathesis against the real binary: requests made up from the OpenAPI document that it serves, valid ones and broken ones,
// with everything that it answers held against the same document. hooks.py gives them something to find.
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

// What it holds against the document, whatever it sent. Left out:
// - positive_data_acceptance: what a schema cannot say, such as that a scope has to be there, is refused with 422 on purpose;
// - negative_data_rejection: headers such as If-Match, and queries that nobody reads, may hold anything;
// - ignored_auth: /health, /.well-known, the document itself and /oauth answer strangers too, each in its own way;
// - unsupported_method, missing_required_header, use_after_free, ensure_resource_availability, object_level_authorization: about
//   what the server does, not about what it says; the tests in server/tests/http ask that of every route.
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
];

// All that a run is allowed to use up.
const LIMITS = [
  "credentials", "service_accounts", "apis", "scopes", "operations", "members", "invitations_a_day", "changes_a_minute",
];

/**
 * Sends at least `cases` requests, made up from `seed`; rejects with what Schemathesis printed once an answer was wrong. `change`
 * changes the document that it reads.
 */
export async function schemathesis({ cases, seed, change = () => {} }) {
  let first, server;
  try {
    first = await Server.start();
    const owner = await prepare(first);
    await first.halt();
    // Once more: a server that runs takes its limits over within a minute only.
    server = await Server.start({ MINTMARK_DATA_DIR: first.data, MINTMARK_LOG: "warn" });
    const objects = await populate(server, owner);
    const document = join(server.data, "openapi.json"); // in an empty folder that goes away with the server
    const served = await fetch(`${server.url}/v1/openapi.json`).then((answer) => answer.json());
    change(served);
    await writeFile(document, JSON.stringify(served));
    const total = { cases: 0, statuses: {}, operations: {} };
    // The first round has the document's corner cases, a few thousand; the next ones go on with other seeds until it is enough.
    for (let round = 0; round === 0 || total.cases < cases; round += 1) {
      const examples = Math.min(100, Math.max(1, Math.ceil((cases - total.cases) / 250)));
      const phases = round === 0 ? "examples,coverage,fuzzing,stateful" : "fuzzing,stateful";
      add(total, await once({ server, owner, document, objects, phases, examples, seed: seed + round }));
    }
    // A run that has locked itself out would find nothing any more.
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

/** An organization without limits, and its owner. */
async function prepare(server) {
  const bootstrap = ["bootstrap", "--org", "acme", "--email", "ada@acme.test", "--password-stdin", "--json"];
  const owner = JSON.parse(await server.run(bootstrap, "correct horse battery staple\n"));
  for (const name of LIMITS) await server.run(["limits", "set", "--org", "acme", name, "unlimited"]);
  return owner;
}

/** One object of every kind, so that there is something to find from the first request on; gives what the server answered. */
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

/** One run of Schemathesis; gives what hooks.py counted. */
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
    // One at a time: what comes when is then the same with the same seed.
    workers: 1,
    // hooks.py presents credentials. Two at once are refused before anything else is looked at.
    "generation-with-security-parameters": false,
    "generation-database": "none",
    // A failure is worth its exact request, although the second try would meet another state.
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

/** A line for people: how many requests there were, and how they were answered. */
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
