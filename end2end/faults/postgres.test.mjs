// Two nodes on a PostgreSQL that fails in every possible way.
//
// No node accepts a revoked credential. After the lease, a node answers 503 to everything that it cannot know. All
// nodes recover without help.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { eventually } from "../eventually.mjs";
import { Server } from "../server.mjs";
import { Cluster } from "./cluster.mjs";

const LEASE = 2000; // milliseconds that a node answers after it last heard of changes
const SLACK = 500; // for a busy machine
const nodes = [];
let cluster, owner, caller;

before(async () => {
  cluster = await Cluster.start();
  const shared = { MINTMARK_DATABASE_URL: cluster.url, MINTMARK_MASTER_KEY: randomBytes(32).toString("base64"), MINTMARK_LOG: "warn" };
  for (let count = 0; count < 2; count += 1) nodes.push(await Server.start(shared));
  const bootstrap = ["bootstrap", "--org", "acme", "--email", "ada@acme.test", "--password-stdin", "--json"];
  owner = JSON.parse(await nodes[0].run(bootstrap, "correct horse battery staple\n")).token;
  await eventually(async () => (await ask(nodes[0], "/v1/me", owner)).status === 200, "the owner is known");
  caller = (await issue(["keys:verify"])).token;
});

after(async () => {
  for (const node of nodes) await node.stop();
  await cluster?.stop();
});

/** Sends a request. `at` is the time before it was sent. */
async function ask(node, path, token, body) {
  const at = Date.now();
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(node.url + path, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  return { at, status: answer.status, headers: answer.headers, json: await answer.json() };
}

const verify = (node, token) => ask(node, "/v1/verify", caller, { token });
const isValid = ({ status, json }) => status === 200 && json.valid;

/** Creates a key on the first node, and waits until every node knows it. */
async function issue(scopes = []) {
  const { status, json } = await ask(nodes[0], "/v1/orgs/acme/api-keys", owner, { name: "Sync", scopes });
  assert.equal(status, 201, JSON.stringify(json));
  for (const node of nodes) {
    await eventually(async () => (await ask(node, "/v1/me", json.token)).status !== 401, "the node knows the key");
  }
  return json;
}

const revoke = (node, { id }) => ask(node, `/v1/orgs/acme/api-keys/${id}/revoke`, owner, {});

function assertUnavailable({ status, headers, json }) {
  assert.deepEqual([status, json.code], [503, "unavailable"], JSON.stringify(json));
  assert.match(headers.get("content-type"), /^application\/problem\+json/);
  assert.match(headers.get("retry-after"), /^[1-9]/);
}

/** Revokes the key on the first node, and checks the second node against the propagation in the response. */
async function assertRevocationArrives(key) {
  const { status, json } = await revoke(nodes[0], key);
  const answered = Date.now();
  assert.equal(status, 200, JSON.stringify(json));
  assert.equal(json.propagation.nodes, 2);
  await eventually(async () => {
    const answer = await verify(nodes[1], key.token);
    if (!isValid(answer)) return true;
    assert.ok(json.propagation.confirmed < 2 && answer.at < answered + LEASE + SLACK, "valid after it was confirmed, or after the lease");
  }, "the other node refuses it");
  assert.equal((await verify(nodes[0], key.token)).json.code, "revoked");
}

test("a node whose ear is cut off refuses what was revoked within the lease", async () => {
  const key = await issue();
  const cut = await cluster.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
  assert.equal(cut, "2");
  await assertRevocationArrives(key);
  await eventually(async () => (await cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")) === "2", "both listen again");
});

test("a node that is never told looks for itself", async () => {
  const [key, trigger] = [await issue(), await cluster.sql("SELECT tgname FROM pg_trigger WHERE tgrelid = 'feed'::regclass AND NOT tgisinternal")];
  await cluster.sql(`ALTER TABLE feed DISABLE TRIGGER ${trigger}`);
  await assertRevocationArrives(key);
  await cluster.sql(`ALTER TABLE feed ENABLE TRIGGER ${trigger}`);
});

/**
 * Without the database, no node reports a token as valid after the lease; it answers 503. Endpoints without database
 * still work. Afterwards everything works again.
 */
async function outage(begin, end) {
  const [key, revoked] = [await issue(), await issue()];
  await revoke(nodes[0], revoked);
  await begin();
  const out = Date.now();
  for (const node of nodes) {
    await eventually(async () => {
      const answer = await verify(node, key.token);
      if (isValid(answer)) return assert.ok(answer.at < out + LEASE + SLACK, `a yes ${answer.at - out} ms after the database was gone`);
      assertUnavailable(answer);
      return true;
    }, "the node stops answering");
    for (const { token } of [key, revoked]) assertUnavailable(await verify(node, token));
    assertUnavailable(await ask(node, "/v1/me", owner));
    assertUnavailable(await revoke(node, key));
    assertUnavailable(await ask(node, "/health/ready"));
    for (const path of ["/health/live", "/.well-known/jwks.json"]) assert.equal((await ask(node, path)).status, 200, path);
  }
  await end();
  for (const node of nodes) {
    await eventually(async () => isValid(await verify(node, key.token)), "the node answers again");
    assert.equal((await verify(node, revoked.token)).json.code, "revoked");
    await eventually(async () => (await ask(node, "/health/ready")).status === 200, "the node is ready again");
    assert.equal(node.process.exitCode, null);
  }
  await eventually(async () => (await revoke(nodes[0], key)).status === 200, "it can be revoked");
  for (const node of nodes) await eventually(async () => (await verify(node, key.token)).json.code === "revoked", "it is refused");
}

test("while the database is frozen no node says yes for longer than the lease", () => outage(() => cluster.freeze(), () => cluster.thaw()));

test("a database that crashed and is back is used again", () => outage(() => cluster.crash(), () => cluster.restart()));

test("on a database that only reads, verification goes on and every call is counted in the end", async () => {
  const key = await issue();
  const counted = async () => {
    const { status, json } = await ask(nodes[0], `/v1/orgs/acme/credentials/${key.id}/usage`, owner);
    return status === 200 && json.by_outcome.valid;
  };
  const already = 2; // one on each node, from the check that the node knows the key
  await eventually(async () => (await counted()) === already, "what was there is counted");
  await cluster.setReadOnly(true);
  await eventually(async () => (await revoke(nodes[0], { id: "key_00000000000000000000000000" })).status === 503, "nobody can write");
  const began = Date.now();
  let asked = 0;
  while (Date.now() < began + LEASE + SLACK) {
    for (const node of nodes) {
      const answer = await verify(node, key.token);
      assert.ok(isValid(answer), JSON.stringify(answer.json));
      asked += 1;
    }
  }
  assertUnavailable(await revoke(nodes[0], key));
  assertUnavailable(await ask(nodes[1], "/v1/orgs/acme/api-keys", owner, { name: "Never", scopes: [] }));
  for (const node of nodes) assert.ok(isValid(await verify(node, key.token)), "what was not revoked is not refused");
  asked += nodes.length;
  await cluster.setReadOnly(false);
  await eventually(async () => (await counted()) === already + asked, `${already + asked} calls are counted`);
  await assertRevocationArrives(key);
});
