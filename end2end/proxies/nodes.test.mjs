// Two nodes on one PostgreSQL behind Caddy, as in docs/proxies/compose.yaml. No request fails if one node stops.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "../eventually.mjs";
import { freePort, Server } from "../server.mjs";
import { ask, bearer } from "./ask.mjs";
import { Nodes } from "./proxies.mjs";

const POSTGRES = process.env.MINTMARK_TEST_POSTGRES_URL; // set by scripts/postgres.sh
const skip = POSTGRES ? false : "needs scripts/postgres.sh";
const database = `nodes_${randomBytes(6).toString("hex")}`;
const onPostgres = (statement) => promisify(execFile)("psql", ["--quiet", "--no-psqlrc", POSTGRES, "--command", statement]);
const caddy = new Nodes();
const nodes = [];
let owner;

before(async () => {
  if (skip) return;
  await onPostgres(`CREATE DATABASE ${database}`);
  const port = await freePort();
  const shared = {
    MINTMARK_DATABASE_URL: POSTGRES.replace(/[^/]*$/, database),
    MINTMARK_MASTER_KEY: randomBytes(32).toString("base64"),
    MINTMARK_PUBLIC_URL: `http://localhost:${port}`,
    MINTMARK_TRUSTED_PROXIES: "127.0.0.1/32",
  };
  for (let count = 0; count < 2; count += 1) nodes.push(await Server.start(shared));
  const bootstrap = ["bootstrap", "--org", "acme", "--email", "ada@acme.test", "--password-stdin", "--json"];
  owner = JSON.parse(await nodes[0].run(bootstrap, "correct horse battery staple\n")).token;
  const [a, b] = nodes.map((node) => new URL(node.url).port);
  await caddy.start({ a, b, proxy: port });
  for (const node of nodes) await eventually(async () => (await show(new URL(node.url).port)) === 200, "the node knows the owner");
});

after(async () => {
  await caddy.stop();
  for (const node of nodes) await node.stop();
  if (!skip) await onPostgres(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
});

const show = async (port, token = owner, options = {}) => (await ask(port, "/v1/me", { headers: bearer(token), ...options })).status;
const post = async (path, body) => {
  const headers = { ...bearer(owner), "Content-Type": "application/json" };
  const answer = await ask(caddy.port, path, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(answer.status < 300, answer.text);
  return JSON.parse(answer.text);
};

test("what one node issues and revokes, every node honors", { skip }, async () => {
  const { id, token } = await post("/v1/orgs/acme/api-keys", { name: "Sync", scopes: ["credentials:read"] });
  for (const node of nodes) {
    await eventually(async () => (await show(new URL(node.url).port, token)) === 200, "the node knows the key");
  }
  await post(`/v1/orgs/acme/api-keys/${id}/revoke`, {});
  for (const node of nodes) {
    await eventually(async () => (await show(new URL(node.url).port, token)) === 401, "the node refuses the key");
  }
});

test("behind the proxy an address is the caller's", { skip }, async () => {
  const { token } = await post("/v1/orgs/acme/api-keys", { name: "Here", scopes: [], ip_allowlist: ["127.0.0.7/32"] });
  for (let turn = 0; turn < 4; turn += 1) {
    await eventually(async () => (await show(caddy.port, token, { from: "127.0.0.7" })) === 200, "the key works from its address");
    const headers = { ...bearer(token), "X-Forwarded-For": "127.0.0.7" };
    assert.equal(await show(caddy.port, token, { from: "127.0.0.8", headers }), 403);
  }
});

test("while a node stops and when it is gone, no request fails", { skip }, async () => {
  let asking = true;
  const statuses = [];
  const callers = Array.from({ length: 4 }, async () => {
    while (asking) statuses.push(await show(caddy.port).catch((error) => error.message));
  });
  const served = (count) => {
    const goal = statuses.length + count;
    return eventually(() => statuses.length >= goal, `${count} more requests were answered`);
  };
  await served(100);
  await nodes[0].halt();
  await served(300);
  const { id } = await post("/v1/orgs/acme/api-keys", { name: "Meanwhile", scopes: [] });
  assert.match(id, /^key_/);
  asking = false;
  await Promise.all(callers);
  assert.deepEqual([...new Set(statuses)], [200]);
});

test("with no node left, nobody is let in", { skip }, async () => {
  for (const node of nodes) await node.halt();
  const status = await show(caddy.port);
  assert.ok(status >= 500, `${status}`);
});
