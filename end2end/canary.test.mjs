// A secret, a password and a session appear only in the reply that returns them.
//
// The tests search the database files and their journals, the log, every page and the browser storage.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bearer, curl, setUp } from "./harness.mjs";
import { traces } from "./traces.mjs";

const world = setUp();

/**
 * The forms in which a careless copy may contain the secret, and its parts, except short ones that may occur anywhere.
 */
function disguises(secret) {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString("hex"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"),
    [...secret].reverse().join(""), ...secret.split("_").filter((part) => part.length >= 16)];
}

async function filesHolding(folder, secrets) {
  const held = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const content = (await readFile(path)).toString("latin1");
    for (const [what, secret] of Object.entries(secrets)) {
      if (disguises(secret).some((form) => content.includes(form))) held.push(`${what} in ${entry.name}`);
    }
  }
  return held;
}

/**
 * The secrets of an API key and a client, from creating and rolling them. Each request is sent twice with an
 * idempotency key.
 */
async function keysAndClients(org, issuer) {
  const secrets = {};
  const post = async (path, body) => {
    const key = crypto.randomUUID();
    const replies = [];
    for (let times = 0; times < 2; times += 1) {
      replies.push(await curl(`${org}/${path}`, ...bearer(issuer), "--header", "Content-Type: application/json",
        "--header", `Idempotency-Key: ${key}`, "--data", JSON.stringify(body)));
    }
    assert.equal(replies[1].body, replies[0].body, "the repetition is answered alike");
    return replies[0].json();
  };
  for (const [kind, path, field] of [["API key", "api-keys", "token"], ["client", "clients", "client_secret"]]) {
    const made = await post(path, { name: kind, scopes: [] });
    const rolled = await post(`${path}/${made.id}/roll`, {});
    secrets[kind] = made[field];
    secrets[`rolled ${kind}`] = rolled[field];
  }
  assert.equal(Object.values(secrets).filter(Boolean).length, 4);
  return secrets;
}

world.journey("a secret that was handed over once is found nowhere afterwards", async (ada) => {
  const person = await ada.signUp();
  const tokens = {};
  for (const name of ["first", "second"]) {
    tokens[name] = await ada.issue({ name });
    await ada.stored();
  }
  const api = `${world.server.url}/v1/me`;
  const issuer = await ada.issue({ name: "issuer", scopes: ["all"] });
  await ada.stored();
  const made = await curl(`${api}/tokens`, ...bearer(issuer), "--header", "Content-Type: application/json",
    "--data", JSON.stringify({ name: "over the API", scopes: ["credentials:read"], expires_in: 3600 }));
  assert.equal(made.status, 201, made.body);
  const secrets = { ...tokens, issuer, "over the API": made.json().token };
  const organization = person.organization.toLowerCase().replaceAll(" ", "-");
  Object.assign(secrets, await keysAndClients(`${world.server.url}/v1/orgs/${organization}`, issuer));

  for (const token of [...Object.values(tokens), issuer, secrets["over the API"]]) {
    assert.equal((await curl(api, ...bearer(token))).status, 200);
    assert.equal((await curl(api, "--user", `git:${token}`)).status, 200);
    assert.equal((await curl(`${api}?access_token=${token}`)).status, 400);
    assert.equal((await curl(`${api}/tokens/${token}`, ...bearer(issuer))).status, 404);
    await curl(api, ...bearer(`${token.slice(0, -1)}!`));
  }

  for (const value of Object.values(secrets)) {
    await ada.open(`/orgs/${organization}/credentials/find`);
    await ada.page.getByLabel("Value").fill(value);
    await ada.page.getByRole("button", { name: "Find credential" }).click();
    await ada.page.getByText("It belongs to").waitFor();
    assert.deepEqual(await traces(ada.page, value), [], "in the answer of the search by value");
  }
  const listed = await curl(`${api}/tokens`, ...bearer(issuer));
  const paths = [`/orgs/${organization}/credentials`, `/orgs/${organization}/audit`, "/settings/tokens", "/settings/tokens/new", "/settings/sessions", "/settings/orgs/new",
    ...listed.json().data.flatMap(({ id }) => [`/settings/tokens/${id}`, `/settings/tokens/${id}/revoke`])];
  for (const path of paths) {
    const html = await (await ada.open(path)).text();
    for (const [name, token] of Object.entries(secrets)) {
      assert.ok(!disguises(token).some((form) => html.includes(form)), `${name} in the HTML of ${path}`);
      assert.deepEqual(await traces(ada.page, token), [], `${name} in the browser at ${path}`);
    }
  }
  assert.ok(!listed.body.includes(tokens.first), "a list shows redacted forms");

  const kept = { ...secrets, password: person.password, session: (await ada.sessionCookie()).value };
  assert.deepEqual(await filesHolding(world.server.data, kept), [], "while the server runs");
  await world.server.halt();
  assert.deepEqual(await filesHolding(world.server.data, kept), [], "after the server has stopped");
  for (const [name, secret] of Object.entries(kept)) {
    assert.ok(!disguises(secret).some((form) => world.server.log.includes(form)), `${name} in the log`);
  }
  assert.ok(world.server.log.length > 0, "there was a log to look at");
});
