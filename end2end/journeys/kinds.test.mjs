// API keys and clients: create, roll with overlap, disable, find in the inventory, and read in the audit log.
import assert from "node:assert/strict";
import { bearer, curl, eventually, setUp } from "../harness.mjs";
import { traces } from "../traces.mjs";

const world = setUp();
const me = (secret) => curl(`${world.server.url}/v1/me`, ...bearer(secret));

world.journey("an API key is rolled with overlap: both secrets work until the old one is ended", async (ada) => {
  await ada.signUp({ organization: "Acme" });
  const list = "/orgs/acme/api-keys";
  const old = await ada.issue({ name: "CRM sync", at: list, button: "Issue API key" });
  assert.match(old, /^mint_key_[0-9A-Za-z]{49}$/);
  await ada.stored(list);
  assert.equal((await me(old)).json().user, null);

  const page = await ada.openRow("CRM sync");
  const fresh = await ada.roll({ overlap: "3 days" });
  assert.notEqual(fresh, old);
  await ada.stored(/\/api-keys\/key_[^/]+$/);
  await ada.open(page);
  await ada.page.getByRole("button", { name: "Cancel roll" }).waitFor();
  assert.deepEqual(await traces(ada.page, fresh), []);
  assert.equal((await me(old)).status, 200);

  assert.equal((await me(fresh)).status, 200);
  await eventually(async () => {
    await ada.open(page);
    return (await ada.page.getByRole("button", { name: "Cancel roll" }).count()) === 0;
  }, "the first use of the new secret is seen");
  assert.ok((await me(old)).headers["x-credential-retires-at"], "the old secret says when it retires");
  await ada.page.getByRole("button", { name: "Finish now" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  assert.equal((await me(old)).status, 401);
  assert.equal((await me(fresh)).status, 200);

  await ada.page.getByRole("button", { name: "Disable API key" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  assert.equal((await me(fresh)).status, 401);
  await ada.page.getByRole("button", { name: "Enable API key" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  assert.equal((await me(fresh)).status, 200);
});

world.journey("every kind is in the inventory, which acts on many after saying what would happen", async (ada) => {
  await ada.signUp({ organization: "Globex" });
  const token = await ada.issue({ name: "Laptop" });
  await ada.stored();
  const key = await ada.issue({ name: "Checkout", at: "/orgs/globex/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/globex/api-keys");
  const secret = await ada.issue({ name: "Invoices", at: "/orgs/globex/clients", button: "Issue client" });
  assert.match(secret, /^mint_cs_/);
  await ada.stored("/orgs/globex/clients");

  await ada.open("/orgs/globex/credentials");
  for (const name of ["Laptop", "Checkout", "Invoices"]) await ada.row(name).waitFor();
  await ada.open("/orgs/globex/credentials?kind=api_key");
  assert.equal(await ada.rows().count(), 1);

  await ada.row("Checkout").getByRole("checkbox").check();
  await ada.page.getByRole("button", { name: /^Disable/ }).click();
  await ada.landsOn(/\/bulk$/);
  assert.equal((await me(key)).status, 200, "a dry run changes nothing");
  await ada.page.getByRole("button", { name: /^Disable/ }).click();
  await ada.landsOn("/orgs/globex/credentials");
  assert.equal((await me(key)).status, 401);
  assert.equal((await me(token)).status, 200);

  await ada.open("/orgs/globex/audit");
  await ada.page.getByText(/disabled/).first().waitFor();
});

world.journey("the chooser says which kind, and leads to the form filled in", async (ada) => {
  await ada.signUp({ organization: "Initech" });
  await ada.open("/settings/new-credential?op=me.tokens.issue");
  await ada.page.getByText(/act for a person/).first().waitFor();
  await ada.open("/settings/new?kind=api_key&scopes=audit:read&name=Export");
  await ada.landsOn("/orgs/initech/api-keys/new");
  assert.equal(await ada.page.getByLabel("Name", { exact: true }).inputValue(), "Export");
  assert.ok(await ada.scope("audit:read").isChecked());
});

world.journey("an API brings its scopes to the form, and a service account its own tokens", async (ada) => {
  await ada.signUp({ organization: "Hooli" });
  await ada.open("/orgs/hooli/apis/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("Contacts");
  await ada.page.getByLabel("Audience").fill("https://api.hooli.test");
  await ada.page.getByRole("button", { name: /API/ }).click();
  await ada.landsOn(/\/apis\/api_[^/]+$/);

  await ada.open("/orgs/hooli/service-accounts/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("ci");
  await ada.page.getByRole("button", { name: "Create service account" }).click();
  await ada.landsOn(/\/service-accounts\/svc_[^/]+$/);
  const account = new URL(ada.page.url()).pathname;
  const token = await ada.issue({ name: "build", scopes: [], at: `${account}/tokens` });
  await ada.stored(account);
  assert.equal((await me(token)).json().service_account.name, "ci");
});
