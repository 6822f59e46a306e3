// Daily work of an admin: see how a credential is used, find one by its value, export the audit log, change client
// keys.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { bearer, curl, setUp } from "../harness.mjs";
import { keyPair } from "../keys.mjs";
import { traces } from "../traces.mjs";

const world = setUp();

world.journey("a credential's page tells its use, what it was refused, and its history", async (ada) => {
  await ada.signUp({ organization: "Usage" });
  const token = await ada.issue({ name: "Nightly export" });
  await ada.stored();
  const page = await ada.openToken("Nightly export");
  const usage = ada.page.getByRole("region", { name: "Usage" });
  await usage.getByText("It has never been used.").waitFor();

  assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(token))).status, 200);
  assert.equal((await curl(`${world.server.url}/v1/orgs/usage/audit-events`, ...bearer(token))).status, 403);
  await ada.eventually(async () => {
    await ada.open(page);
    return (await usage.getByText(/127\.0\.0\.1/).count()) > 1;
  }, "use and refusal show");
  await usage.getByText("audit:read was missing").waitFor();

  const history = ada.page.getByRole("region", { name: "History" });
  await history.getByText(/issued the personal access token/).waitFor();
  await history.getByRole("link", { name: "Open in the audit log" }).click();
  await ada.landsOn("/orgs/usage/audit");
  assert.equal(await ada.page.getByRole("listitem").filter({ hasText: "Nightly export" }).count(), 2);
});

world.journey("a value that somebody found leads to its credential and is itself nowhere afterwards", async (ada) => {
  await ada.signUp({ organization: "Found" });
  const key = await ada.issue({ name: "Checkout", at: "/orgs/found/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/found/api-keys");
  await ada.open("/orgs/found/credentials");
  await ada.page.getByRole("link", { name: "Find by value" }).click();
  await ada.landsOn("/orgs/found/credentials/find");

  await ada.page.getByLabel("Value").fill(`  ${key} `);
  await ada.page.getByRole("button", { name: "Find credential" }).click();
  await ada.page.getByText("It belongs to").waitFor();
  assert.deepEqual(await traces(ada.page, key), []);
  assert.ok(!world.server.log.includes(key), "the log does not have the value");
  await ada.page.getByRole("link", { name: "Revoke" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+\/revoke$/);

  await ada.open("/orgs/found/credentials/find");
  await ada.page.getByLabel("Value").fill("mint_key_nothing");
  await ada.page.getByRole("button", { name: "Find credential" }).click();
  await ada.page.getByText(/no credential of this organization/).waitFor();
  assert.deepEqual(await traces(ada.page, "mint_key_nothing"), []);
});

world.journey("the audit log is taken along as it is filtered", async (ada) => {
  await ada.signUp({ organization: "Export" });
  await ada.issue({ name: "Laptop" });
  await ada.stored();
  await ada.open("/orgs/export/audit?action=credential.issued");
  const take = async (name) => {
    const [download] = await Promise.all([
      ada.page.waitForEvent("download"),
      ada.page.getByRole("link", { name }).click(),
    ]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  };
  const lines = await take("Export NDJSON");
  assert.equal(lines.name, "audit-events.ndjson");
  const events = lines.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ action, target }) => [action, target.name]), [["credential.issued", "Laptop"]]);
  const table = await take("Export CSV");
  assert.equal(table.name, "audit-events.csv");
  assert.equal(table.text.trimEnd().split("\r\n").length, 2);
});

world.journey("a client's keys are added and removed, and a private one is refused where it was pasted", async (ada) => {
  ada.expect(/status of 422/);
  await ada.signUp({ organization: "Signing" });
  const at = "/orgs/signing/clients";
  const [old, fresh] = [keyPair(), keyPair()];
  await ada.issueWithKey({ name: "Invoices", jwk: old.jwk, at });
  const page = await ada.openRow("Invoices");
  const keys = ada.page.getByRole("table", { name: "Public keys of the client" });
  const count = async () => (await keys.getByRole("row").count()) - 1;
  assert.equal(await count(), 1);
  assert.equal(await keys.getByRole("link", { name: /Remove/ }).count(), 0, "the only key stays");
  const kid = await keys.getByRole("rowheader").innerText();

  await ada.page.getByText("Add key", { exact: true }).first().click();
  const field = ada.page.getByRole("textbox", { name: "Public key" });
  await field.fill(JSON.stringify({ keys: [fresh.jwk, old.privateJwk] }));
  await ada.page.getByRole("button", { name: "Add key" }).click();
  await ada.page.getByText(/Key 2: This is a private key/).waitFor();
  assert.match(await field.inputValue(), /^\{"keys"/, "what was pasted is still there to be corrected");
  await field.fill(JSON.stringify(fresh.jwk));
  await ada.page.getByRole("button", { name: "Add key" }).click();
  await ada.page.getByText(/^Added/).waitFor();
  assert.equal(await count(), 2);

  await keys.getByRole("link", { name: `Remove key ${kid}` }).click();
  await ada.page.getByRole("button", { name: "Remove key" }).waitFor();
  assert.equal(await count(), 2, "being asked removes nothing");
  await ada.page.getByRole("button", { name: "Remove key" }).click();
  await ada.page.getByText(/^Removed/).waitFor();
  await ada.open(page);
  assert.equal(await count(), 1);
  assert.notEqual(await keys.getByRole("rowheader").innerText(), kid);
});
